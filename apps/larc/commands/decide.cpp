#include "study/decide.h"

#include "command.h"
#include "core/error.h"

namespace larc::app {

void add_decide(CLI::App& app, Context& context) {
  struct Options {
    std::string study, series, quality;
    clinical::Decision decision;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "decide",
      "say which series is an image of a patient, or whether an image is good enough; kept with name and reason");
  command->add_option("STUDY", options->study, "folder of the study")->required();
  command->add_option("--patient", options->decision.patient, "whose image")->required();
  command->add_option("--image", options->decision.role, "which image, as study.yaml names it")->required();
  CLI::Option* series =
      command->add_option("--series", options->series, "the series, as reports/images.html names it, or none");
  CLI::Option* quality = command->add_option("--quality", options->quality, "keep or exclude");
  series->excludes(quality);
  command->add_option("--reason", options->decision.reason, "why")->required();
  command->add_option("--by", options->decision.by, "who decides")->required();
  command->callback([options, series, quality, &context] {
    if (series->empty() && quality->empty())
      throw Error(ErrorCode::usage, "what is decided? give --series or --quality");
    auto& decision = options->decision;
    decision.kind = series->empty() ? "quality" : "series";
    decision.value = series->empty() ? options->quality : options->series == "none" ? "" : options->series;
    study::Study study(options->study);
    study::decide(study, decision);
    context.answer({{"study", options->study},
                    {"patient", decision.patient},
                    {"image", decision.role},
                    {"kind", decision.kind},
                    {"value", decision.value}},
                   "Kept. It takes effect with the next 'larc " +
                       std::string(decision.kind == "series" ? "import" : "screen") + "'.");
  });
}

}  // namespace larc::app
