#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "core/json.h"
#include "study/study.h"

namespace larc::study {

/// What an import did; `summary` is the document of `larc import --json`.
struct ImportResult {
  Json summary;
};

/// What the person who imports says of this delivery.
struct ImportChoices {
  std::string centre = {};             // of every patient; empty: from the table's centre column
  std::filesystem::path mapping = {};  // for its tables; empty: what study.yaml names
  std::string sheet = {};              // of its workbooks; empty: the mapping's, or the first
  /// File of the centre's secret: patients under pseudonyms, dates moved (delivery_identity.h). Empty: as delivered.
  std::filesystem::path pseudonyms = {};
  /// Every file is read again, whether it looks changed or not (known_files.h).
  bool reread = false;
};

/// Brings files and folders into the registry: clinical tables, DICOM series, image files and masks. Tables are checked
/// whole before anything is written and come in together or not at all; an image that cannot be used becomes a failed
/// case and the others go on. Repeating an import changes nothing. errors   format, domain (table, row, column and
/// remedy), not_found
ImportResult import_paths(Study& study, const std::vector<std::filesystem::path>& paths, const ImportChoices& choices,
                          const RunOptions& options);

/// The text of a hash over names, sizes and times of all files below the paths and over the rules that read them:
/// equal means an import would change nothing.
std::string import_fingerprint(const Study& study, const std::vector<std::filesystem::path>& paths);

}  // namespace larc::study
