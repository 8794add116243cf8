#include "study/validate.h"

#include "command.h"
#include "core/error.h"
#include "core/number.h"
#include "study/companion_summary.h"

namespace larc::app {

void add_validate(CLI::App& app, Context& context) {
  auto folder = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("validate",
                                         "nested cross-validation of every model, volume alone and random numbers on "
                                         "the same folds; each centre left out");
  command->add_option("STUDY", *folder, "folder of the study")->required();
  command->callback([folder, &context] {
    study::Study study(*folder);
    study::run_validate(study, context.run_options());
    const Json endpoints = study::validation_summary(study::DatasetSource(study));
    std::string text;
    for (const auto& endpoint : endpoints)
      for (const auto& model : endpoint.at("models")) {
        text += (text.empty() ? "" : "\n") + endpoint["id"].get<std::string>() + " " +
                model["kind"].get<std::string>() + ": ";
        if (!model["refused"].is_null()) {
          text += "refused: " + model["refused"].get<std::string>();
          continue;
        }
        const Json& internal = model["internal"];
        text += internal["metric"].get<std::string>() + " " + format_fixed(number_or_nan(internal["value"]), 3) + " (" +
                format_fixed(number_or_nan(internal["lower"]), 3) + " to " +
                format_fixed(number_or_nan(internal["upper"]), 3) + ")";
      }
    for (const auto& line : study::cautions(endpoints)) context.say(line);
    context.answer({{"study", *folder}, {"endpoints", endpoints}}, text);
  });
}

}  // namespace larc::app
