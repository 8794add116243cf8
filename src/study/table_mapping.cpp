#include "study/table_mapping.h"

#include "core/text.h"

namespace larc::study {

TableMappings::TableMappings(const clinical::TableRule& rule, const std::filesystem::path& study_folder,
                             const std::filesystem::path& chosen) {
  const auto add = [&](const std::string& pattern, const std::filesystem::path& file) {
    mappings_.emplace_back(pattern, clinical::read_mapping(file));
  };
  if (!chosen.empty())
    add("*", chosen);
  else
    for (const auto& [pattern, file] : rule.mappings) add(pattern, study_folder / file);
}

const clinical::Mapping& TableMappings::of(const std::filesystem::path& table) const {
  for (const auto& [pattern, mapping] : mappings_)
    if (glob_match(pattern, table.filename().string())) return mapping;
  return none_;
}

}  // namespace larc::study
