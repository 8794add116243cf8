#include "study/run.h"

#include "command.h"
#include "report/page.h"
#include "report/study_document.h"
#include "study/companion_summary.h"

namespace larc::app {

void add_run(CLI::App& app, Context& context) {
  struct Options {
    std::string study;
    std::string until;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("run", "all stages that are not up to date, to the report");
  command->add_option("STUDY", options->study, "folder of the study")->required();
  command->add_option("--until", options->until, "last stage: import, screen, extract, train, validate or report");
  command->callback([options, &context] {
    study::Study study(options->study);
    study::run_stages(study, context.run_options(), options->until, report::write_screening);
    if (!options->until.empty() && options->until != "report") {
      context.answer(study::status_document(study), "Done until " + options->until + ".");
      return;
    }
    const Json report = report::write_study_report(study);
    for (const auto& line : study::cautions(report.at("endpoints"))) context.say(line);
    const Json document = report::run_document(study, report);
    const std::size_t failed = document["cases"]["failed"].size();
    if (failed > 0) context.say(std::to_string(failed) + " cases failed; the report lists them with reasons");
    context.answer(document, "Report: " + document["report"].get<std::string>());
  });
}

}  // namespace larc::app
