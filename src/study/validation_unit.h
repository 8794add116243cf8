#pragma once
#include <map>
#include <optional>
#include <string>

#include "learn/evaluate.h"
#include "study/dataset.h"

namespace larc::study {

/// Units of the validation stage as the ledger knows them, by id.
using Units = std::map<std::string, store::Job>;

/// part: "repeat 0 fold 1", "permutations 0", "centre A"
std::string unit_id(const Endpoint& endpoint, const std::string& kind, const std::string& part);
std::string fold_part(int repeat, int fold);
std::string centre_part(const std::string& centre);

/// What a unit found; nullopt with `reason` where it failed, is out of date or was not run.
std::optional<Json> finished_unit(const Units& units, const std::string& id, const std::string& input,
                                  std::string& reason);

/// The rows a unit predicted and their scores.
learn::FoldScores unit_scores(const Json& unit, int repeat);

}  // namespace larc::study
