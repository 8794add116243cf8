#pragma once
#include <array>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "clinical/expression.h"
#include "clinical/label.h"
#include "clinical/section.h"

namespace larc::clinical {

/// When something becomes known. A model declared at a point may use what is available by then; nothing is ever
/// available from LABEL.
enum class PredictionPoint { P0, P1, P2, LABEL };
std::string to_string(PredictionPoint point);

/// codes: any number of codes, separated by ';'
enum class VariableType { number, category, codes, date, text };
std::string to_string(VariableType type);

/// A value counts only if it was true at most so many days before a date.
struct Window {
  std::string before;  // a date variable
  int days = 0;
};

struct Variable {
  std::string id;
  VariableType type = VariableType::text;
  PredictionPoint available_from = PredictionPoint::LABEL;
  Label label;
  std::vector<std::string> aliases;  // other names a column of it may have, for the proposal of a mapping
  std::string unit;  // a number with a unit may be "<0.5": below the limit of detection, read as half the limit
  std::map<std::string, double> units;                      // other unit -> factor that brings it to `unit`
  double lower = -std::numeric_limits<double>::infinity();  // plausible range, inclusive
  double upper = std::numeric_limits<double>::infinity();
  double upper_normal = std::numeric_limits<double>::quiet_NaN();  // of a laboratory value
  std::vector<std::string> codes;                                  // allowed values of a category, in order
  std::vector<Label> code_labels;                                  // one a code
  bool ordered = false;                                            // the codes are steps of a scale
  bool log_scale = false;                                          // a model sees log(1 + value)
  bool readers = false;                                            // several readers may give a value each
  std::string dated_by;  // the date variable that says when the value was true
  std::optional<Window> window;
  std::optional<Expression> formula;  // derived: never typed in
};

/// What becomes of a table with a cell that cannot be understood.
enum class OnFault { refuse_file, drop_row, drop_value };

struct TableRule {
  std::string patient_column;
  std::string centre_column;                   // empty: none
  std::vector<std::string> missing;            // cells that mean "no value"
  std::map<std::string, std::string> columns;  // column -> variable, where the names differ
  /// Glob of a table's file name -> mapping file, seen from the study folder; the first that fits counts.
  std::vector<std::pair<std::string, std::string>> mappings;
  OnFault on_fault = OnFault::refuse_file;
};

/// The day up to which a value may have become true to be known at a prediction point: `date` plus `days`.
struct Moment {
  std::string date;  // a date variable; empty: the point has no day of its own
  int days = 0;
};

/// A rule between values of one patient. Where it is false a person has to look; the endpoints it affects are not
/// derived for this patient until then.
struct Check {
  std::string id;
  Label text;    // what is wrong
  Label remedy;  // what to do
  Expression holds;
  std::vector<std::string> affects;  // endpoints
};

enum class EndpointType { binary, ordinal, survival, competing };
std::string to_string(EndpointType type);

/// Time from dates: the first event after the origin, or the last day the patient was seen.
struct DateRule {
  Expression origin;
  std::optional<Expression> entry;  // delayed entry; absent: at the origin
  std::vector<Expression> events;   // each a date, unknown where it did not happen
  std::vector<Expression> competing;
  Expression last_seen;
};

struct Endpoint {
  std::string id;
  EndpointType type = EndpointType::binary;
  PredictionPoint at = PredictionPoint::P0;
  bool primary = false;
  Label label;
  std::optional<Expression> positive;  // binary
  std::optional<Expression> level;     // ordinal: a text
  std::vector<std::string> levels;     // in order
  std::optional<Expression> time;      // survival by expressions, months
  std::optional<Expression> event;
  std::optional<DateRule> dates;       // survival and competing by dates
  std::optional<Expression> risk_set;  // false: not at risk of this endpoint
  double horizon_months = 120;
  std::vector<double> report_at;  // months at which survival is predicted and judged
  std::vector<const Expression*> expressions() const;
};

struct Criterion {
  std::string id;
  Label text;
  bool include = true;  // otherwise true excludes
  Expression rule;
};

/// What holds where readers of one value differ and no consensus was recorded.
enum class ReaderPolicy { unknown, first };

/// The clinical half of study.yaml: dictionary, tables, checks, eligibility, endpoints.
struct Rules {
  TableRule table;
  std::vector<Variable> variables;
  std::array<Moment, 3> moments;  // of P0, P1, P2
  ReaderPolicy reader_policy = ReaderPolicy::unknown;
  std::vector<Check> checks;
  std::vector<Criterion> eligibility;
  std::vector<Endpoint> endpoints;
  std::string data_cut;  // date; nothing is known of later days. Empty: none

  const Variable* find_variable(const std::string& id) const;
  const Endpoint& endpoint(const std::string& id) const;  // errors not_found
};

/// Reads the keys table, variables, prediction_points, readers, checks, eligibility, endpoints and data_cut.
/// errors format: names the key
void parse_rules(Section& root, Rules& rules);
PredictionPoint parse_point(Section& section, const std::string& key, const std::string& fallback);

}  // namespace larc::clinical
