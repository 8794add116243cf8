#pragma once
#include <string>

#include "core/json.h"

namespace larc::clinical {

/// A text people read, in English and Simplified Chinese.
struct Label {
  std::string en;
  std::string zh;
};
Json to_json(const Label& label);

}  // namespace larc::clinical
