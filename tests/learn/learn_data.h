#pragma once
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "core/csv.h"
#include "core/error.h"
#include "core/json.h"
#include "core/number.h"
#include "core/random.h"
#include "learn/frame.h"
#include "learn/protocol.h"
#include "support/test_data.h"

namespace larc::test {

/// A gzipped table, unpacked by the gzip program.
inline CsvTable gzipped_table(const std::filesystem::path& path) {
  std::string text;
  FILE* pipe = ::popen(("gzip -dc '" + path.string() + "'").c_str(), "r");
  if (pipe == nullptr) return {};
  std::array<char, 65536> buffer;
  for (std::size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) text.append(buffer.data(), n);
  ::pclose(pipe);
  return parse_csv(text, path.filename().string());
}

inline std::vector<double> numbers(const CsvTable& table, const std::string& column) {
  const std::size_t j = table.column(column);
  std::vector<double> values;
  for (const auto& row : table.rows) values.push_back(parse_double(row[j]).value_or(kNaN));
  return values;
}

/// Numeric columns a0, a1, ... of noise (group "radiomics"); the outcome depends on the first `signals` of them.
struct Cohort {
  learn::Frame frame;
  learn::Outcome outcome;
};

inline Cohort make_cohort(learn::OutcomeKind kind, std::size_t n, std::size_t p, std::size_t signals, double strength,
                          std::uint64_t seed) {
  Random random(seed);
  Cohort cohort;
  cohort.frame.rows = n;
  cohort.outcome.kind = kind;
  std::vector<double> eta(n, 0.0);
  for (std::size_t j = 0; j < p; ++j) {
    std::string name = "a";
    name += std::to_string(j);
    std::vector<double> values;
    for (std::size_t i = 0; i < n; ++i) {
      values.push_back(random.normal());
      if (j < signals) eta[i] += strength * values.back();
    }
    cohort.frame.columns.push_back(learn::numeric_column(name, "radiomics", std::move(values)));
  }
  for (std::size_t i = 0; i < n; ++i) {
    if (kind == learn::OutcomeKind::binary) {
      cohort.outcome.label.push_back(random.uniform() < 1.0 / (1.0 + std::exp(-eta[i])) ? 1.0 : 0.0);
    } else {
      const double event_time = -30.0 * std::log(1.0 - random.uniform()) * std::exp(-eta[i]);
      const double censoring = 60.0 * random.uniform();
      cohort.outcome.time_months.push_back(std::ceil(10.0 * std::min(event_time, censoring)) / 10.0);
      cohort.outcome.event.push_back(event_time <= censoring ? 1 : 0);
    }
  }
  return cohort;
}

inline learn::Protocol protocol_of(const Cohort& cohort, std::uint64_t seed = 1) {
  return {{cohort.frame, cohort.outcome, {}, {}, {}, {}}, seed};
}

inline learn::TrainingRows rows_of(const Cohort& cohort) {
  const learn::Protocol protocol = protocol_of(cohort);
  return protocol.training(protocol.everything());
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
