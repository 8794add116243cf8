#pragma once
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "core/csv.h"
#include "core/json.h"
#include "core/number.h"
#include "support/test_data.h"

namespace larc::test {

/// Reference numbers computed by R 4.2.2 (survival 3.5-3, glmnet 4.1-6, pROC 1.18.0, riskRegression 2022.11.28).
inline Json reference(const std::string& name) {
  return read_json(data_root() / "reference" / (name + ".json"));
}

inline CsvTable table(const std::string& relative) {
  return read_csv(data_root() / "tabular" / relative);
}

/// One column as numbers; empty and NA cells are NaN.
inline std::vector<double> numbers(const CsvTable& table, const std::string& column) {
  const std::size_t j = table.column(column);
  std::vector<double> values;
  for (const auto& row : table.rows) values.push_back(parse_double(row[j]).value_or(kNaN));
  return values;
}

inline std::vector<std::string> texts(const CsvTable& table, const std::string& column) {
  const std::size_t j = table.column(column);
  std::vector<std::string> values;
  for (const auto& row : table.rows) values.push_back(row[j]);
  return values;
}

inline std::vector<int> integers(const std::vector<double>& values) {
  std::vector<int> result;
  for (const double value : values) result.push_back(static_cast<int>(value));
  return result;
}

/// A Cox data set with complete rows only; a term that is not a column is an indicator: column name + level.
struct SurvivalData {
  std::vector<double> time;
  std::vector<int> event;
  Eigen::MatrixXd x;
};

inline SurvivalData survival_data(const CsvTable& table, const std::vector<std::string>& terms) {
  std::vector<std::vector<double>> columns;
  for (const auto& term : terms) {
    if (table.find_column(term)) {
      columns.push_back(numbers(table, term));
      continue;
    }
    for (const auto& name : table.header) {
      if (term.rfind(name, 0) != 0 || term.size() == name.size()) continue;
      const std::string level = term.substr(name.size());
      std::vector<double> indicator;
      bool found = false;
      for (const auto& text : texts(table, name)) {
        found = found || text == level;
        indicator.push_back(text == level ? 1.0 : 0.0);
      }
      if (found) columns.push_back(indicator);
    }
  }
  const std::vector<double> time = numbers(table, "time");
  const std::vector<double> event = numbers(table, "event");
  SurvivalData data;
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < time.size(); ++i) {
    bool complete = std::isfinite(time[i]) && std::isfinite(event[i]);
    for (const auto& column : columns) complete = complete && std::isfinite(column[i]);
    if (complete) rows.push_back(i);
  }
  data.x.resize(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(columns.size()));
  for (std::size_t r = 0; r < rows.size(); ++r) {
    data.time.push_back(time[rows[r]]);
    data.event.push_back(static_cast<int>(event[rows[r]]));
    for (std::size_t j = 0; j < columns.size(); ++j)
      data.x(static_cast<Eigen::Index>(r), static_cast<Eigen::Index>(j)) = columns[j][rows[r]];
  }
  return data;
}

inline std::vector<double> to_vector(const Eigen::VectorXd& values) {
  return {values.data(), values.data() + values.size()};
}

/// |actual - expected| <= tolerance * max(1, |expected|)
inline void expect_close(double actual, double expected, double tolerance, const std::string& what) {
  EXPECT_NEAR(actual, expected, tolerance * std::max(1.0, std::abs(expected))) << what;
}

}  // namespace larc::test

#define EXPECT_LARC_ERROR(statement, expected_code, fragment)                               \
  try {                                                                                     \
    statement;                                                                              \
    FAIL() << "no error";                                                                   \
  } catch (const larc::Error& error) {                                                      \
    EXPECT_EQ(error.code(), larc::ErrorCode::expected_code) << error.what();                \
    EXPECT_NE(std::string(error.what()).find(fragment), std::string::npos) << error.what(); \
  }
