#include "study/validate.h"

#include "core/error.h"
#include "core/number.h"
#include "core/random.h"
#include "core/version.h"
#include "learn/folds.h"
#include "stats/concordance.h"
#include "stats/roc.h"
#include "study/model.h"

namespace larc::study {

namespace {

/// Raised whenever the meaning of a validation unit changes.
constexpr const char* kProtocol = "1";
constexpr int kPermutationBlock = 11;

std::string unit_id(const Endpoint& endpoint, const std::string& kind, const std::string& part) {
  return endpoint.id + "/" + to_string(endpoint.at) + "/" + kind + "/" + part;
}

std::string settings_hash(const StudyFile& file, const Dataset& dataset, const std::string& kind, std::uint64_t seed) {
  const auto section = [&](const char* key) {
    return file.document.contains(key) ? dump_json(file.document.at(key)) : std::string();
  };
  return hash_of({kProtocol, version(), dataset.hash, kind, std::to_string(seed), section("validation"),
                  kind == "deep" ? section("models") + section("crop") : section("models")});
}

struct Split {
  std::vector<std::size_t> train;
  std::vector<std::size_t> test;
};

Split split_of(const std::vector<int>& folds, int fold) {
  Split split;
  for (std::size_t row = 0; row < folds.size(); ++row) (folds[row] == fold ? split.test : split.train).push_back(row);
  return split;
}

/// One training fold: out-of-fold predictions of its test rows.
Json run_fold(const Study& study, const Dataset& dataset, const std::string& kind, const Split& split,
              std::uint64_t seed) {
  const FittedModel model = fit_model(study, dataset, split.train, kind, seed);
  const Predictions predictions = predict_rows(study, model, dataset, split.test);
  Json coefficients = Json::array();
  if (kind != "deep")
    for (const auto& item : learn::coefficients(model.pipeline))
      if (item.value != 0) coefficients.push_back({item.name, item.group, item.value});
  return {{"rows", split.test},
          {"linear", predictions.linear},
          {"probability", predictions.probability},
          {"survival", predictions.survival},
          {"high_risk", predictions.high_risk},
          {"coefficients", coefficients}};
}

double statistic(const learn::Outcome& outcome, const std::vector<double>& score) {
  return outcome.kind == learn::OutcomeKind::binary ? stats::roc(outcome.label, score).auc
                                                    : stats::harrell_c(outcome.time_months, outcome.event, score).c;
}

learn::Outcome shuffled(const learn::Outcome& outcome, std::uint64_t seed) {
  Random random(seed);
  return outcome.select_rows(random.permutation(outcome.size()));
}

/// The whole pipeline on permuted outcomes, one repeat each: its statistics under no association.
Json run_permutations(const Study& study, const Dataset& dataset, const std::string& kind, int first, int count,
                      std::uint64_t seed) {
  Json list = Json::array();
  for (int p = first; p < first + count; ++p) {
    Dataset permuted = dataset;
    const auto number = static_cast<std::uint64_t>(p);
    permuted.outcome = shuffled(dataset.outcome, derive_seed(seed, "permutation", number));
    const auto folds = folds_of_repeat(study.file, permuted, 0, derive_seed(seed, "permuted folds", number));
    std::vector<double> score(dataset.patients.size(), kNaN);
    for (int fold = 0; fold < study.file.validation.folds; ++fold) {
      const Split split = split_of(folds, fold);
      const FittedModel model = fit_model(study, permuted, split.train, kind,
                                          derive_seed(seed, "permuted fit", number, static_cast<std::uint64_t>(fold)));
      const Predictions predictions = predict_rows(study, model, permuted, split.test);
      for (std::size_t t = 0; t < split.test.size(); ++t) score[split.test[t]] = predictions.linear[t];
    }
    list.push_back(statistic(permuted.outcome, score));
  }
  return list;
}

}  // namespace

std::vector<int> folds_of_repeat(const StudyFile& file, const Dataset& dataset, int repeat, std::uint64_t seed) {
  std::vector<int> strata;
  for (std::size_t row = 0; row < dataset.patients.size(); ++row)
    strata.push_back(dataset.outcome.kind == learn::OutcomeKind::binary ? static_cast<int>(dataset.outcome.label[row])
                                                                        : dataset.outcome.event[row]);
  return learn::stratified_folds(
      strata, file.validation.folds,
      derive_seed(seed, "folds of " + dataset.endpoint->id, static_cast<std::uint64_t>(repeat)));
}

std::vector<KindState> kinds_of(const StudyFile& file, const Dataset& dataset) {
  std::vector<KindState> kinds;
  const auto has_group = [&](const std::string& group) {
    return std::any_of(dataset.frame.columns.begin(), dataset.frame.columns.end(),
                       [&](const auto& column) { return column.group == group; });
  };
  for (const auto& kind : file.kinds) {
    std::string refused = dataset.refused;
    if (refused.empty()) {
      if ((kind == "clinical" || kind == "combined") && !has_group("clinical"))
        refused = "the study file names no clinical predictor (models.clinical_predictors)";
      else if ((kind == "radiomics" || kind == "combined") && !has_group("radiomics"))
        refused = "the study file asks for no feature extraction (extraction)";
      else if (kind == "deep" && !file.crop)
        refused = "the study file has no crop rule (crop)";
    }
    kinds.push_back({kind, refused});
  }
  return kinds;
}

void run_validate(Study& study, const RunOptions& options) {
  const StudyFile& file = study.file;
  const std::uint64_t seed = options.seed.value_or(file.seed);
  std::vector<Dataset> datasets;
  for (const auto& endpoint : file.endpoints) datasets.push_back(make_dataset(study, endpoint));
  check_some_outcome(datasets);

  std::vector<Case> deep_units, units;
  for (const Dataset& dataset : datasets)
    for (const auto& [kind, refused] : kinds_of(file, dataset)) {
      if (!refused.empty()) continue;
      const std::string input = settings_hash(file, dataset, kind, seed);
      const bool deep = kind == "deep";
      for (int repeat = 0; repeat < (deep ? file.validation.deep_repeats : file.validation.repeats); ++repeat)
        for (int fold = 0; fold < file.validation.folds; ++fold)
          (deep ? deep_units : units)
              .push_back({unit_id(*dataset.endpoint, kind,
                                  "repeat " + std::to_string(repeat) + " fold " + std::to_string(fold)),
                          input, [&study, &file, &dataset, kind, repeat, fold, seed] {
                            const auto folds = folds_of_repeat(file, dataset, repeat, seed);
                            return dump_json(run_fold(
                                study, dataset, kind, split_of(folds, fold),
                                derive_seed(seed, "fit " + dataset.endpoint->id + kind,
                                            static_cast<std::uint64_t>(repeat), static_cast<std::uint64_t>(fold))));
                          }});
      for (int first = 0; !deep && first < file.validation.permutations; first += kPermutationBlock) {
        const int count = std::min(kPermutationBlock, file.validation.permutations - first);
        units.push_back({unit_id(*dataset.endpoint, kind, "permutations " + std::to_string(first)), input,
                         [&study, &dataset, kind, first, count, seed] {
                           return dump_json(
                               run_permutations(study, dataset, kind, first, count,
                                                derive_seed(seed, "permute " + dataset.endpoint->id + kind)));
                         }});
      }
    }
  // The long units first, so that no thread waits for them at the end.
  deep_units.insert(deep_units.end(), std::make_move_iterator(units.begin()), std::make_move_iterator(units.end()));
  run_cases(study, "validate", deep_units, "Validating models", options.threads);
  forget_other_cases(study, "validate", deep_units);
  study.ledger.record({"seed", "validate", "", true, "", std::to_string(seed), 0});
}

std::uint64_t validation_seed(const Study& study) {
  const auto job = study.ledger.find("seed", "validate");
  return job ? static_cast<std::uint64_t>(parse_integer(job->result).value_or(0)) : study.file.seed;
}

}  // namespace larc::study
