#pragma once
#include <map>
#include <string>
#include <vector>

#include "clinical/patient_view.h"
#include "core/json.h"
#include "store/database.h"

namespace larc::clinical {

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

}  // namespace larc::clinical
