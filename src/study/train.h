#pragma once
#include "study/study.h"

namespace larc::study {

struct TrainFilter {
  std::string endpoint;  // empty: all
  std::string at;
  std::string kind;
};

/// Fits every model of the study on all its patients and writes the bundles models/<id>.larc.
/// errors not_ready: no outcome was imported; refused: nothing that was asked for may be trained (too few events, a
/// predictor not available in time)
void run_train(Study& study, const RunOptions& options, const TrainFilter& filter);

/// Id of the newest bundle of this endpoint and kind, null if there is none.
Json trained_model_id(const Study& study, const Endpoint& endpoint, const std::string& kind);

}  // namespace larc::study
