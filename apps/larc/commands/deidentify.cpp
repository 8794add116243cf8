#include <sys/stat.h>

#include "command.h"
#include "core/csv.h"
#include "core/error.h"
#include "core/file.h"
#include "core/parallel.h"
#include "io/dicom/deidentify_tree.h"

namespace larc::app {

namespace {

namespace fs = std::filesystem;

struct Options {
  std::vector<fs::path> paths;
  fs::path out, secret, keep_table;
  std::string profile = io::dicom::ProfileOptions{}.names();
  bool create_secret = false;
  bool accept_burned_in = false;
  bool allow_missing_id = false;
  bool show_paths = false;
};

Secret secret_of(const Options& options) {
  if (io::dicom::lies_within(options.secret, options.out))
    throw Error(ErrorCode::refused, "the secret must not lie in the folder that is given away; move it out of --out");
  if (options.create_secret && !fs::exists(options.secret)) return Secret::create(options.secret);
  return Secret::read(options.secret);
}

/// Ids, pseudonyms and shifts: read by whoever may read the secret, so it lies beside it and nowhere else.
void check_table_place(const Options& options) {
  if (options.keep_table.empty()) return;
  std::error_code status;
  const fs::path folder = fs::weakly_canonical(fs::absolute(options.keep_table).parent_path(), status);
  const fs::path place = fs::weakly_canonical(fs::absolute(options.secret).parent_path(), status);
  if (folder != place || options.keep_table.filename() == options.secret.filename())
    throw Error(
        ErrorCode::refused,
        "the table of ids and pseudonyms may lie only in the folder of the secret, beside it; change --keep-table");
}

const std::vector<std::string> kTableHeader{"patient_id", "pseudonym", "date_shift_days"};

void remember_table(const fs::path& file, Pseudonyms& pseudonyms) {
  if (file.empty() || !fs::exists(file)) return;
  const CsvTable table = read_csv(file);
  if (table.header != kTableHeader)
    throw Error(ErrorCode::format, "the file of --keep-table is not a table of larc; name another file");
  for (const auto& row : table.rows)
    if (pseudonyms.of_patient(row[0]) != row[1])
      throw Error(ErrorCode::conflict, "the table of --keep-table comes from another secret; name another file");
}

void write_table(const fs::path& file, const Pseudonyms& pseudonyms) {
  if (file.empty()) return;
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : pseudonyms.met())
    rows.push_back({row.normalised_id, row.pseudonym, std::to_string(row.date_shift_days)});
  const mode_t before = ::umask(0077);
  try {
    write_file_atomic(file, format_csv(kTableHeader, rows));
  } catch (...) {
    ::umask(before);
    throw;
  }
  ::umask(before);
}

void run(const Options& options, const Context& context) {
  check_table_place(options);
  io::dicom::TreeOptions tree;
  tree.object.profile = io::dicom::parse_profile_options(options.profile);
  tree.object.accept_burned_in = options.accept_burned_in;
  tree.object.allow_missing_id = options.allow_missing_id;
  tree.threads = context.threads > 0 ? context.threads : hardware_threads();
  tree.on_refused = [&](std::size_t position, const fs::path& path, const std::string& reason) {
    context.say("refused file " + std::to_string(position) + (options.show_paths ? " " + path.string() : "") + ": " +
                reason);
  };
  Pseudonyms pseudonyms(secret_of(options));
  remember_table(options.keep_table, pseudonyms);
  const Json summary = io::dicom::deidentify_tree(options.paths, options.out, tree, pseudonyms);
  write_table(options.keep_table, pseudonyms);
  if (summary["unreadable_folders"].get<std::size_t>() > 0)
    context.say(summary["unreadable_folders"].dump() + " folders could not be listed; check their permissions");
  context.answer(summary,
                 "Of " + summary["files"].dump() + " files " + summary["written"].dump() + " objects were written, " +
                     summary["copies"].dump() + " were copies, " + summary["unchanged"].dump() + " were done before, " +
                     std::to_string(summary["refused"].size()) + " were refused, " + summary["directories"].dump() +
                     " were directories and " + summary["not_dicom"].dump() + " no DICOM.");
}

}  // namespace

void add_deidentify(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("deidentify", "DICOM objects without identity (PS3.15 Annex E), pseudonyms from a secret");
  command->add_option("PATH", options->paths, "files or folders; anything may lie in them")->required();
  command->add_option("--out", options->out, "folder for the objects, never within the paths")->required();
  command->add_option("--secret", options->secret, "the centre's secret file, which stays there")->required();
  command->add_flag("--create-secret", options->create_secret, "make the secret if there is none");
  command
      ->add_option("--options", options->profile,
                   "options of the profile, with commas between: modified-dates, clean-descriptors, "
                   "clean-structured-content, patient-characteristics, device-identity, safe-private; or none")
      ->capture_default_str();
  command->add_option("--keep-table", options->keep_table,
                      "write patient ids and their pseudonyms into this file, which must lie beside the secret");
  command->add_flag("--accept-burned-in", options->accept_burned_in,
                    "pass objects whose pixels may show names; only after somebody has looked");
  command->add_flag("--allow-missing-id", options->allow_missing_id,
                    "objects without PatientID get a pseudonym of their study");
  command->add_flag("--show-paths", options->show_paths, "name refused files by their paths, which may name patients");
  command->callback([options, &context] { run(*options, context); });
}

}  // namespace larc::app
