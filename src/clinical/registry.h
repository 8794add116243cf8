#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "clinical/finding.h"
#include "clinical/known_values.h"
#include "clinical/view.h"
#include "core/json.h"
#include "store/audit.h"
#include "store/content_store.h"
#include "store/database.h"
#include "store/ledger.h"

namespace larc::clinical {

struct ImageRecord {
  std::string patient;
  std::string role;
  std::string content_hash;  // NRRD in the content store
  std::string source;        // file or series it came from
  Json details;              // scanner and series attributes
};

/// A criterion that a person sets aside for a patient.
struct Waiver {
  std::string patient;
  std::string criterion;
  std::string reason;
  std::string by;           // empty: who changes the registry
  std::string recorded_at;  // UTC; given by the registry
};

/// Who works: LARC_USER, else the login name.
std::string current_user();

/// What is known of the patients: which value, when it was true, when and by whom it was recorded, from which source.
/// Rows are added and never changed; every change is one entry of the audit trail.
class Registry {
 public:
  /// clock  gives the time now in UTC
  explicit Registry(store::Database& database, std::string by = current_user(),
                    std::function<std::string()> clock = store::utc_now);

  /// Several changes as one: all or nothing, one entry of the audit trail.
  void change(const std::string& action, const Json& detail, const std::function<void()>& work);
  /// An event of the audit trail without rows.
  void note(const std::string& action, const Json& detail);

  void add_patient(const std::string& patient);
  /// Adds what differs from the newest row of the same variable, reader and instance, in value or in date.
  void add(const SourceRecord& record);
  /// Within a change: reads what is known of patients whose records come next, all at once. What a delivery says of
  /// many patients is so compared with few questions to the database.
  void expect(const std::vector<std::string>& patients);
  /// How many patients one `expect` may name.
  static constexpr std::size_t kExpectedAtOnce = 250;
  /// The same after `date_observations`.
  void add(const Rules& rules, SourceRecord record);
  /// One value without date. Empty text withdraws it.
  void add_value(const std::string& patient, const std::string& variable, const std::string& value,
                 const std::string& source, const std::string& source_hash);
  void add_image(const ImageRecord& image);
  /// A prediction of the same model on the same input is recorded once.
  void add_prediction(const std::string& patient, const Json& prediction);

  /// The faults of a file as it is now: an import of the mended file clears them.
  void replace_faults(const std::string& source, const std::vector<Finding>& faults);
  /// By source.
  std::vector<Finding> faults() const;
  /// The same waiver by the same person is recorded once.
  void waive(const Waiver& waiver);
  std::vector<Waiver> waivers() const;

  /// Sorted.
  std::vector<std::string> patients() const;
  bool has_patient(const std::string& patient) const;
  /// The values of every patient that has one, as view.h says. The only door to the data for models.
  std::map<std::string, PatientValues> values(const Rules& rules, const KnownAt& known = {}) const;
  PatientValues values_of(const std::string& patient, const Rules& rules, const KnownAt& known = {}) const;
  /// Where each of `values_of` was recorded.
  std::map<std::string, ValuePlace> places_of(const std::string& patient, const Rules& rules,
                                              const KnownAt& known = {}) const;
  ReaderValues reader_values() const;
  /// Every recorded value of a patient, oldest first.
  std::vector<Fact> history(const std::string& patient) const;
  /// Newest image of every patient and role.
  std::map<std::pair<std::string, std::string>, ImageRecord> images() const;

  /// Reads the whole registry: audit trail, rows, and whether the objects of the images are in `content`.
  store::AuditReport verify(const store::ContentStore& content) const;

 private:
  KnownValues& known_of(const std::string& patient);
  std::int64_t source_id(const std::string& name, const std::string& sha256);

  store::Database& database_;
  store::AuditTrail trail_;
  // Of the change that is going on.
  std::map<std::string, KnownValues> known_;
  std::map<std::pair<std::string, std::string>, std::int64_t> sources_;
  std::int64_t record_ = 0;  // a number for every record that is added
};

}  // namespace larc::clinical
