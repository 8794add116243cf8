#include "command.h"
#include "study/run.h"

namespace larc::app {

void add_status(CLI::App& app, Context& context) {
  auto folder = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("status", "what is done, failed and why, and what is next");
  command->add_option("STUDY", *folder, "folder of the study")->required();
  command->callback([folder, &context] {
    const study::Study study(*folder, study::Access::read);
    const Json document = study::status_document(study);
    std::string text = document["patients"].dump() + " patients";
    for (const auto& stage : document["stages"]) {
      text += "\n" + stage["stage"].get<std::string>() + ": " + stage["done"].dump() + " done, " +
              std::to_string(stage["failed"].size()) + " failed";
      for (const auto& failure : stage["failed"])
        text += "\n  " + failure["case"].get<std::string>() + ": " + failure["reason"].get<std::string>();
    }
    context.answer(document, text + "\nnext: " + document["next"].get<std::string>());
  });
}

}  // namespace larc::app
