#pragma once
#include <Eigen/Dense>
#include <filesystem>
#include <string>
#include <vector>

#include "core/csv.h"

namespace larc::app {

/// Columns of a model, as numbers.
struct Design {
  std::vector<std::string> names;
  Eigen::MatrixXd values;  // (n, p)
};

/// The rows of a table that an analysis works on. A cell is missing when it is empty or blank, or NA, N/A, NaN, NULL or
/// a dot. Errors name the file, the row as counted in it, and the column.
class StatsTable {
 public:
  /// A CSV file, or one compressed with gzip (.gz).
  /// where  "column=value": keeps the rows whose cell has this text, or as a number this value; all must hold
  /// errors not_found (file, column), format, usage (no "=" in a condition), domain (no row is left)
  StatsTable(const std::filesystem::path& file, const std::vector<std::string>& where = {});

  /// Drops the rows that miss a value in any of these columns; empty names are passed over.
  /// errors not_found, domain: no row is left
  void keep_complete(const std::vector<std::string>& columns);
  /// Rows dropped so far for missing values.
  std::size_t dropped() const { return dropped_; }
  std::size_t rows() const { return table_.rows.size(); }
  const std::vector<std::string>& header() const { return table_.header; }
  bool has(const std::string& column) const { return table_.find_column(column).has_value(); }

  std::vector<std::string> texts(const std::string& column) const;
  /// Missing cells are NaN. errors domain: a cell that is not a number
  std::vector<double> numbers(const std::string& column) const;
  /// errors domain: anything but whole numbers lower..upper (TRUE and FALSE count as 1 and 0)
  std::vector<int> integers(const std::string& column, int lower, int upper) const;
  /// 0 or 1. errors domain
  std::vector<int> binary(const std::string& column) const { return integers(column, 0, 1); }
  /// Follow-up times: finite, >= 0. errors domain
  std::vector<double> times(const std::string& column) const;
  /// Probabilities 0..1; missing cells are NaN. errors domain
  std::vector<double> probabilities(const std::string& column) const;
  /// Case weights >= 0. errors domain
  std::vector<double> weights(const std::string& column) const;
  /// The rows whose cell has the text of a condition "column=value" or, as a number, its value; `option` names it.
  /// errors usage (no "=" in it), not_found, domain: no row has it
  std::vector<bool> matching(const std::string& condition, const std::string& option) const;
  /// Whether every cell that is not missing is a number.
  bool is_numeric(const std::string& column) const;

  /// Numbers as they are; each text column becomes 0/1 indicators of its levels in alphabetical order but the first,
  /// named column + level. errors domain: a missing value
  Design design(const std::vector<std::string>& columns) const;

  /// `first` and all columns after it. errors not_found
  std::vector<std::string> columns_from(const std::string& first) const;
  /// Row of the file, from 1.
  std::size_t number(std::size_t row) const { return number_[row]; }
  /// "FILE row N, column C" for an own message.
  std::string place(std::size_t row, const std::string& column) const;

 private:
  CsvTable table_;
  std::vector<std::size_t> number_;  // row of the file, from 1
  std::size_t dropped_ = 0;
};

/// Whether a cell means "no value".
bool is_missing(const std::string& cell);

/// "a,b,c" as a list; white space around names goes; empty names are left out.
std::vector<std::string> name_list(const std::string& text);
/// "12,36,60" as numbers, or "0.05:0.5:0.05" as from:to:step, both ends included. errors usage: not a number
std::vector<double> number_list(const std::string& text, const std::string& option);

}  // namespace larc::app
