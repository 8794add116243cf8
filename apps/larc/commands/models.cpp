#include "command.h"
#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "study/bundle.h"
#include "study/study.h"

namespace larc::app {

void add_models(CLI::App& app, Context& context) {
  struct Options {
    std::string study;
    std::string action = "list";
    std::string model;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("models", "list, show or verify the model bundles");
  command->add_option("STUDY", options->study, "folder of the study")->required();
  command->add_option("ACTION", options->action, "list, show or verify")
      ->check(CLI::IsMember({"list", "show", "verify"}));
  command->add_option("MODEL", options->model, "id of one model");
  command->callback([options, &context] {
    const study::Study study(options->study, study::Access::read);
    const auto folder = study.folder / "models";
    std::vector<std::filesystem::path> files;
    if (std::filesystem::exists(folder))
      for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".larc" && (options->model.empty() || entry.path().stem() == options->model))
          files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    if (!options->model.empty() && files.empty())
      throw Error(ErrorCode::not_found, "model '" + options->model + "' is not in " + folder.string());
    Json models = Json::array();
    std::string text;
    for (const auto& file : files) {
      const std::string bytes = read_file(file), id = file.stem().string();
      Json entry = {{"id", id}};
      if (options->action == "verify") {
        const bool intact = id.ends_with(sha256(bytes).substr(0, 12));
        entry["intact"] = intact;
        text += id + (intact ? " intact\n" : " CHANGED after it was written\n");
      } else {
        const study::Bundle bundle = study::decode_bundle(bytes, file.filename().string());
        entry["card"] = bundle.card;
        if (options->action == "show" && bundle.model.kind != "deep") {
          entry["coefficients"] = Json::array();
          for (const auto& item : learn::coefficients(bundle.model.tabular))
            if (item.value != 0) entry["coefficients"].push_back({{"name", item.name}, {"value", item.value}});
        }
        text += id + (options->action == "show" ? "\n" + entry.dump(1) : "") + "\n";
      }
      models.push_back(entry);
    }
    if (!text.empty()) text.pop_back();
    context.answer({{"study", options->study}, {"models", models}}, text);
    if (options->action == "verify")
      for (const auto& entry : models)
        if (!entry["intact"].get<bool>())
          throw Error(ErrorCode::refused,
                      "model " + entry["id"].get<std::string>() + " was changed after it was written; train it again");
  });
}

}  // namespace larc::app
