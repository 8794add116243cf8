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
constexpr const char* kProtocol = "5";
constexpr int kPermutationBlock = 11;

Json robustness_of(const learn::Model& model) {
  Json list = Json::array();
  for (const auto& column : model.preprocess.robustness.columns)
    list.push_back({column.name, number_or_null(column.icc), column.minimum_icc, column.kept});
  return list;
}

/// What a held-out sequence or examination costs: scores of the test rows without it.
Json hidden_of(const Dataset& dataset, const learn::Split& split, const NetworkScores& network) {
  Json hidden = Json::object();
  for (const auto& [name, scores] : network.hidden) {
    Json list = Json::array();
    for (const std::size_t row : split.test) {
      const auto found = scores.find(dataset.patients[row]);
      list.push_back(found == scores.end() ? network.model.without_image : found->second);
    }
    hidden[name] = list;
  }
  return hidden;
}

/// One training fold: out-of-fold predictions of its test rows. network: without the fold; null where none is read
Json predict_fold(const Study& study, const Dataset& dataset, const learn::Protocol& protocol, const std::string& kind,
                  const learn::Split& split, std::uint64_t seed, const NetworkScores* network) {
  const FittedModel model = fit_model(study, dataset, protocol.training(split), kind, seed, network);
  std::vector<std::string> said, notes = model.notes;
  const Predictions predictions = predict_rows(model, dataset, split.test, network, &said);
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
          {"hidden", kind == "deep" ? hidden_of(dataset, split, *network) : Json::object()},
          {"notes", notes}};
}

/// part: of the unit, and of the network that did not see the split's test rows
Json run_fold(const Study& study, const Dataset& dataset, const learn::Protocol& protocol, const std::string& kind,
              const learn::Split& split, const std::string& part, std::uint64_t seed) {
  if (is_baseline(kind)) {
    const Dataset own = baseline_dataset(dataset, kind, seed);
    return predict_fold(study, own, protocol_of(own, seed), kind, split, seed, nullptr);
  }
  if (!uses_network(study.file, kind)) return predict_fold(study, dataset, protocol, kind, split, seed, nullptr);
  const NetworkScores network = network_scores(study, *dataset.endpoint, part);
  if (kind == "deep") return predict_fold(study, dataset, protocol, kind, split, seed, &network);
  const Dataset own = with_network_score(dataset, network);
  return predict_fold(study, own, protocol_of(own, seed), kind, split, seed, &network);
}

/// As run_fold. That the other centres cannot teach a model of this one is an answer, not a failure of the study.
Json run_centre(const Study& study, const Dataset& dataset, const learn::Protocol& protocol, const std::string& kind,
                const learn::Split& split, const std::string& part, std::uint64_t seed) {
  try {
    return run_fold(study, dataset, protocol, kind, split, part, seed);
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
          {split.repeat, split.test, predict_rows(model, dataset, split.test).linear, split.training.size()});
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
                  section("models"), uses_network(file, kind) ? dataset.network_hash + section("crop") : ""});
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
  const bool clinical = has_group("clinical"), radiomics = has_group("radiomics");
  // Combined is of two kinds of data at least: clinical values, features, what a network says.
  const int parts = (clinical ? 1 : 0) + (radiomics ? 1 : 0) + (uses_network(file, "combined") ? 1 : 0);
  for (const auto& kind : file.kinds) {
    std::string refused = dataset.refused;
    if (refused.empty()) {
      const bool lacks_parts = kind == "combined" && parts < 2;
      if ((kind == "clinical" || lacks_parts) && !clinical)
        refused = "the study file names no clinical predictor (models.clinical_predictors)";
      else if ((kind == "radiomics" || lacks_parts) && !radiomics)
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
  const learn::FoldedTable& table;
  const learn::SharedFolds& folds;
  std::uint64_t seed;
  std::vector<Case>& cases;

  void add(const std::string& kind, const std::string& part, std::function<Json()> work) const {
    cases.push_back({unit_id(*dataset.endpoint, kind, part), validation_input(study.file, dataset, kind, seed),
                     [work = std::move(work)] { return dump_json(work()); }});
  }

  void add_folds(const std::string& kind) const {
    for (const learn::Split& split : folds.splits(table, repeats_of(study.file, kind))) {
      const std::uint64_t fit_seed =
          derive_seed(seed, "fit " + dataset.endpoint->id + split.held_out, static_cast<std::uint64_t>(split.repeat));
      const std::string part = "repeat " + std::to_string(split.repeat) + " " + split.held_out;
      add(kind, part, [this_ = *this, kind, split, part, fit_seed] {
        return run_fold(this_.study, this_.dataset, this_.protocol, kind, split, part, fit_seed);
      });
    }
  }

  void add_centres(const std::string& kind) const {
    if (centres_of(dataset).size() < 2) return;
    for (const learn::Split& split : protocol.leave_one_centre_out()) {
      const std::uint64_t fit_seed = derive_seed(seed, "fit " + dataset.endpoint->id + split.held_out);
      add(kind, split.held_out, [this_ = *this, kind, split, fit_seed] {
        return run_centre(this_.study, this_.dataset, this_.protocol, kind, split, split.held_out, fit_seed);
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

void add_units(const UnitList& list) {
  for (const auto& [kind, refused] : kinds_of(list.study.file, list.dataset)) {
    if (!refused.empty()) continue;
    list.add_folds(kind);
    list.add_centres(kind);
    if (!uses_network(list.study.file, kind)) list.add_permutations(kind);
  }
  for (const auto& kind : companions_of(list.study.file, list.dataset)) {
    list.add_folds(kind);
    list.add_centres(kind);
  }
}

}  // namespace

void run_validate(Study& study, const RunOptions& options) {
  const StudyFile& file = study.file;
  const std::uint64_t seed = options.seed.value_or(file.seed);
  const DatasetSource source(study);
  const std::vector<Dataset> datasets = source.modelled();
  check_some_outcome(datasets);
  for (const Dataset& dataset : datasets)
    for (const auto& suspect : suspect_predictors(dataset))
      if (options.say) options.say(suspect_sentence(*dataset.endpoint, suspect));
  for (const Dataset& dataset : datasets)
    for (const auto& twin : dataset.twins)
      if (options.say) options.say(twin_sentence(file, dataset, twin));

  std::vector<learn::Protocol> protocols;
  for (const Dataset& dataset : datasets) protocols.push_back(validation_protocol(dataset, seed));
  const auto tables = folded_tables(datasets, protocols);
  const int repeats = std::max(file.validation.repeats, file.validation.deep_repeats);
  const learn::SharedFolds folds(tables, repeats, file.validation.folds, seed);
  std::vector<Case> units;
  for (std::size_t d = 0; d < datasets.size(); ++d)
    add_units({study, datasets[d], protocols[d], tables[d], folds, seed, units});
  if (!units.empty()) run_networks(study, datasets, NetworkUse::validation, {}, seed, options.threads);
  run_cases(study, "validate", units, "Validating models", options.threads);
  forget_other_cases(study, "validate", units);
  study.ledger.record({"seed", "validate", "", true, "", std::to_string(seed), 0});
}

std::uint64_t validation_seed(const Study& study) {
  const auto job = study.ledger.find("seed", "validate");
  return job ? static_cast<std::uint64_t>(parse_integer(job->result).value_or(0)) : study.file.seed;
}

}  // namespace larc::study
