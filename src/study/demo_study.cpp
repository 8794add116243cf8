#include "study/demo_study.h"

#include "core/error.h"
#include "core/file.h"
#include "core/progress.h"
#include "demo/demo.h"
#include "study/protocols.h"
#include "study/truth.h"

namespace larc::study {

namespace {

void replace(std::string& text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  if (at == std::string::npos)
    throw Error(ErrorCode::internal, "the rectal protocol has no '" + what + "', which the demonstration changes");
  text.replace(at, what.size(), by);
}

/// Takes away what stands from `begin` up to `end`.
void cut(std::string& text, const std::string& begin, const std::string& end) {
  const auto from = text.find(begin), to = text.find(end, from);
  if (from == std::string::npos || to == std::string::npos)
    throw Error(ErrorCode::internal, "the rectal protocol has no '" + begin + "' before '" + end + "'");
  text.erase(from, to - from);
}

}  // namespace

bool demo_with_images(const DemoOptions& options) {
  return options.images.value_or(options.patients <= kMostPatientsWithImages);
}

std::string demo_protocol(const DemoOptions& options) {
  const std::string rectal = rectal_protocol();
  std::string text = rectal.substr(rectal.find("# ---- the protocol proper ----"));
  replace(text, "on_fault: refuse_file", "on_fault: drop_value");
  replace(text, "# data_cut: 2024-06-30", "data_cut: " + demo::iso_date(demo::kDataCut));
  if (!demo_with_images(options)) {
    cut(text, "# Features: ", "# In protocol order.");
    replace(text, "kinds: [clinical, radiomics, combined, deep]", "kinds: [clinical]");
  }
  if (options.scenario == demo::to_string(demo::Scenario::leak)) {
    replace(text, "\n  last_contact_date: {",
            "\n  visit_score: {type: number, available_from: P0, label: {en: Visit score, zh: 就诊评分}}"
            "\n  last_contact_date: {");
    replace(text, "clinical_predictors: [", "clinical_predictors: [visit_score, ");
  }
  return demo_protocol_head() + ("seed: " + std::to_string(options.seed) + "\n\n") + text;
}

void init_demo(const std::filesystem::path& folder, const DemoOptions& options) {
  if (std::filesystem::exists(folder / "study.yaml"))
    throw Error(ErrorCode::conflict,
                folder.string() + " already holds a study; choose another folder, or delete it first");
  demo::DemoSettings settings;
  settings.patients = options.patients;
  settings.scenario = demo::parse_scenario(options.scenario);
  settings.seed = options.seed;
  settings.disk = demo::parse_disk(options.disk);
  settings.threads = options.threads;
  settings.images = demo_with_images(options);
  ensure_directory(folder);
  // A cohort that was cut off while it was written is written anew; study.yaml comes last and makes it a study.
  std::filesystem::remove_all(folder / "incoming");
  Progress progress("Writing synthetic patients", settings.images ? static_cast<std::size_t>(options.patients) : 0);
  demo::write_demo(folder / "incoming", truth_path(folder), settings,
                   [&](std::size_t, std::size_t) { progress.advance(); });
  init_study(folder, demo_protocol(options));
}

}  // namespace larc::study
