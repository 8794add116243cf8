#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "learn/shared_folds.h"
#include "study/deep_model.h"

namespace larc::study {

// One network a prediction point learns all endpoints. Beside the final one, of all patients, there is one without each
// fold and one without each centre, so that every patient can be predicted by a network that never saw the patient.
// They are cases of the ledger's stage "networks".

/// Part of the cases of the final networks; the others have the parts of validation units (validation_unit.h).
inline constexpr const char* kEverything = "everything";

/// Which networks are wanted: the final ones, or those that validation needs.
enum class NetworkUse { final, validation, all };

/// Trains what is not up to date, of the points in question (empty: all). A network that its rows cannot teach is
/// remembered with the reason.
/// datasets: of all endpoints that get models
void run_networks(Study& study, const std::vector<Dataset>& datasets, NetworkUse use,
                  const std::vector<PredictionPoint>& points, std::uint64_t seed, int threads);

/// What one network says for one endpoint, by patient; nothing of patients without an image.
struct NetworkScores {
  DeepModel model;                         // weights of final networks alone
  std::map<std::string, double> training;  // from members that did not learn from the patient
  std::map<std::string, double> held_out;
  /// Held-out scores with a sequence, or all of a time point, hidden; by its name.
  std::map<std::string, std::map<std::string, double>> hidden;
  std::vector<std::string> notes;

  double of(const std::string& patient) const;
};

/// part: kEverything, "repeat 0 fold 1", "centre A". errors refused: the network could not be trained (says why);
/// not_ready: it was not
NetworkScores network_scores(const Study& study, const Endpoint& endpoint, const std::string& part);

/// The dataset with what the network says as one more column, of the group learn::kScoreGroup.
Dataset with_network_score(Dataset dataset, const NetworkScores& scores);
/// That column for new rows.
learn::Column network_column(std::vector<double> linear);

}  // namespace larc::study
