#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "clinical/patient_view.h"
#include "store/database.h"

namespace larc::clinical {

/// Reserved variable: the centre of a patient. It stratifies and audits, it never predicts.
inline constexpr const char* kCentreVariable = "centre";

/// What is asked: what could be known at a prediction point, on a day.
struct KnownAt {
  PredictionPoint point = PredictionPoint::LABEL;
  std::string on = {};  // ISO date (with that whole day) or UTC time; rows recorded later are not seen. Empty: now
};

/// Whether what was recorded at that UTC time is seen `on` a day or at a time, as KnownAt::on.
bool is_recorded_by(std::string_view recorded_at, const std::string& on);

/// The values of patients as they could be known at `known.point`:
/// - a variable is seen from its `available_from` on; at LABEL everything is;
/// - of a variable, reader and instance the row recorded last counts, among those recorded up to `known.on`; if it was
///   true later than the patient's moment of the point (Rules::moments, by the dates known on that day), than
///   `known.on` or than the data cut, the value is not seen. A value or a moment without a date does not limit;
/// - a value outside its window is not seen; where the date of either is unknown the window does not limit;
/// - the consensus of the readers counts, else what they all say, else what Rules::reader_policy gives;
/// - of a repeated measurement the instance that was true last counts; on one day the one recorded last, of one record
///   the one with the highest number.
/// patient  empty: all. At constant memory beside the answer.
std::map<std::string, PatientValues> view_values(store::Database& database, const Rules& rules, const KnownAt& known,
                                                 const std::string& patient = "");

/// Where a value of a view was recorded.
struct ValuePlace {
  std::int64_t row = 0;  // of the registry
  std::string reader, instance;
};
/// The place of every value that `view_values` gives for the patient, by variable.
std::map<std::string, ValuePlace> view_places(store::Database& database, const Rules& rules, const KnownAt& known,
                                              const std::string& patient);

/// Newest values by reader, of the variables that were read by several: patient -> variable -> reader -> value. Of a
/// repeated measurement, the instance that was true last.
using ReaderValues = std::map<std::string, std::map<std::string, std::map<std::string, std::string>>>;
ReaderValues view_readers(store::Database& database);

}  // namespace larc::clinical
