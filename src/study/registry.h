#pragma once
#include <map>
#include <string>
#include <vector>

#include "store/database.h"
#include "study/study_file.h"

namespace larc::study {

/// Values of one patient by variable, as text; absent means unknown.
using PatientValues = std::map<std::string, std::string>;

struct ImageRecord {
  std::string patient;
  std::string role;
  std::string content_hash;  // NRRD in the content store
  std::string source;        // file or series it came from
  Json details;              // scanner and series attributes
};

/// Reserved variable: the centre of a patient. It stratifies and audits, it never predicts.
inline constexpr const char* kCentreVariable = "centre";

/// What is known of the patients. Rows are added and never changed; the newest row of a value counts.
class Registry {
 public:
  explicit Registry(store::Database& database) : database_(database) {}

  void add_patient(const std::string& patient);
  /// Adds a row only if the value differs from the newest one. Empty text withdraws the value.
  void add_value(const std::string& patient, const std::string& variable, const std::string& value,
                 const std::string& source, const std::string& source_hash);
  void add_image(const ImageRecord& image);

  /// Sorted.
  std::vector<std::string> patients() const;
  /// Newest values of every patient, withdrawn ones left out.
  std::map<std::string, PatientValues> values() const;
  /// Newest image of every patient and role.
  std::map<std::pair<std::string, std::string>, ImageRecord> images() const;

 private:
  store::Database& database_;
};

/// The value of a variable as its type asks: number, text; unknown when absent.
/// errors domain: not of the declared type, out of range, not an allowed code (says what is allowed)
Datum parse_value(const Variable& variable, const std::string& text);

/// The only door to a patient's data for a model: gives what was available at `point` and refuses the rest.
class PatientView {
 public:
  PatientView(const StudyFile& study, const PatientValues& values, PredictionPoint point)
      : study_(study), values_(values), point_(point) {}
  /// errors refused: the variable is available only later; not_found: it is not declared
  Datum operator()(const std::string& variable) const;

 private:
  const StudyFile& study_;
  const PatientValues& values_;
  PredictionPoint point_;
};

}  // namespace larc::study
