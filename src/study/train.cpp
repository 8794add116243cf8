#include "study/train.h"

#include "core/error.h"
#include "core/file.h"
#include "core/random.h"
#include "core/text.h"
#include "core/version.h"
#include "study/bundle.h"
#include "study/companions.h"
#include "study/networks.h"
#include "study/validate.h"

namespace larc::study {

namespace {

/// Raised whenever the meaning of a bundle changes.
constexpr const char* kBundle = "4";

std::string train_one(const Study& study, const Dataset& dataset, const std::string& kind, std::uint64_t seed) {
  const learn::Protocol protocol = protocol_of(dataset, seed);
  const Endpoint& endpoint = *dataset.endpoint;
  std::optional<NetworkScores> network;
  if (uses_network(study.file, kind)) network = network_scores(study, endpoint, kEverything);
  const std::uint64_t own_seed = derive_seed(seed, "train " + endpoint.id + kind);
  const auto fit = [&](const Dataset& own, const learn::Protocol& rows) {
    return fit_model(study, own, rows.training(rows.everything()), kind, own_seed, network ? &*network : nullptr);
  };
  FittedModel model;
  if (network && kind != "deep") {
    const Dataset own = with_network_score(dataset, *network);
    model = fit(own, protocol_of(own, seed));
  } else {
    model = fit(dataset, protocol);
  }
  Json card = {{"study", study.file.id},
               {"endpoint", endpoint.id},
               {"at", to_string(endpoint.at)},
               {"kind", kind},
               {"n", protocol.rows()},
               {"events", dataset.positives()},
               {"data_hash", dataset.hash},
               {"seed", seed},
               {"larc", version()},
               {"commit", commit()},
               {"synthetic", study.file.synthetic}};
  if (network) card["network_training"] = network->model.history;
  const std::string bytes = encode_bundle(model, study.file, endpoint, card);
  const std::string id = bundle_id(endpoint, kind, bytes);
  write_file_atomic(study.folder / "models" / (id + ".larc"), bytes);
  return id;
}

std::string case_of(const Endpoint& endpoint, const std::string& kind) {
  return endpoint.id + "/" + to_string(endpoint.at) + "/" + kind;
}

}  // namespace

std::string run_train(Study& study, const RunOptions& options, const TrainFilter& filter) {
  const StudyFile& file = study.file;
  if (!filter.endpoint.empty()) {
    file.endpoint(filter.endpoint);
    if (std::find(file.modelled.begin(), file.modelled.end(), filter.endpoint) == file.modelled.end())
      throw Error(ErrorCode::usage,
                  "endpoint '" + filter.endpoint + "' gets no models; add it to models.endpoints in study.yaml");
  }
  const std::uint64_t seed = options.seed.value_or(file.seed);
  const DatasetSource source(study);
  const std::vector<Dataset> all = source.modelled();
  std::vector<Dataset> datasets;
  for (const Dataset& dataset : all)
    if ((filter.endpoint.empty() || filter.endpoint == dataset.endpoint->id) &&
        (filter.at.empty() || filter.at == to_string(dataset.endpoint->at)))
      datasets.push_back(dataset);
  check_some_outcome(datasets);
  std::vector<std::string> refused;
  std::vector<Case> cases;
  std::vector<PredictionPoint> network_points;
  for (const Dataset& dataset : datasets)
    for (const auto& [kind, reason] : kinds_of(file, dataset)) {
      if (!filter.kind.empty() && filter.kind != kind) continue;
      if (!reason.empty()) {
        refused.push_back(case_of(*dataset.endpoint, kind) + ": " + reason);
        continue;
      }
      const std::string input = hash_of({kBundle, version(), commit(), dataset.hash, dump_json(file.document), kind,
                                         std::to_string(seed), uses_network(file, kind) ? dataset.network_hash : ""});
      if (uses_network(file, kind)) network_points.push_back(dataset.endpoint->at);
      cases.push_back({case_of(*dataset.endpoint, kind), input,
                       [&study, &dataset, kind, seed] { return train_one(study, dataset, kind, seed); }});
      // A bundle that was deleted is made again.
      const auto job = study.ledger.find("train", cases.back().id);
      if (job && job->done && !std::filesystem::exists(study.folder / "models" / (job->result + ".larc")))
        study.ledger.forget("train", cases.back().id);
    }
  if (cases.empty())
    return refused.empty() ? "no model of the study matches the options --endpoint, --at and --kind"
                           : "no model can be trained:\n  " + join(refused, "\n  ");
  if (!network_points.empty()) run_networks(study, all, NetworkUse::final, network_points, seed, options.threads);
  run_cases(study, "train", cases, "Training models", options.threads);
  return "";
}

Json trained_model_id(const Study& study, const Endpoint& endpoint, const std::string& kind) {
  const auto job = study.ledger.find("train", case_of(endpoint, kind));
  return job && job->done ? Json(job->result) : Json(nullptr);
}

}  // namespace larc::study
