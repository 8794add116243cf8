#pragma once
#include "study/study.h"

namespace larc::study {

struct TrainFilter {
  std::string endpoint;  // empty: all
  std::string at;
  std::string kind;
};

/// Fits every model of the study on all its patients and writes the bundles models/<id>.larc.
/// Gives why there was nothing to train: no model of the study may be (too few events); empty where there was.
/// errors not_ready: no outcome was imported; refused: a predictor is not available in time or repeats something later;
/// usage: the filter names no endpoint of models.endpoints, or nothing at all
std::string run_train(Study& study, const RunOptions& options, const TrainFilter& filter);

/// Id of the newest bundle of this endpoint and kind, null if there is none.
Json trained_model_id(const Study& study, const Endpoint& endpoint, const std::string& kind);

}  // namespace larc::study
