#pragma once
#include <map>
#include <string>
#include <vector>

#include "clinical/finding.h"
#include "clinical/view.h"

namespace larc::clinical {

/// The first two readers' values of one patient.
struct Reading {
  std::string patient;
  std::string first;
  std::string second;
  bool equal = false;
  bool consensus = false;  // one was recorded
};

/// Who was read by two readers, by variable, for the variables that several readers may give. Numbers are equal as
/// numbers, "1.0" and "1".
std::map<std::string, std::vector<Reading>> double_readings(const Rules& rules, const ReaderValues& values);

/// One finding for each value that two readers gave differently and nobody settled.
std::vector<Finding> reader_findings(const Rules& rules, const std::map<std::string, std::vector<Reading>>& readings);

}  // namespace larc::clinical
