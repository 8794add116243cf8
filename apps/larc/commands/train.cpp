#include "study/train.h"

#include "command.h"
#include "core/error.h"
#include "study/validate.h"

namespace larc::app {

void add_train(CLI::App& app, Context& context) {
  struct Options {
    std::string study;
    study::TrainFilter filter;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("train", "fit the models on all patients: bundles under models/");
  command->add_option("STUDY", options->study, "folder of the study")->required();
  command->add_option("--endpoint", options->filter.endpoint, "only this endpoint");
  command->add_option("--at", options->filter.at, "only this prediction point")
      ->check(CLI::IsMember({"P0", "P1", "P2"}));
  command->add_option("--kind", options->filter.kind, "only this kind")
      ->check(CLI::IsMember({"clinical", "radiomics", "deep", "combined"}));
  command->callback([options, &context] {
    study::Study study(options->study);
    const std::string refused = study::run_train(study, context.run_options(), options->filter);
    if (!refused.empty()) throw Error(ErrorCode::refused, refused);
    Json models = Json::array();
    std::string text;
    for (const auto* endpoint : study.file.modelled_endpoints())
      for (const auto& kind : study.file.kinds) {
        const Json id = study::trained_model_id(study, *endpoint, kind);
        if (id.is_null()) continue;
        models.push_back(
            {{"id", id}, {"endpoint", endpoint->id}, {"at", study::to_string(endpoint->at)}, {"kind", kind}});
        text += (text.empty() ? "" : "\n") + id.get<std::string>();
      }
    context.answer({{"study", options->study}, {"models", models}}, text);
  });
}

}  // namespace larc::app
