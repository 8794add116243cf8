#include "stats/check.h"

#include <cmath>

#include "core/error.h"
#include "core/number.h"

namespace larc::stats {

namespace {

[[noreturn]] void bad_row(const std::string& name, std::size_t row, const std::string& value, const std::string& rule) {
  throw Error(ErrorCode::domain, name + " has " + value + " in row " + std::to_string(row + 1) + "; " + rule);
}

}  // namespace

void check_same_size(const std::string& name, std::size_t actual, const std::string& other, std::size_t expected) {
  if (actual == expected) return;
  throw Error(ErrorCode::shape_mismatch, name + " has " + std::to_string(actual) + " rows and " + other + " has " +
                                             std::to_string(expected) + "; give one value per patient in both");
}

void check_finite(const std::string& name, const std::vector<double>& values) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i]))
      bad_row(name, i, format_double(values[i]), "drop rows with missing values before calling");
}

void check_binary(const std::string& name, const std::vector<double>& values) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] != 0.0 && values[i] != 1.0) bad_row(name, i, format_double(values[i]), "only 0 and 1 are allowed");
}

void check_survival(const std::vector<double>& time, const std::vector<int>& event) {
  check_same_size("event", event.size(), "time", time.size());
  for (std::size_t i = 0; i < time.size(); ++i) {
    if (!std::isfinite(time[i]) || time[i] < 0.0)
      bad_row("time", i, format_double(time[i]), "follow-up must be a number >= 0");
    if (event[i] != 0 && event[i] != 1)
      bad_row("event", i, std::to_string(event[i]), "only 0 (censored) and 1 (event) are allowed");
  }
}

void check_entry(const std::vector<double>& entry, const std::vector<double>& time) {
  check_same_size("entry", entry.size(), "time", time.size());
  for (std::size_t i = 0; i < entry.size(); ++i)
    if (!(std::isfinite(entry[i]) && entry[i] < time[i]))
      throw Error(ErrorCode::domain, "entry has " + format_double(entry[i]) + " in row " + std::to_string(i + 1) +
                                         ", whose time is " + format_double(time[i]) + "; entry must come before time");
}

void check_probability(const std::string& name, const std::vector<double>& values) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!(values[i] >= 0.0 && values[i] <= 1.0))
      bad_row(name, i, format_double(values[i]), "a probability lies in 0..1");
}

void check_not_negative(const std::string& name, const std::vector<double>& values) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!(values[i] >= 0.0) || !std::isfinite(values[i]))
      bad_row(name, i, format_double(values[i]), "only finite numbers >= 0 are allowed");
}

void check_level(double level) {
  if (!(level > 0.0 && level < 1.0))
    throw Error(ErrorCode::domain,
                "confidence level " + format_double(level) + " is not between 0 and 1; 0.95 is usual");
}

}  // namespace larc::stats
