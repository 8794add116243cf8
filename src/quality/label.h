#pragma once
#include <string>

#include "core/json.h"

namespace larc::quality {

/// A text people read, in English and Simplified Chinese.
struct Label {
  std::string en;
  std::string zh;
};

inline Json to_json(const Label& label) {
  return Json{{"en", label.en}, {"zh", label.zh}};
}

}  // namespace larc::quality
