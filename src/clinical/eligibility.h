#pragma once
#include <map>
#include <string>
#include <vector>

#include "clinical/registry.h"

namespace larc::clinical {

enum class Eligibility { eligible, excluded, unknown };

struct Screening {
  std::map<std::string, Eligibility> of_patient;
  std::map<std::string, std::string> decided_by;  // criterion that excluded, or that is unknown
  struct Count {
    std::string criterion;
    Label text;
    std::size_t excluded = 0;
    std::size_t unknown = 0;
  };
  std::vector<Count> counts;  // in protocol order
};

/// Per criterion, in protocol order: id, text, excluded, unknown.
Json criteria_json(const Screening& screening);

/// Applies the criteria in protocol order. A patient is excluded by the first criterion that definitely fails;
/// otherwise unknown if a criterion could not be evaluated; otherwise eligible.
Screening screen(const Rules& rules, const std::vector<std::string>& patients,
                 const std::map<std::string, PatientValues>& values);

}  // namespace larc::clinical
