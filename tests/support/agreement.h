#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "core/csv.h"
#include "core/file.h"
#include "core/number.h"
#include "support/test_data.h"

namespace larc::test {

/// How closely numbers agree with an outside reference, as a table for people: docs/methods/agreement/NAME.csv, one row
/// per analysis, table and quantity. The test fails where a difference exceeds its tolerance, and where the committed
/// table is not about the same comparisons (LARC_WRITE_DOCS=1 writes it anew). Call `finish` at the end of the test.
class Agreement {
 public:
  /// reference: tool and version, such as "R survival 3.5-3"
  Agreement(std::string name, std::string reference) : name_(std::move(name)), reference_(std::move(reference)) {}

  /// |actual - expected| <= tolerance * max(|expected|, floor). Both undefined agree too.
  void check(const std::string& analysis, const std::string& table, const std::string& quantity, double actual,
             double expected, double tolerance, double floor = 1e-3) {
    Row& row = row_of(analysis, table, quantity, tolerance);
    ++row.numbers;
    if (std::isnan(actual) && std::isnan(expected)) return;
    const double difference =
        actual == expected ? 0.0 : std::abs(actual - expected) / std::max(std::abs(expected), floor);
    row.largest = difference > row.largest || std::isnan(difference) ? difference : row.largest;
    EXPECT_LE(difference, tolerance) << analysis << ", " << table << ", " << quantity << ": larc "
                                     << format_double(actual) << ", reference " << format_double(expected);
  }
  void check(const std::string& analysis, const std::string& table, const std::string& quantity,
             const std::vector<double>& actual, const std::vector<double>& expected, double tolerance,
             double floor = 1e-3) {
    ASSERT_EQ(actual.size(), expected.size()) << analysis << ", " << table << ", " << quantity;
    for (std::size_t i = 0; i < actual.size(); ++i)
      check(analysis, table, quantity, actual[i], expected[i], tolerance, floor);
  }

  void finish() const {
    std::vector<std::vector<std::string>> rows;
    for (const Row& row : rows_) {
      char largest[32];
      std::snprintf(largest, sizeof largest, "%.0e", row.largest);
      rows.push_back({row.analysis, row.table, row.quantity, reference_, std::to_string(row.numbers),
                      format_double(row.tolerance), row.largest == 0.0 ? "0" : largest});
    }
    const std::vector<std::string> header{
        "analysis", "table", "quantity", "reference", "numbers", "tolerance", "largest_relative_difference"};
    const std::filesystem::path path = source_root() / "docs/methods/agreement" / (name_ + ".csv");
    if (const char* write = std::getenv("LARC_WRITE_DOCS"); write != nullptr && *write == '1') {
      ensure_directory(path.parent_path());
      write_file_atomic(path, format_csv(header, rows));
    }
    ASSERT_TRUE(std::filesystem::exists(path)) << path << " is missing; write it with LARC_WRITE_DOCS=1";
    const CsvTable written = read_csv(path);
    ASSERT_EQ(written.rows.size(), rows.size()) << path << " is out of date; write it with LARC_WRITE_DOCS=1";
    // The differences themselves are rounding and may vary from machine to machine.
    for (std::size_t i = 0; i < rows.size(); ++i)
      for (std::size_t c = 0; c + 1 < header.size(); ++c)
        EXPECT_EQ(written.rows[i][c], rows[i][c]) << path << " is out of date; write it with LARC_WRITE_DOCS=1";
  }

 private:
  struct Row {
    std::string analysis, table, quantity;
    double tolerance = 0.0;
    std::size_t numbers = 0;
    double largest = 0.0;
  };
  Row& row_of(const std::string& analysis, const std::string& table, const std::string& quantity, double tolerance) {
    for (Row& row : rows_)
      if (row.analysis == analysis && row.table == table && row.quantity == quantity && row.tolerance == tolerance)
        return row;
    rows_.push_back({analysis, table, quantity, tolerance, 0, 0.0});
    return rows_.back();
  }

  std::string name_;
  std::string reference_;
  std::vector<Row> rows_;
};

}  // namespace larc::test
