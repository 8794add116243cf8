#pragma once
#include "learn/protocol.h"
#include "study/dataset.h"

namespace larc::study {

/// Nested cross-validation of every endpoint and kind of model, patient by patient, stratified and repeated. The folds
/// are drawn here and are the same for all kinds and for what runs beside them (study/companions.h); whatever learns is
/// fitted inside the training folds. With two centres or more each is also predicted by models of the others. Units (a
/// fold, a left-out centre, a block of permutations) are cases of the ledger, so a run can be stopped anywhere.
/// Suspect predictors are said before any figure is computed.
/// errors as DatasetSource::dataset_of
void run_validate(Study& study, const RunOptions& options);

/// What the units of one kind of model depend on: a finished unit with another input is out of date.
std::string validation_input(const StudyFile& file, const Dataset& dataset, const std::string& kind,
                             std::uint64_t seed);

/// The seed of the last validation, the study file's before the first.
std::uint64_t validation_seed(const Study& study);

/// Everything known from the finished units, as in the report's "endpoints" list.
Json validation_summary(const DatasetSource& source);

/// Kinds that the study asks for and its data allow, with the reason where not.
struct KindState {
  std::string kind;
  std::string refused;
};
std::vector<KindState> kinds_of(const StudyFile& file, const Dataset& dataset);

/// The protocol whose cross-validation the stage runs: the same folds for every kind of model.
learn::Protocol validation_protocol(const Dataset& dataset, std::uint64_t seed);

}  // namespace larc::study
