#pragma once
#include <map>
#include <string>

#include "clinical/rules.h"

namespace larc::clinical {

/// Values of one patient by variable, as text; absent means unknown.
using PatientValues = std::map<std::string, std::string>;

/// The value of a variable as its type asks: number, text; unknown when absent. "<0.5", below the limit of detection,
/// is half the limit. errors domain: not of the declared type, out of range, not an allowed code (says what is allowed)
Datum parse_value(const Variable& variable, const std::string& text);

/// The only door to a patient's data for a model: gives what was available at `point` and refuses the rest.
class PatientView {
 public:
  PatientView(const Rules& rules, const PatientValues& values, PredictionPoint point)
      : rules_(rules), values_(values), point_(point) {}
  /// A derived variable is computed from what the view gives.
  /// errors refused: the variable is available only later; not_found: it is not declared
  Datum operator()(const std::string& variable) const;

 private:
  const Rules& rules_;
  const PatientValues& values_;
  PredictionPoint point_;
};

}  // namespace larc::clinical
