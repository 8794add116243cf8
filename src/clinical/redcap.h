#pragma once
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace larc::clinical {

/// One field of a REDCap data dictionary.
struct RedcapField {
  std::string name;
  std::string type;        // text, radio, dropdown, checkbox, yesno, truefalse, calc, slider, notes, ...
  std::string validation;  // number, integer, date_ymd, ...
  std::string label;
  std::string note;
  std::vector<std::pair<std::string, std::string>> choices;  // raw value and label
  std::string lower, upper;                                  // as written, empty: none
  bool identifier = false;                                   // names a person
};

/// A data dictionary as REDCap exports it, with the English column names of the page or the short ones of the API.
/// errors format (no data dictionary: names the column that is missing), not_found
std::vector<RedcapField> read_redcap_dictionary(const std::filesystem::path& path);

/// "1, Male | 2, Female"
std::vector<std::pair<std::string, std::string>> parse_choices(const std::string& text);

/// The section `variables` of a study.yaml for another study's dictionary. Everything is available from LABEL, which no
/// model may see, until a person says when each becomes known; fields that name a person are left out.
std::string variables_of_redcap(const std::vector<RedcapField>& fields);

}  // namespace larc::clinical
