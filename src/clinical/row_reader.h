#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "clinical/column_plan.h"
#include "clinical/finding.h"
#include "clinical/observation.h"
#include "clinical/table_file.h"

namespace larc::clinical {

/// Reads the rows of a table by its plan.
class RowReader {
 public:
  RowReader(const TableFile& file, const ColumnPlan& plan);

  struct Fault {
    std::optional<std::size_t> column;  // nullopt: the whole row
    CellFault fault;
    bool whole_row = false;  // nothing of the row can be used, whatever the policy
  };
  struct Row {
    SourceRecord record;
    std::string centre;
    std::vector<Fault> faults;
  };
  /// Values of cells that cannot be understood are left out. Rows have to be read in order from the first: a second row
  /// of the same patient (and instance) is a fault.
  Row read(std::size_t row);
  /// To read from the first row again.
  void rewind() { row_of_.clear(); }

 private:
  std::string instance_of(const std::vector<std::string>& cells) const;
  std::string kind_of(const std::vector<std::string>& cells) const;
  bool is_missing(const std::string& cell) const;
  void read_values(const std::vector<std::string>& cells, Row& row);
  void read_checkboxes(const std::vector<std::string>& cells, Row& row) const;
  bool wants_empty(std::size_t column) const { return kind_ == nullptr || (*kind_)[column]; }

  const TableFile& file_;
  const ColumnPlan& plan_;
  std::map<std::size_t, std::vector<const RowFault*>> file_faults_;
  std::map<std::string, std::vector<bool>> used_by_kind_;  // event and instrument -> columns that hold something
  const std::vector<bool>* kind_ = nullptr;                // of the row being read; nullptr: one row a patient
  std::map<std::string, std::size_t> row_of_;              // patient and instance -> first row
  std::vector<std::string> values_;                        // canonical, by value column, of the row being read
};

}  // namespace larc::clinical
