#include "radiomics/families.h"

#include "core/error.h"
#include "core/number.h"
#include "core/text.h"
#include "radiomics/first_order.h"
#include "radiomics/glcm.h"
#include "radiomics/gldm.h"
#include "radiomics/gldzm.h"
#include "radiomics/glrlm.h"
#include "radiomics/glszm.h"
#include "radiomics/intensity_histogram.h"
#include "radiomics/ivh.h"
#include "radiomics/local_intensity.h"
#include "radiomics/ngtdm.h"
#include "radiomics/shape.h"
#include "radiomics/shape_2d.h"

namespace larc::radiomics {

const std::vector<FamilyDescriptor>& families() {
  static const std::vector<FamilyDescriptor> list{
      {"firstorder", "intensity", "强度", true, false, compute_first_order},
      {"shape", "shape", "形状", false, false, compute_shape, Aggregates::none, true},
      {"shape2D", "shape in the slice", "切面形状", false, false, compute_shape_2d, Aggregates::none, true},
      {"local_intensity", "local intensity", "局部强度", false, false, compute_local_intensity},
      {"intensity_histogram", "histogram", "直方图", true, false, compute_intensity_histogram},
      {"ivh", "intensity-volume histogram", "强度体积直方图", false, false, compute_ivh},
      {"glcm", "texture", "纹理", true, true, compute_glcm, Aggregates::directions},
      {"glrlm", "texture of runs", "游程纹理", true, true, compute_glrlm, Aggregates::directions},
      {"glszm", "texture of zones", "区域纹理", true, true, compute_glszm, Aggregates::neighbourhoods},
      {"gldzm", "texture of zone distances", "区域距离纹理", true, true, compute_gldzm, Aggregates::neighbourhoods},
      {"ngtdm", "texture of tone differences", "灰度差纹理", true, true, compute_ngtdm, Aggregates::neighbourhoods},
      {"gldm", "texture of dependences", "灰度依赖纹理", true, true, compute_gldm, Aggregates::neighbourhoods},
  };
  return list;
}

const FamilyDescriptor& find_family(const std::string& name) {
  std::vector<std::string> names;
  for (const FamilyDescriptor& family : families()) {
    if (family.name == name) return family;
    names.push_back(family.name);
  }
  throw Error(ErrorCode::domain, "radiomics setting 'families' names '" + name + "'; choose from " + join(names, ", "));
}

std::optional<FeatureLabel> feature_label(std::string_view name) {
  const FeatureRow* row = feature_table().find(name);
  if (row == nullptr) return {};
  const FamilyDescriptor& family = find_family(row->family);
  FeatureLabel label{row->label_en + " (" + family.label_en, row->label_zh + "（" + family.label_zh};
  std::string_view known = row->id;
  if (name.find(known) == std::string_view::npos) known = row->ibsi_tag;
  const std::size_t at = name.rfind(known);
  const auto add = [&](std::string_view part) {
    label.en.append(", ").append(part);
    label.zh.append("，").append(part);
  };
  const std::string_view image = at > 0 ? name.substr(0, at - 1) : "", rest = name.substr(at + known.size());
  if (!image.empty() && image != "original") add(image);
  if (!rest.empty() && family.aggregates != Aggregates::none) add(rest.substr(1));
  label.en.append(")");
  label.zh.append("）");
  return label;
}

std::vector<const FeatureRow*> wanted_rows(const std::string& family, const ExtractionSettings& settings) {
  std::vector<const FeatureRow*> wanted;
  const auto selected = settings.selected.find(family);
  for (const FeatureRow& row : feature_table().rows()) {
    if (row.family != family || !has_name(row, settings.naming)) continue;
    const bool asked =
        selected == settings.selected.end()
            ? settings.naming == Naming::ibsi || row.pyradiomics == InPyRadiomics::yes
            : std::find(selected->second.begin(), selected->second.end(), row.id) != selected->second.end();
    if (asked) wanted.push_back(&row);
  }
  return wanted;
}

FeatureCollector::FeatureCollector(const FamilyDescriptor& family, const ExtractionSettings& settings)
    : family_(family.name),
      aggregations_(settings.aggregations_of(family.aggregates)),
      wanted_(wanted_rows(family.name, settings)),
      values_(wanted_.size() * aggregations_.size(), kNaN),
      added_(values_.size(), false) {}

bool FeatureCollector::wants(Aggregation aggregation) const {
  return std::find(aggregations_.begin(), aggregations_.end(), aggregation) != aggregations_.end();
}

bool FeatureCollector::wants(std::string_view id) const {
  return std::any_of(wanted_.begin(), wanted_.end(), [&](const FeatureRow* row) { return row->id == id; });
}

void FeatureCollector::add(std::string_view id, double value, Aggregation aggregation) {
  const auto place = std::find(aggregations_.begin(), aggregations_.end(), aggregation);
  if (place == aggregations_.end()) {
    if (aggregation == Aggregation::none || aggregations_.front() == Aggregation::none)
      throw Error(ErrorCode::internal,
                  "feature '" + std::string(id) + "' was added under the wrong kind of aggregation");
    return;
  }
  for (std::size_t w = 0; w < wanted_.size(); ++w) {
    if (wanted_[w]->id != id) continue;
    const std::size_t at = static_cast<std::size_t>(place - aggregations_.begin()) * wanted_.size() + w;
    values_[at] = value;
    added_[at] = true;
    return;
  }
  const FeatureRow* row = feature_table().find(id);
  if (row == nullptr || row->id != id || row->family != family_)
    throw Error(ErrorCode::internal,
                "feature '" + std::string(id) + "' is not listed in features.csv under family '" + family_ + "'");
}

std::vector<FeatureCollector::Item> FeatureCollector::take() const {
  std::vector<Item> items;
  items.reserve(values_.size());
  for (std::size_t a = 0; a < aggregations_.size(); ++a)
    for (std::size_t w = 0; w < wanted_.size(); ++w) {
      const std::size_t at = a * wanted_.size() + w;
      if (!added_[at]) throw Error(ErrorCode::internal, "feature '" + wanted_[w]->id + "' was not computed");
      items.push_back({wanted_[w], aggregations_[a], values_[at]});
    }
  return items;
}

}  // namespace larc::radiomics
