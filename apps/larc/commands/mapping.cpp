#include "clinical/mapping_proposal.h"
#include "command.h"
#include "core/error.h"
#include "core/file.h"
#include "study/study.h"

namespace larc::app {

void add_mapping(CLI::App& app, Context& context) {
  struct Options {
    std::string study;
    std::filesystem::path table, redcap_dictionary, new_dictionary, out;
    std::string sheet;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("mapping", "propose how a delivered table is read, for a person to look through and edit");
  command->add_option("STUDY", options->study, "folder of the study");
  command->add_option("FILE", options->table, "CSV, TSV or XLSX")->check(CLI::ExistingFile);
  command->add_option("--redcap-dictionary", options->redcap_dictionary, "data dictionary of the REDCap project")
      ->check(CLI::ExistingFile);
  command->add_option("--sheet", options->sheet, "sheet of a workbook; the first unless said");
  command
      ->add_option("--new-dictionary", options->new_dictionary,
                   "instead: the variables section of a study.yaml, from a REDCap data dictionary")
      ->check(CLI::ExistingFile);
  command->add_option("--out", options->out, "file to write; standard output unless said");
  command->callback([options, &context] {
    std::string text;
    if (!options->new_dictionary.empty()) {
      text = clinical::variables_of_redcap(clinical::read_redcap_dictionary(options->new_dictionary));
    } else {
      if (options->study.empty() || options->table.empty())
        throw Error(ErrorCode::usage, "larc mapping wants STUDY and FILE, or --new-dictionary DICTIONARY.csv");
      const auto file = study::read_study_file(std::filesystem::path(options->study) / "study.yaml");
      const auto table = clinical::read_table_file(options->table, options->sheet);
      std::vector<clinical::RedcapField> dictionary;
      if (!options->redcap_dictionary.empty())
        dictionary = clinical::read_redcap_dictionary(options->redcap_dictionary);
      text = clinical::propose_mapping(file, table, dictionary);
    }
    if (options->out.empty()) {
      context.answer({{"text", text}}, text);
      return;
    }
    if (std::filesystem::exists(options->out))
      throw Error(ErrorCode::conflict,
                  options->out.string() + " exists already; name another file, or delete it first");
    write_file_atomic(options->out, text);
    context.answer({{"out", options->out.string()}}, "Wrote " + options->out.string() + "; look through it.");
  });
}

}  // namespace larc::app
