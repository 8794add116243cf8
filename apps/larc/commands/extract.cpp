#include "study/extract.h"

#include "command.h"

namespace larc::app {

void add_extract(CLI::App& app, Context& context) {
  auto folder = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("extract", "features of every case: features/*.csv");
  command->add_option("STUDY", *folder, "folder of the study")->required();
  command->callback([folder, &context] {
    study::Study study(*folder);
    study::run_extract(study, context.run_options());
    Json failed = Json::array();
    for (const auto& failure : study::failures(study)) {
      if (failure.stage != "extract") continue;
      failed.push_back(to_json(failure));
      context.say("failed " + failure.case_id + ": " + failure.reason);
    }
    Json tables = Json::array();
    for (const auto& rule : study.file.extraction)
      tables.push_back((study.folder / "features" / (rule.id + ".csv")).string());
    for (const auto& delta : study.file.deltas)
      tables.push_back((study.folder / "features" / (delta.id + ".csv")).string());
    const std::size_t done = study::extracted_cases(study).size();
    context.answer({{"study", *folder}, {"cases", {{"done", done}, {"failed", failed}}}, {"tables", tables}},
                   std::to_string(done) + " cases done, " + std::to_string(failed.size()) + " failed.");
  });
}

}  // namespace larc::app
