#include "study/column_label.h"

#include "radiomics/families.h"
#include "study/dataset.h"

namespace larc::study {

Label column_label(const StudyFile& file, const std::string& name) {
  if (name == kNetworkColumn) return {"Score of the network", "神经网络得分"};
  for (const auto& variable : file.variables) {
    if (name == variable.id + "__missing") return {variable.label.en + " missing", variable.label.zh + "缺失"};
    if (name == variable.id || name.starts_with(variable.id + "="))
      return {variable.label.en + name.substr(variable.id.size()), variable.label.zh + name.substr(variable.id.size())};
  }
  const auto label_after = [&](const std::string& prefix) {
    return name.starts_with(prefix + "_") ? radiomics::feature_label(name.substr(prefix.size() + 1)) : std::nullopt;
  };
  for (const auto& delta : file.deltas)
    if (const auto label = label_after(delta.prefix)) return {"Change of " + label->en, label->zh + "的变化"};
  for (const auto& rule : file.extraction)
    if (const auto label = label_after(rule.prefix)) return {label->en, label->zh};
  return {name, name};
}

}  // namespace larc::study
