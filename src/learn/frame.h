#pragma once
#include <set>
#include <string>
#include <vector>

namespace larc::learn {

enum class ColumnKind { numeric, categorical };

/// One variable of all patients.
struct Column {
  std::string name;
  std::string group;  // "clinical", "radiomics", ...
  ColumnKind kind = ColumnKind::numeric;
  std::vector<double> values;       // numeric: (rows,), NaN = missing
  std::vector<std::string> levels;  // categorical: (rows,), "" = missing

  std::size_t size() const { return kind == ColumnKind::numeric ? values.size() : levels.size(); }
};

/// How a numeric column came out when it was measured again and again, such as on perturbed images. One entry a row, so
/// that it goes wherever the row goes.
struct RepeatedColumn {
  std::string name;            // of the column
  int repeats = 0;             // measurements of each row, at least 2
  double minimum_icc = 0;      // what the study asks of the column
  std::vector<double> mean;    // (rows,) of a row's measurements; NaN where one of them is undefined
  std::vector<double> within;  // (rows,) sum of squared deviations from it
};

/// Group of columns that hold random numbers drawn by larc itself, as a baseline; no trait of a patient.
inline constexpr const char* kRandomGroup = "random";

/// Group of columns that hold what another model says of the row.
inline constexpr const char* kScoreGroup = "score";

/// A table of variables, one row per patient.
struct Frame {
  std::size_t rows = 0;
  std::vector<Column> columns;
  std::vector<RepeatedColumn> repeated = {};  // of some of the columns
  std::vector<std::string> batches = {};      // (rows,) centre or scanner, for harmonising alone; empty: unknown

  /// The rows in the order given, of everything; a row may stand more than once. errors domain
  Frame select_rows(const std::vector<std::size_t>& rows) const;
  /// The columns of these groups, in their order, and what was measured again of them.
  Frame select_groups(const std::set<std::string>& groups) const;
  /// nullptr when there is none. likely: where it probably stands
  const Column* find(const std::string& name, std::size_t likely = 0) const;
  /// errors not_found: names the column
  const Column& column(const std::string& name, std::size_t likely = 0) const;
};

Column numeric_column(std::string name, std::string group, std::vector<double> values);
Column categorical_column(std::string name, std::string group, std::vector<std::string> levels);

/// From the measurements of each row. errors shape_mismatch: rows of different length
RepeatedColumn repeated_column(std::string name, double minimum_icc,
                               const std::vector<std::vector<double>>& measurements);

/// errors shape_mismatch (a column of another length), conflict (a name twice), domain (an infinite value)
void check_frame(const Frame& frame);

enum class OutcomeKind { binary, survival };

std::string to_string(OutcomeKind kind);
/// errors domain
OutcomeKind outcome_kind_from_string(const std::string& text);

/// What is to be predicted, one entry per patient.
struct Outcome {
  OutcomeKind kind = OutcomeKind::binary;
  std::vector<double> label;        // binary: 0 or 1
  std::vector<double> time_months;  // survival: >= 0
  std::vector<int> event;           // survival: 1 event, 0 censored

  /// errors domain
  Outcome select_rows(const std::vector<std::size_t>& rows) const;
  std::size_t size() const { return kind == OutcomeKind::binary ? label.size() : time_months.size(); }
  /// Patients with the outcome, or events.
  std::size_t events() const;
};

/// errors shape_mismatch, domain
void check_outcome(const Outcome& outcome);

}  // namespace larc::learn
