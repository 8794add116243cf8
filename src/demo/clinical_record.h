#pragma once
#include <string>
#include <vector>

#include "demo/cohort.h"
#include "demo/record.h"

namespace larc::demo {

/// What the hospital's table says about a patient: what is known of the truth, with readers' errors, missing values,
/// cells that cannot be understood, and contradictions.
Record clinical_record(const DemoPatient& patient, const DemoSettings& settings);

/// Columns of clinical.csv after patient_id and centre: every variable of the rectal dictionary that is not derived, in
/// its order, readers' columns after theirs, one checkbox for each organ. In scenario `leak` also visit_score.
std::vector<std::string> clinical_columns(Scenario scenario);

/// One cell. A checkbox is 1 or 0, empty where nothing is known.
std::string clinical_cell(const Record& record, const std::string& column);

}  // namespace larc::demo
