#include "clinical/yaml_text.h"

#include <algorithm>

#include "core/json.h"
#include "core/number.h"
#include "core/text.h"

namespace larc::clinical {

std::string yaml_text(const std::string& text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
  });
  const std::string lower = to_lower(text);
  for (const char* word : {"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
    if (lower == word) return dump_json(Json(text));
  // A text that begins as a number does is quoted, whatever follows.
  return plain && (text[0] < '0' || text[0] > '9') && !parse_double(text) ? text : dump_json(Json(text));
}

}  // namespace larc::clinical
