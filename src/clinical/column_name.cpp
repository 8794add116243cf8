#include "clinical/column_name.h"

#include "core/text.h"

namespace larc::clinical {

ColumnName parse_column_name(const std::string& name) {
  if (const auto box = name.find("___"); box != std::string::npos)
    return {name.substr(0, box), name.substr(box + 3), ""};
  const auto reader = name.rfind("__r");
  if (reader == std::string::npos || reader + 3 == name.size() ||
      name.find_first_not_of("0123456789", reader + 3) != std::string::npos)
    return {name, "", ""};
  return {name.substr(0, reader), "", name.substr(reader + 2)};
}

bool is_box_of(const std::string& box, const std::string& code) {
  if (box == code) return true;
  std::string name = to_lower(code);
  for (char& c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))) c = '_';
  return box == name;
}

}  // namespace larc::clinical
