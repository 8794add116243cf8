#include "study/validate.h"

#include "core/error.h"
#include "core/number.h"
#include "core/random.h"
#include "core/version.h"
#include "learn/evaluate.h"
#include "study/model.h"

namespace larc::study {

namespace {

/// Raised whenever the meaning of a validation unit changes.
constexpr const char* kProtocol = "2";
constexpr int kPermutationBlock = 11;

std::string unit_id(const Endpoint& endpoint, const std::string& kind, const std::string& part) {
  return endpoint.id + "/" + to_string(endpoint.at) + "/" + kind + "/" + part;
}

/// One training fold: out-of-fold predictions of its test rows.
Json run_fold(const Study& study, const Dataset& dataset, const learn::Protocol& protocol, const std::string& kind,
              const learn::Split& split, std::uint64_t seed) {
  const FittedModel model = fit_model(study, dataset, protocol.training(split), kind, seed);
  const Predictions predictions = predict_rows(study, model, dataset, split.test);
  Json coefficients = Json::array();
  if (kind != "deep")
    for (const auto& item : learn::coefficients(model.tabular))
      coefficients.push_back({item.name, item.group, item.value});
  return {{"rows", split.test},
          {"linear", predictions.linear},
          {"probability", predictions.probability},
          {"survival", predictions.survival},
          {"high_risk", predictions.high_risk},
          {"coefficients", coefficients}};
}

/// The whole procedure on permuted outcomes, one repeat each: its statistics under no association.
Json run_permutations(const Study& study, const Dataset& dataset, const std::string& kind, int first, int count,
                      std::uint64_t seed) {
  Json list = Json::array();
  const learn::Protocol protocol = protocol_of(dataset, seed);
  for (int p = first; p < first + count; ++p) {
    const auto number = static_cast<std::uint64_t>(p);
    const learn::Protocol permuted = protocol.permuted(derive_seed(seed, "permutation", number));
    std::vector<learn::FoldScores> scores;
    for (const learn::Split& split : permuted.cross_validation(1, study.file.validation.folds)) {
      const FittedModel model = fit_model(study, dataset, permuted.training(split), kind,
                                          derive_seed(seed, "permuted fit " + split.held_out, number));
      scores.push_back(
          {split.repeat, split.test, predict_rows(study, model, dataset, split.test).linear, split.training.size()});
    }
    list.push_back(learn::fold_concordance(permuted.outcome(), scores).value);
  }
  return list;
}

}  // namespace

std::string validation_input(const StudyFile& file, const Dataset& dataset, const std::string& kind,
                             std::uint64_t seed) {
  const auto section = [&](const char* key) {
    return file.document.contains(key) ? dump_json(file.document.at(key)) : std::string();
  };
  return hash_of({kProtocol, version(), commit(), dataset.hash, kind, std::to_string(seed), section("validation"),
                  kind == "deep" ? section("models") + section("crop") : section("models")});
}

learn::Protocol validation_protocol(const Dataset& dataset, std::uint64_t seed) {
  return protocol_of(dataset, derive_seed(seed, "folds of " + dataset.endpoint->id));
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

  std::vector<learn::Protocol> protocols;
  protocols.reserve(datasets.size());
  std::vector<Case> deep_units, units;
  for (const Dataset& dataset : datasets) {
    const learn::Protocol& protocol = protocols.emplace_back(validation_protocol(dataset, seed));
    for (const auto& [kind, refused] : kinds_of(file, dataset)) {
      if (!refused.empty()) continue;
      const std::string input = validation_input(file, dataset, kind, seed);
      const bool deep = kind == "deep";
      for (const learn::Split& split : protocol.cross_validation(
               deep ? file.validation.deep_repeats : file.validation.repeats, file.validation.folds))
        (deep ? deep_units : units)
            .push_back(
                {unit_id(*dataset.endpoint, kind, "repeat " + std::to_string(split.repeat) + " " + split.held_out),
                 input, [&study, &dataset, &protocol, kind, split, seed] {
                   return dump_json(run_fold(study, dataset, protocol, kind, split,
                                             derive_seed(seed, "fit " + dataset.endpoint->id + split.held_out,
                                                         static_cast<std::uint64_t>(split.repeat))));
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
