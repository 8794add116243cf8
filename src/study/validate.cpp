#include "study/validate.h"

#include "core/error.h"
#include "core/number.h"
#include "core/random.h"
#include "core/version.h"
#include "learn/evaluate.h"
#include "study/companion_summary.h"
#include "study/companions.h"
#include "study/model.h"
#include "study/validation_unit.h"

namespace larc::study {

namespace {

/// Raised whenever the meaning of a validation unit changes.
constexpr const char* kProtocol = "4";
constexpr int kPermutationBlock = 11;

Json robustness_of(const learn::Model& model) {
  Json list = Json::array();
  for (const auto& column : model.preprocess.robustness.columns)
    list.push_back({column.name, number_or_null(column.icc), column.minimum_icc, column.kept});
  return list;
}

/// One training fold: out-of-fold predictions of its test rows.
Json predict_fold(const Study& study, const Dataset& dataset, const learn::Protocol& protocol, const std::string& kind,
                  const learn::Split& split, std::uint64_t seed) {
  const FittedModel model = fit_model(study, dataset, protocol.training(split), kind, seed);
  std::vector<std::string> said, notes = model.notes;
  const Predictions predictions = predict_rows(study, model, dataset, split.test, &said);
  // Of the held-out rows only what harmonisation did not reach; cut values and unseen levels are everyday matters.
  std::copy_if(said.begin(), said.end(), std::back_inserter(notes),
               [](const std::string& note) { return note.find("left as measured") != std::string::npos; });
  Json coefficients = Json::array();
  if (kind != "deep")
    for (const auto& item : learn::coefficients(model.tabular))
      coefficients.push_back({item.name, item.group, item.value});
  return {{"rows", split.test},
          {"training", split.training.size()},
          {"linear", predictions.linear},
          {"probability", predictions.probability},
          {"survival", predictions.survival},
          {"high_risk", predictions.high_risk},
          {"coefficients", coefficients},
          {"robustness", robustness_of(model.tabular)},
          {"notes", notes}};
}

Json run_fold(const Study& study, const Dataset& dataset, const learn::Protocol& protocol, const std::string& kind,
              const learn::Split& split, std::uint64_t seed) {
  if (!is_baseline(kind)) return predict_fold(study, dataset, protocol, kind, split, seed);
  const Dataset own = baseline_dataset(dataset, kind, seed);
  return predict_fold(study, own, protocol_of(own, seed), kind, split, seed);
}

/// As run_fold. That the other centres cannot teach a model of this one is an answer, not a failure of the study.
Json run_centre(const Study& study, const Dataset& dataset, const learn::Protocol& protocol, const std::string& kind,
                const learn::Split& split, std::uint64_t seed) {
  try {
    return run_fold(study, dataset, protocol, kind, split, seed);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::refused && error.code() != ErrorCode::domain) throw;
    return {{"failure", error.what()}};
  }
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

namespace {

/// The units of one endpoint. What they refer to must outlive them.
struct UnitList {
  const Study& study;
  const Dataset& dataset;
  const learn::Protocol& protocol;
  std::uint64_t seed;
  std::vector<Case>& cases;

  void add(const std::string& kind, const std::string& part, std::function<Json()> work) const {
    cases.push_back({unit_id(*dataset.endpoint, kind, part), validation_input(study.file, dataset, kind, seed),
                     [work = std::move(work)] { return dump_json(work()); }});
  }

  void add_folds(const std::string& kind) const {
    const ValidationPlan& plan = study.file.validation;
    for (const learn::Split& split :
         protocol.cross_validation(kind == "deep" ? plan.deep_repeats : plan.repeats, plan.folds)) {
      const std::uint64_t fit_seed =
          derive_seed(seed, "fit " + dataset.endpoint->id + split.held_out, static_cast<std::uint64_t>(split.repeat));
      add(kind, "repeat " + std::to_string(split.repeat) + " " + split.held_out,
          [this_ = *this, kind, split, fit_seed] {
            return run_fold(this_.study, this_.dataset, this_.protocol, kind, split, fit_seed);
          });
    }
  }

  void add_centres(const std::string& kind) const {
    if (centres_of(dataset).size() < 2) return;
    for (const learn::Split& split : protocol.leave_one_centre_out()) {
      const std::uint64_t fit_seed = derive_seed(seed, "fit " + dataset.endpoint->id + split.held_out);
      add(kind, split.held_out, [this_ = *this, kind, split, fit_seed] {
        return run_centre(this_.study, this_.dataset, this_.protocol, kind, split, fit_seed);
      });
    }
  }

  void add_permutations(const std::string& kind) const {
    const int all = study.file.validation.permutations;
    for (int first = 0; first < all; first += kPermutationBlock) {
      const int count = std::min(kPermutationBlock, all - first);
      add(kind, "permutations " + std::to_string(first), [this_ = *this, kind, first, count] {
        return run_permutations(this_.study, this_.dataset, kind, first, count,
                                derive_seed(this_.seed, "permute " + this_.dataset.endpoint->id + kind));
      });
    }
  }
};

}  // namespace

void run_validate(Study& study, const RunOptions& options) {
  const StudyFile& file = study.file;
  const std::uint64_t seed = options.seed.value_or(file.seed);
  const DatasetSource source(study);
  std::vector<Dataset> datasets;
  for (const auto* endpoint : file.modelled_endpoints()) datasets.push_back(source.dataset_of(*endpoint));
  check_some_outcome(datasets);
  for (const Dataset& dataset : datasets)
    for (const auto& suspect : suspect_predictors(dataset))
      if (options.say) options.say(suspect_sentence(*dataset.endpoint, suspect));
  for (const Dataset& dataset : datasets)
    for (const auto& twin : dataset.twins)
      if (options.say) options.say(twin_sentence(file, dataset, twin));

  std::vector<learn::Protocol> protocols;
  protocols.reserve(datasets.size());
  std::vector<Case> deep_units, units;
  for (const Dataset& dataset : datasets) {
    const learn::Protocol& protocol = protocols.emplace_back(validation_protocol(dataset, seed));
    const UnitList deep{study, dataset, protocol, seed, deep_units}, tabular{study, dataset, protocol, seed, units};
    for (const auto& [kind, refused] : kinds_of(file, dataset)) {
      if (!refused.empty()) continue;
      (kind == "deep" ? deep : tabular).add_folds(kind);
      if (kind == "deep") continue;
      tabular.add_centres(kind);
      tabular.add_permutations(kind);
    }
    for (const auto& kind : companions_of(file, dataset)) {
      tabular.add_folds(kind);
      tabular.add_centres(kind);
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
