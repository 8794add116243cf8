#include "study/networks.h"

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/hash.h"
#include "core/random.h"
#include "core/text.h"
#include "core/version.h"
#include "learn/pick.h"
#include "study/companions.h"
#include "study/model.h"
#include "study/validation_unit.h"

namespace larc::study {

namespace {

constexpr const char* kStage = "networks";
/// Raised whenever the meaning of a network's record changes.
constexpr const char* kNetwork = "1";

std::string case_id(PredictionPoint at, const std::string& part) {
  return to_string(at) + "/" + part;
}

/// Which rows of a cohort teach and which are predicted.
struct NetworkSplit {
  std::string part;
  nn::CheckpointSettings checkpoint;
  std::vector<std::size_t> training;
  std::vector<std::size_t> held_out;
};

/// A hidden sequence takes all its views away, a hidden time point all of its examination.
std::map<std::string, std::set<std::string>> hideable(const nn::Cases& cases) {
  std::map<std::string, std::set<std::string>> groups;
  std::set<int> time_points;
  for (const auto& view : cases.views) {
    groups[view.sequence].insert(view.name);
    time_points.insert(view.time_point);
  }
  if (time_points.size() > 1)
    for (const auto& view : cases.views) groups["MRI " + std::to_string(view.time_point)].insert(view.name);
  if (groups.size() < 2) groups.clear();  // nothing would be left
  return groups;
}

nn::Cases without(nn::Cases cases, const std::set<std::string>& names) {
  for (std::size_t view = 0; view < cases.views.size(); ++view)
    if (names.contains(cases.views[view].name))
      for (auto& present : cases.present) present[view] = 0;
  return cases;
}

Json record_of(const Study& study, const NetworkCohort& cohort, const NetworkSplit& split,
               const std::vector<std::size_t>& units, std::uint64_t seed, const std::function<void()>& step) {
  const auto answers = train_network(
      study, cohort, split.training, learn::pick(units, split.training), seed, [&](int, int) { step(); },
      split.checkpoint);
  const nn::Cases cases = load_cases(study, cohort.at, learn::pick(cohort.crops, split.held_out));
  using Raw = std::map<std::string, std::vector<double>>;
  Raw raw;
  std::map<std::string, Raw> hidden;
  const auto trained = std::ranges::find_if(answers, [](const auto& item) { return item.second.failure.empty(); });
  if (trained == answers.end())
    throw Error(ErrorCode::refused,
                answers.empty() ? "no endpoint is predicted at this point" : answers.begin()->second.failure);
  const DeepModel& network = trained->second.model;
  if (!split.held_out.empty()) {
    raw = run_network(network.weights, network.architecture, cases);
    for (const auto& [name, views] : hideable(cases))
      hidden[name] = run_network(network.weights, network.architecture, without(cases, views));
  }
  Json endpoints = Json::object();
  for (const auto& [id, fit] : answers) {
    if (!fit.failure.empty()) {
      endpoints[id] = {{"failure", fit.failure}};
      continue;
    }
    Json of_hidden = Json::object();
    for (const auto& [name, values] : hidden) of_hidden[name] = answer(fit.model, values.at(id));
    endpoints[id] = {{"slope", fit.model.slope},
                     {"intercept", fit.model.intercept},
                     {"without_image", fit.model.without_image},
                     {"training", fit.out_of_fold},
                     {"held_out", split.held_out.empty() ? std::vector<double>() : answer(fit.model, raw.at(id))},
                     {"hidden", of_hidden},
                     {"notes", fit.notes}};
  }
  Json record = {{"training", learn::pick(cohort.patients, split.training)},
                 {"held_out", learn::pick(cohort.patients, split.held_out)},
                 {"endpoints", endpoints},
                 {"history", network.history}};
  if (split.part == kEverything) {
    record["weights"] = study.content.put(network.weights);
    record["architecture"] = network.architecture;
  }
  return record;
}

/// Where a training keeps its state, so that it goes on after it was broken off.
std::filesystem::path checkpoint_folder(const Study& study, PredictionPoint at, const std::string& part) {
  return study.folder / "training" / sha256(case_id(at, part)).substr(0, 16);
}

/// That its rows cannot teach a network is an answer, not a failure of the study.
std::string record_or_reason(const Study& study, const NetworkCohort& cohort, const NetworkSplit& split,
                             const std::vector<std::size_t>& units, std::uint64_t seed,
                             const std::function<void()>& step) {
  std::string record;
  try {
    record = dump_json(record_of(study, cohort, split, units, seed, step));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::refused && error.code() != ErrorCode::domain) throw;
    record = dump_json({{"failure", error.what()}});
  }
  std::filesystem::remove_all(split.checkpoint.folder);
  return record;
}

/// Rows of one unit must not lie on both sides: those of the training part go.
NetworkSplit split_of(const std::string& part, const std::vector<std::string>& group, const std::string& held_out,
                      const std::vector<std::size_t>& units) {
  NetworkSplit split{part, {}, {}, {}};
  std::set<std::size_t> seen;
  for (std::size_t row = 0; row < group.size(); ++row)
    if (group[row] == held_out) {
      split.held_out.push_back(row);
      seen.insert(units[row]);
    }
  for (std::size_t row = 0; row < group.size(); ++row)
    if (group[row] != held_out && !group[row].empty() && !seen.contains(units[row])) split.training.push_back(row);
  return split;
}

std::vector<NetworkSplit> splits_of(const StudyFile& file, const NetworkCohort& cohort,
                                    const std::vector<std::size_t>& units, const learn::SharedFolds& folds) {
  std::vector<NetworkSplit> splits(1);
  splits[0].part = kEverything;
  for (std::size_t row = 0; row < cohort.patients.size(); ++row) splits[0].training.push_back(row);
  if (!folds.drawn()) return splits;  // validation says why
  for (int repeat = 0; repeat < file.validation.deep_repeats; ++repeat) {
    std::vector<std::string> group;
    for (const auto& patient : cohort.patients) group.push_back(folds.fold_of(repeat, patient));
    for (int fold = 1; fold <= file.validation.folds; ++fold)
      splits.push_back(split_of(fold_part(repeat, fold), group, std::to_string(fold), units));
  }
  std::set<std::string> centres(cohort.centres.begin(), cohort.centres.end());
  centres.erase("");
  if (centres.size() > 1)
    for (const auto& centre : centres) splits.push_back(split_of(centre_part(centre), cohort.centres, centre, units));
  return splits;
}

std::vector<std::size_t> units_of(const NetworkCohort& cohort, const std::map<std::string, std::string>& units) {
  std::map<std::string, std::size_t> number;
  std::vector<std::size_t> list;
  for (const auto& patient : cohort.patients)
    list.push_back(number.try_emplace(units.at(patient), number.size()).first->second);
  return list;
}

std::map<std::string, double> by_patient(const Json& patients, const Json& values) {
  std::map<std::string, double> map;
  for (std::size_t i = 0; i < patients.size(); ++i) map[patients[i].get<std::string>()] = values.at(i).get<double>();
  return map;
}

}  // namespace

void run_networks(Study& study, const std::vector<Dataset>& datasets, NetworkUse use,
                  const std::vector<PredictionPoint>& points, std::uint64_t seed, int threads) {
  if (!uses_networks(study.file)) return;
  std::set<PredictionPoint> all;
  std::vector<learn::Protocol> protocols;
  for (const Dataset& dataset : datasets) {
    if (dataset.refused.empty()) all.insert(dataset.endpoint->at);
    protocols.push_back(protocol_of(dataset, seed));
  }
  const ValidationPlan& plan = study.file.validation;
  const learn::SharedFolds folds(folded_tables(datasets, protocols), plan.deep_repeats, plan.folds, seed);
  const nn::TrainSettings settings = deep_settings(study.file.deep);
  std::vector<NetworkCohort> cohorts;
  cohorts.reserve(all.size());
  std::vector<Case> cases, wanted;
  for (const PredictionPoint at : all) {
    const NetworkCohort& cohort = cohorts.emplace_back(network_cohort(study.file, datasets, at));
    const auto own_units = units_of(cohort, folds.units());
    for (NetworkSplit& split : splits_of(study.file, cohort, own_units, folds)) {
      const bool is_final = split.part == kEverything;
      const std::uint64_t own_seed = derive_seed(seed, "network " + case_id(at, split.part));
      const std::string input = hash_of({kNetwork, version(), commit(), cohort.hash, dump_json(study.file.deep),
                                         dump_json(study.file.document.at("crop")), std::to_string(own_seed),
                                         join(learn::pick(cohort.patients, split.training), "\n")});
      split.checkpoint = {checkpoint_folder(study, at, split.part).string(), input};
      Case& item = cases.emplace_back();
      item.id = case_id(at, split.part);
      item.input_hash = input;
      item.steps = static_cast<std::size_t>(settings.members * settings.epochs) + 1;
      item.long_work = [&study, &cohort, split = std::move(split), own_units,
                        own_seed](const std::function<void()>& step) {
        return record_or_reason(study, cohort, split, own_units, own_seed, step);
      };
      const bool of_point = points.empty() || std::ranges::find(points, at) != points.end();
      if (of_point && (use == NetworkUse::all || is_final == (use == NetworkUse::final)))
        wanted.push_back(cases.back());
    }
  }
  run_cases(study, kStage, wanted, "Training networks", threads);
  std::error_code ignored;  // not empty: a training that was not wanted now
  std::filesystem::remove(study.folder / "training", ignored);
  forget_other_cases(study, kStage, cases);
}

double NetworkScores::of(const std::string& patient) const {
  for (const auto* list : {&training, &held_out})
    if (const auto found = list->find(patient); found != list->end()) return found->second;
  return model.without_image;
}

NetworkScores network_scores(const Study& study, const Endpoint& endpoint, const std::string& part) {
  const std::string id = case_id(endpoint.at, part);
  const auto job = study.ledger.find(kStage, id);
  if (!job) throw Error(ErrorCode::not_ready, "the network " + id + " was not trained; run larc validate again");
  if (!job->done) throw Error(ErrorCode::refused, "the network " + id + ": " + job->reason);
  const Json record = parse_json(job->result, id);
  if (record.contains("failure"))
    throw Error(ErrorCode::refused, "the network " + id + ": " + record["failure"].get<std::string>());
  const Json& own = record.at("endpoints").at(endpoint.id);
  if (own.contains("failure"))
    throw Error(ErrorCode::refused, "the network " + id + ": " + own["failure"].get<std::string>());
  NetworkScores scores;
  scores.model.task = endpoint.id;
  scores.model.slope = own.at("slope").get<double>();
  scores.model.intercept = own.at("intercept").get<double>();
  scores.model.without_image = own.at("without_image").get<double>();
  scores.model.history = record.at("history");
  if (record.contains("weights")) {
    scores.model.weights = study.content.get(record["weights"].get<std::string>());
    scores.model.architecture = record.at("architecture");
  }
  scores.training = by_patient(record.at("training"), own.at("training"));
  scores.held_out = by_patient(record.at("held_out"), own.at("held_out"));
  for (const auto& [name, values] : own.at("hidden").items())
    scores.hidden[name] = by_patient(record.at("held_out"), values);
  scores.notes = own.at("notes").get<std::vector<std::string>>();
  return scores;
}

learn::Column network_column(std::vector<double> linear) {
  return learn::numeric_column(kNetworkColumn, learn::kScoreGroup, std::move(linear));
}

Dataset with_network_score(Dataset dataset, const NetworkScores& scores) {
  std::vector<double> linear;
  for (const auto& patient : dataset.patients) linear.push_back(scores.of(patient));
  dataset.frame.columns.push_back(network_column(std::move(linear)));
  return dataset;
}

}  // namespace larc::study
