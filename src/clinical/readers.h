#pragma once
#include <map>
#include <string>
#include <vector>

#include "clinical/finding.h"
#include "clinical/view.h"

namespace larc::clinical {

/// What several readers said of one patient. Agreement is measured on the first two; a consensus is wanted where any
/// two differ, for then the view gives no value either (view.h).
struct Reading {
  std::string patient;
  std::string first;
  std::string second;
  bool equal = false;      // these two
  bool agreed = false;     // all who read
  bool consensus = false;  // one was recorded
  std::string all;         // every value, by reader
};

/// Who was read by two readers or more, by variable, for the variables that several readers may give.
std::map<std::string, std::vector<Reading>> double_readings(const Rules& rules, const ReaderValues& values);

/// One finding for each value that readers gave differently and nobody settled.
std::vector<Finding> reader_findings(const Rules& rules, const std::map<std::string, std::vector<Reading>>& readings);

}  // namespace larc::clinical
