#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "learn/frame.h"
#include "learn/scan.h"
#include "study/extract.h"
#include "study/leak_guard.h"
#include "study/snapshot.h"

namespace larc::study {

/// Group of the one column that holds the volume of the first region where no rule measures a volume; of no kind of
/// model that a study file can ask for.
inline constexpr const char* kVolumeGroup = "volume";

/// The one column of the group learn::kScoreGroup: what a network says of the row.
inline constexpr const char* kNetworkColumn = "larc_network_score";

/// The rows on which all models of one endpoint are trained and compared: eligible patients with a known outcome and,
/// where the study uses images, a finished extraction.
struct Dataset {
  const Endpoint* endpoint = nullptr;
  std::vector<std::string> patients;  // sorted
  std::vector<std::string> centres;
  /// (patients,) patients with the same name share an image: one side of every split.
  std::vector<std::string> units;
  learn::Frame frame;  // groups "clinical", "radiomics" and kVolumeGroup; learn::kScoreGroup with a network's score
  learn::Outcome outcome;
  std::vector<int> causes;                                // survival: 0 censored, 1 the event, 2 a competing one
  std::vector<std::map<std::string, std::string>> crops;  // (patients,) hashes by image role
  std::vector<std::string> image_hashes;                  // (patients,) of the first crop
  std::size_t eligible = 0;
  std::size_t unknown_outcome = 0;  // eligible, but a value the outcome needs is missing
  std::size_t contradictory = 0;    // eligible, but what is recorded cannot all be true
  std::size_t not_at_risk = 0;      // eligible, but outside the endpoint's risk set
  std::size_t competing = 0;        // patients among the rows whose time a competing event ended
  std::vector<std::string> notes;   // on the outcome: what counts as censored, values that cannot be understood
  std::size_t without_image = 0;    // eligible and outcome known, but no extraction
  std::string hash;                 // of everything above
  std::string network_hash;         // of what the networks of its point learn from; empty where there are none
  std::vector<LaterTwin> twins;     // predictors that look like something later, none of them a copy
  bool no_outcome = false;          // no patient has a value the outcome is derived from
  std::string refused;              // why no model may be trained; empty if one may
  std::size_t positives() const { return outcome.events(); }
};

/// Clinical predictors of one patient as columns with one row each, in the order of the study file.
std::vector<learn::Column> clinical_columns(const StudyFile& file, const PatientValues& values, PredictionPoint at);

/// What the datasets of a study are made of, read once. The study must outlive it.
class DatasetSource {
 public:
  explicit DatasetSource(const Study& study);
  /// Of all endpoints that get models, in the order of the study file. errors as dataset_of
  std::vector<Dataset> modelled() const;
  /// endpoint  of the study; without network_hash
  /// errors refused: a predictor or an image is not available at the endpoint's point, or a predictor is a copy of
  /// something that is not (leak_guard.h)
  Dataset dataset_of(const Endpoint& endpoint) const;

  const Snapshot& snapshot() const { return snapshot_; }
  /// Done extractions by patient.
  const std::map<std::string, ExtractedCase>& extracted() const { return extracted_; }

 private:
  const Snapshot snapshot_;
  const LeakGuard guard_;
  const std::map<std::string, ExtractedCase> extracted_;
  const std::map<std::string, std::string> shared_;  // image_quality.h
};

/// Clinical predictors that are empty, constant, or all but give the outcome away (learn/scan.h).
std::vector<learn::SuspectColumn> suspect_predictors(const Dataset& dataset);

/// errors not_ready: none of the endpoints has an outcome (names the variables that are missing)
void check_some_outcome(const std::vector<Dataset>& datasets);

/// Column groups a kind of model sees. Empty for deep.
std::set<std::string> groups_of_kind(const std::string& kind);

}  // namespace larc::study
