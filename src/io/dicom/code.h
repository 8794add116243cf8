#pragma once
#include <string>

namespace larc::io::dicom {

/// A coded term (PS3.3 section 8.8): value, coding scheme (SCT, DCM, UCUM, ...) and what it means in words.
struct Code {
  std::string value;
  std::string scheme;
  std::string meaning;

  /// Two codes are the same whatever their words.
  friend bool operator==(const Code& a, const Code& b) { return a.value == b.value && a.scheme == b.scheme; }
};

}  // namespace larc::io::dicom
