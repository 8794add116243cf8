#include "command.h"
#include "report/page.h"

namespace larc::app {

void add_report(CLI::App& app, Context& context) {
  auto folder = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("report", "reports/study.html, one self-contained file, and reports/study.json");
  command->add_option("STUDY", *folder, "folder of the study")->required();
  command->callback([folder, &context] {
    study::Study study(*folder);
    const Json document = report::write_study_report(study);
    context.answer(document, (study.folder / "reports" / "study.html").string());
  });
}

}  // namespace larc::app
