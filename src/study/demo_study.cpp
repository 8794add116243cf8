#include "study/demo_study.h"

#include "core/error.h"
#include "core/file.h"
#include "core/progress.h"
#include "demo/demo.h"
#include "study/protocols.h"
#include "study/truth.h"

namespace larc::study {

std::string demo_protocol(std::uint64_t seed) {
  const std::string rectal = rectal_protocol();
  return demo_protocol_head() + ("seed: " + std::to_string(seed) + "\n\n") +
         rectal.substr(rectal.find("# ---- the protocol proper ----"));
}

void init_demo(const std::filesystem::path& folder, const DemoOptions& options) {
  if (std::filesystem::exists(folder / "study.yaml"))
    throw Error(ErrorCode::conflict,
                folder.string() + " already holds a study; choose another folder, or delete it first");
  demo::DemoSettings settings;
  settings.patients = options.patients;
  settings.scenario = demo::parse_scenario(options.scenario);
  settings.seed = options.seed;
  settings.threads = options.threads;
  ensure_directory(folder);
  // A cohort that was cut off while it was written is written anew; study.yaml comes last and makes it a study.
  std::filesystem::remove_all(folder / "incoming");
  Progress progress("Writing synthetic patients", static_cast<std::size_t>(options.patients));
  demo::write_demo(folder / "incoming", truth_path(folder), settings,
                   [&](std::size_t, std::size_t) { progress.advance(); });
  init_study(folder, demo_protocol(options.seed));
}

}  // namespace larc::study
