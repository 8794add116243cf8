#include "study/import.h"

#include "command.h"
#include "report/page.h"

namespace larc::app {

void add_import(CLI::App& app, Context& context) {
  struct Options {
    std::string study;
    std::vector<std::filesystem::path> paths;
    study::ImportChoices choices;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("import", "bring DICOM, images, masks and clinical tables into the study");
  command->add_option("STUDY", options->study, "folder of the study")->required();
  command->add_option("PATH", options->paths, "files or folders")->required();
  command->add_option("--centre", options->choices.centre, "centre of all patients of this delivery");
  command->add_option("--mapping", options->choices.mapping, "how the tables of this delivery are read (larc mapping)")
      ->check(CLI::ExistingFile);
  command->add_option("--sheet", options->choices.sheet, "sheet of a workbook; the first unless said");
  command
      ->add_option("--pseudonyms", options->choices.pseudonyms,
                   "file of the centre's secret (larc deidentify): patients under pseudonyms, dates moved")
      ->check(CLI::ExistingFile);
  command->add_flag("--reread", options->choices.reread,
                    "read every file again, also those whose size, inode and times say that they did not change");
  command->callback([options, &context] {
    study::Study study(options->study);
    const auto result = study::import_paths(study, options->paths, options->choices, context.run_options());
    const Json& summary = result.summary;
    report::write_images_page(study);
    for (const auto& warning : summary.at("warnings"))
      context.say(warning["patient"].get<std::string>() + "/" + warning["role"].get<std::string>() + ": " +
                  warning["text"]["en"].get<std::string>());
    if (const std::size_t open = summary.at("open").size(); open > 0)
      context.say(std::to_string(open) + " images wait for a person to choose the series; see " +
                  (study.folder / "reports" / "images.html").string() + " and larc decide --help");
    for (const auto& failure : summary.at("failed"))
      context.say("failed " + failure["case"].get<std::string>() + ": " + failure["reason"].get<std::string>());
    for (const auto& fault : summary.at("faults"))
      context.say("left out " + fault["source"].get<std::string>() + " row " + fault["row"].dump() + ", column '" +
                  fault["item"].get<std::string>() + "': " + fault["text"]["en"].get<std::string>() + "; " +
                  fault["remedy"]["en"].get<std::string>());
    if (!summary.at("columns_not_in_dictionary").empty())
      context.say("columns not in the dictionary, left out: " + summary["columns_not_in_dictionary"].dump());
    context.answer(summary, "Imported " + summary["images"].dump() + " images, " + summary["masks"].dump() +
                                " masks and " + summary["tables"].dump() + " tables; the study has " +
                                summary["patients"].dump() + " patients, " + std::to_string(summary["failed"].size()) +
                                " cases failed.");
  });
}

}  // namespace larc::app
