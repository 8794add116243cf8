#include "command.h"
#include "core/error.h"
#include "study/export_bids.h"
#include "study/export_dicom.h"
#include "study/export_nnunet.h"

namespace larc::app {

namespace {

struct Options {
  std::string study, what = "table", out, at;
  bool calendar_dates = false, outcomes = false;
  int dataset = 501;  // nnU-Net keeps lower numbers for published data sets
  std::vector<std::string> masks, channels;
};

std::optional<study::PredictionPoint> point_of(const std::string& name) {
  using study::PredictionPoint;
  for (const auto point : {PredictionPoint::P0, PredictionPoint::P1, PredictionPoint::P2})
    if (to_string(point) == name) return point;
  return std::nullopt;
}

/// Options that mean nothing for this export are refused, not passed over.
void check(const CLI::App& command, const std::string& what) {
  const auto only = [&](const std::string& option, std::initializer_list<std::string> kinds) {
    if (command.count(option) > 0 && std::find(kinds.begin(), kinds.end(), what) == kinds.end())
      throw Error(ErrorCode::usage, option + " means nothing with --what " + what);
  };
  only("--at", {"table", "bids"});
  only("--dates", {"table", "bids"});
  only("--relative-dates", {"table", "bids"});
  only("--outcomes", {"bids"});
  only("--dataset", {"nnunet"});
  only("--mask", {"nnunet"});
  only("--channels", {"nnunet"});
}

study::ExportSummary write(const study::Study& study, const Options& options, int threads,
                           study::ExportFolder& folder) {
  const auto at = point_of(options.at);
  if (options.what == "table") return write_table(study, {at, options.calendar_dates, true}, folder);
  if (options.what == "bids")
    return write_bids(
        study, {at.value_or(study::PredictionPoint::P0), options.outcomes, options.calendar_dates, threads}, folder);
  if (options.what == "dicom") return write_dicom(study, {threads}, folder);
  return write_nnunet(study, {options.masks, options.channels, threads}, folder);
}

}  // namespace

void add_export(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "export", "the data for other tools: a table, BIDS, an nnU-Net dataset, or DICOM segmentations and reports");
  command->add_option("STUDY", options->study, "folder of the study")->required();
  command
      ->add_option("--what", options->what,
                   "table (CSV, XLSX, codebook), bids, nnunet, or dicom (outlines as SEG, their measurements as SR); "
                   "default table")
      ->check(CLI::IsMember({"table", "bids", "nnunet", "dicom"}));
  command->add_option("--out", options->out,
                      "folder to make (nnunet: the folder that gets DatasetNNN_NAME); default STUDY/export/WHAT");
  command->add_option("--at", options->at, "only variables known by then; default: all in a table, P0 in BIDS")
      ->check(CLI::IsMember({"P0", "P1", "P2"}));
  auto* dates = command->add_flag("--dates", options->calendar_dates, "dates as they are");
  command->add_flag("--relative-dates")
      ->description("days since the patient's earliest date, the default: intervals stay, the calendar goes")
      ->excludes(dates);
  command->add_flag("--outcomes", options->outcomes, "outcomes in BIDS' participants.tsv too");
  command->add_option("--dataset", options->dataset, "number of the nnU-Net dataset")->capture_default_str();
  command->add_option("--mask", options->masks, "nnU-Net: masks, label 1, 2, ...; default the first of study.yaml")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_option("--channels", options->channels, "nnU-Net: images; default that of the mask")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->callback([options, command, &context] {
    check(*command, options->what);
    study::Study study(options->study);
    std::filesystem::path place =
        options->out.empty() ? study.folder / "export" / options->what : std::filesystem::path(options->out);
    if (options->what == "nnunet") place /= study::nnunet_name(study.file, options->dataset);
    study::ExportFolder folder(place, options->what);
    const study::ExportSummary summary = write(study, *options, context.run_options().threads, folder);
    const std::size_t files = folder.finish();
    study.registry.note("export", {{"what", options->what},
                                   {"at", options->at},
                                   {"calendar_dates", options->calendar_dates},
                                   {"outcomes", options->what == "table" || options->outcomes},
                                   {"patients", summary.patients},
                                   {"files", files}});
    Json left_out = Json::array();
    for (const auto& [item, reason] : summary.left_out) {
      left_out.push_back({{"item", item}, {"reason", reason}});
      context.say("left out " + item + ": " + reason);
    }
    for (const auto& note : summary.notes) context.say(note);
    context.answer({{"study", options->study},
                    {"what", options->what},
                    {"folder", folder.target().string()},
                    {"patients", summary.patients},
                    {"files", files},
                    {"left_out", left_out},
                    {"notes", summary.notes}},
                   std::to_string(summary.patients) + " patients, " + std::to_string(files) + " files in " +
                       folder.target().string());
  });
}

}  // namespace larc::app
