#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "clinical/eligibility.h"
#include "clinical/endpoint.h"
#include "clinical/finding.h"

namespace larc::clinical {

/// All that is derived for one patient.
struct Assessment {
  std::vector<FailedCheck> failed;
  PatientScreening screening;
  std::vector<Outcome> outcomes;  // one an endpoint, in the order of the rules
};
Assessment assess(const Rules& rules, const PatientValues& values, PatientScreening screening);

/// Where the value of a variable came from.
struct ValueSource {
  std::string file;
  std::size_t row = 0;
};
using SourceOf = std::function<ValueSource(const std::string& variable)>;

/// What of one patient needs somebody's eye: failed checks; criteria and endpoints whose values cannot be understood;
/// missing values that keep the patient from being judged or, once eligible, an endpoint from being derived (one query
/// a variable); endpoints of an eligible patient outside their risk set.
std::vector<Finding> patient_queries(const Rules& rules, const std::string& patient, const Assessment& assessment,
                                     const SourceOf& source_of);

/// By patient, then kind, then item.
void sort_queries(std::vector<Finding>& queries);

/// patient, centre, kind, item, text and remedy in both languages, source, row. Opens in a spreadsheet without a cell
/// being taken for a formula.
std::string queries_csv(const std::vector<Finding>& queries, const std::map<std::string, std::string>& centre_of);

}  // namespace larc::clinical
