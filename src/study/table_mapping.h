#pragma once
#include <filesystem>
#include <vector>

#include "clinical/mapping.h"
#include "clinical/rules.h"

namespace larc::study {

/// Which mapping reads which delivered table.
class TableMappings {
 public:
  /// chosen   the mapping named on the command line, for every table; empty: what study.yaml says
  /// errors   not_found, format (the mapping file and its key)
  TableMappings(const clinical::TableRule& rule, const std::filesystem::path& study_folder,
                const std::filesystem::path& chosen);

  /// Without a mapping that fits: columns are known by their names alone.
  const clinical::Mapping& of(const std::filesystem::path& table) const;

 private:
  std::vector<std::pair<std::string, clinical::Mapping>> mappings_;  // by pattern of file names
  clinical::Mapping none_;
};

}  // namespace larc::study
