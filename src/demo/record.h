#pragma once
#include <map>
#include <optional>
#include <string>

#include "demo/date.h"

namespace larc::demo {

/// The row of one patient: by variable what a careful reader of the table can know, and what stands in cells that
/// cannot be understood. Variables are named as in the rectal dictionary; readers' columns and checkboxes as in REDCap.
class Record {
 public:
  void set(const std::string& variable, std::string value);
  void set(const std::string& variable, int value) { set(variable, std::to_string(value)); }
  void set(const std::string& variable, double value, int digits);
  void set(const std::string& variable, Day day) { set(variable, iso_date(day)); }
  /// The value is lost and the cell holds `delivered`: nothing, a code for missing, or something that is no value.
  void lose(const std::string& variable, std::string delivered = {});

  /// The value can be known from the readers' columns; its own cell is empty.
  void leave_to_readers(const std::string& variable) { delivered_[variable].clear(); }

  bool known(const std::string& variable) const { return values_.contains(variable); }
  std::optional<std::string> text(const std::string& variable) const;
  std::optional<double> number(const std::string& variable) const;
  std::optional<Day> day(const std::string& variable) const;
  /// What stands in the table.
  std::string cell(const std::string& variable) const;

 private:
  std::map<std::string, std::string> values_;
  std::map<std::string, std::string> delivered_;  // where the cell holds something else
};

}  // namespace larc::demo
