#include "study/run.h"

#include "core/error.h"
#include "core/text.h"
#include "study/companions.h"
#include "study/extract.h"
#include "study/image_quality.h"
#include "study/import.h"
#include "study/networks.h"
#include "study/train.h"
#include "study/validate.h"

namespace larc::study {

const std::vector<std::string>& stage_names() {
  static const std::vector<std::string> kNames{"import", "screen", "extract", "train", "validate"};
  return kNames;
}

namespace {

void run_incoming(Study& study, const RunOptions& options) {
  const auto incoming = study.folder / "incoming";
  if (!std::filesystem::exists(incoming)) return;
  const std::string fingerprint = import_fingerprint(study, {incoming});
  const auto job = study.ledger.find("delivery", "incoming");
  if (job && job->input_hash == fingerprint) return;
  import_paths(study, {incoming}, {}, options);
  study.ledger.record({"delivery", "incoming", fingerprint, true, "", "", 0});
}

}  // namespace

void run_stages(Study& study, const RunOptions& options, const std::string& until,
                const std::function<void(Study&)>& write_screening) {
  const auto& names = stage_names();
  if (!until.empty() && until != "report" && std::find(names.begin(), names.end(), until) == names.end())
    throw Error(ErrorCode::usage, "stage '" + until + "' is not known; stages: " + join(names, ", ") + ", report");
  run_incoming(study, options);
  if (study.registry.patients().empty())
    throw Error(ErrorCode::not_ready, "the study has no patient yet; run 'larc import " + study.folder.string() +
                                          " FOLDER' first, or put the data into " +
                                          (study.folder / "incoming").string());
  if (until == "import") return;
  run_quality(study, options);
  write_screening(study);
  if (until == "screen") return;
  run_extract(study, options);
  if (until == "extract") return;
  // Final networks and those of validation together, so that no processor waits at the end of the first.
  if (uses_networks(study.file) && until != "train")
    run_networks(study, DatasetSource(study).modelled(), NetworkUse::all, {}, options.seed.value_or(study.file.seed),
                 options.threads);
  run_train(study, options, {});  // what may not be trained the report says
  if (until == "train") return;
  run_validate(study, options);
}

namespace {

using Stages = std::map<std::string, std::pair<std::size_t, Json>>;  // cases done, cases failed

/// The first stage that the protocol asks for and that left nothing; "report" and "nothing" after the last.
std::string next_stage(const Study& study, const Stages& stages) {
  const auto done = [&](const std::string& stage) {
    const auto found = stages.find(stage);
    return found != stages.end() && found->second.first > 0;
  };
  const bool validated = study.ledger.find("seed", "validate").has_value();
  if (study.registry.patients().empty()) return "import";
  if (!done("screen")) return "screen";
  if ((!study.file.extraction.empty() || study.file.crop) && !done("extract")) return "extract";
  // Where validation found no model that may be trained, training has nothing to do.
  if (!done("train") && (!validated || stages.contains("validate"))) return "train";
  if (!validated) return "validate";
  return std::filesystem::exists(study.folder / "reports" / "study.html") ? "nothing" : "report";
}

}  // namespace

Json status_document(const Study& study) {
  Stages stages;
  for (const auto& job : study.ledger.all()) {
    auto& [done, failed] = stages[job.stage];
    if (failed.is_null()) failed = Json::array();
    if (job.done)
      ++done;
    else
      failed.push_back({{"case", job.case_id}, {"reason", job.reason}});
  }
  Json list = Json::array();
  for (const auto& name : stage_names()) {
    const auto found = stages.find(name);
    const std::size_t done = found == stages.end() ? 0 : found->second.first;
    list.push_back(
        {{"stage", name}, {"done", done}, {"failed", found == stages.end() ? Json::array() : found->second.second}});
  }
  return {{"study", study.folder.string()},
          {"patients", study.registry.patients().size()},
          {"stages", list},
          {"next", next_stage(study, stages)}};
}

}  // namespace larc::study
