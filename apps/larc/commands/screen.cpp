#include "command.h"
#include "report/page.h"
#include "study/image_quality.h"
#include "study/screening.h"

namespace larc::app {

namespace {

std::string screening_text(const Json& flow, const std::filesystem::path& page) {
  const auto number = [&](const char* key) { return flow[key].dump(); };
  std::string text = number("eligible") + " eligible, " + number("excluded") + " excluded, " + number("unknown") +
                     " unknown (criteria " + flow["criteria_version"].get<std::string>() + ").";
  for (const auto& criterion : flow["criteria"])
    if (criterion["excluded"] != 0 || criterion["unknown"] != 0 || criterion["waived"] != 0)
      text += "\n  " + criterion["id"].get<std::string>() + "  " + criterion["text"]["en"].get<std::string>() + ": " +
              criterion["excluded"].dump() + " excluded, " + criterion["unknown"].dump() + " unknown, " +
              criterion["waived"].dump() + " waived";
  for (const auto& field : flow["missing_fields"])
    text += "\n  missing: " + field["label"]["en"].get<std::string>() + " (" + field["variable"].get<std::string>() +
            ") of " + field["patients"].dump() + " patients";
  return text + "\n" + std::to_string(flow["queries"].size()) + " queries; see " + page.string();
}

}  // namespace

void add_screen(CLI::App& app, Context& context) {
  struct Options {
    std::string study;
    study::Waiver waiver;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("screen",
                                         "judge the images, apply criteria, checks and endpoint rules; writes "
                                         "reports/flow.html, images.html, queries.csv");
  command->add_option("STUDY", options->study, "folder of the study")->required();
  CLI::Option* waive =
      command->add_option("--waive", options->waiver.criterion, "criterion to set aside for a patient");
  CLI::Option* patient = command->add_option("--patient", options->waiver.patient, "whose criterion is set aside");
  CLI::Option* reason = command->add_option("--reason", options->waiver.reason, "why it is set aside");
  CLI::Option* by = command->add_option("--by", options->waiver.by, "who signs");
  waive->needs(patient)->needs(reason)->needs(by);
  for (CLI::Option* option : {patient, reason, by}) option->needs(waive);
  command->callback([options, &context] {
    study::Study study(options->study);
    if (!options->waiver.criterion.empty()) study::waive_criterion(study, options->waiver);
    study::run_quality(study, context.run_options());
    Json document = report::write_screening(study);
    document["study"] = options->study;
    context.answer(document, screening_text(document, study.folder / "reports" / "flow.html"));
  });
}

}  // namespace larc::app
