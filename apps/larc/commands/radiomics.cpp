#include "command.h"
#include "core/error.h"
#include "core/file.h"
#include "core/number.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/text.h"
#include "extraction/robustness.h"
#include "io/image_file.h"

namespace larc::app {

namespace {

namespace fs = std::filesystem;
using extraction::BatchRow;
using extraction::MapSink;
using extraction::RowResult;

struct Options {
  std::string image, mask, params, naming, maps, out;
  std::vector<std::string> labels;
  std::string perturb, icc;
  int perturbations = 10;

  bool is_batch() const { return mask.empty() && to_lower(image).ends_with(".csv"); }
};

extraction::Plan plan_of(const Options& options) {
  std::optional<radiomics::Naming> naming;
  if (!options.naming.empty()) naming = radiomics::parse_naming(options.naming);
  if (options.params.empty()) return extraction::default_plan(naming.value_or(radiomics::Naming::pyradiomics));
  return extraction::read_parameters(options.params, naming);
}

BatchRow single_row(const Options& options) {
  BatchRow row;
  row.image = options.image;
  row.mask = options.mask;
  row.labels = extraction::parse_labels(options.labels);
  row.columns = {{"Image", options.image}, {"Mask", options.mask}};
  return row;
}

/// Writes maps as NIfTI into the folder; those of a table's row into a folder of its own.
MapSink maps_into(const Options& options, const BatchRow& row) {
  if (options.maps.empty()) return {};
  fs::path folder = options.maps;
  if (options.is_batch()) {
    std::string name = "row-" + std::to_string(row.number);
    for (const auto& [column, text] : row.columns)
      if (column == "ID" && !text.empty() && text.find_first_of("/\\") == std::string::npos && text[0] != '.')
        name = text;
    folder /= name;
  }
  return [folder](const std::string& name, const image::Volume& map) {
    io::write_image(folder / (name + ".nii.gz"), map);
  };
}

std::string listing(const extraction::CaseResult& result) {
  std::string text;
  for (const auto& feature : result.features)
    text.append(text.empty() ? "" : "\n").append(feature.name).append(" ").append(format_double(feature.value));
  return text;
}

Json with_place(const RowResult& result) {
  Json json{{"row", result.row.number}};
  for (const auto& [name, text] : result.row.columns) json[name] = text;
  json["label"] = result.label;
  return json;
}

void answer_single(const Options& options, const Context& context, const std::vector<RowResult>& results) {
  for (const RowResult& result : results)
    for (const std::string& note : result.result.notes) context.say(note);
  if (!options.out.empty()) write_file_atomic(options.out, format_results(results));
  if (results.size() == 1 && !results.front().several)
    return context.answer(to_json(results.front().result), options.out.empty() ? listing(results.front().result) : "");
  Json labels = Json::array();
  std::string text;
  for (const RowResult& result : results) {
    Json entry{{"label", result.label}};
    if (result.error.empty())
      entry.update(to_json(result.result));
    else
      entry["error"] = result.error;
    labels.push_back(std::move(entry));
    text.append(text.empty() ? "" : "\n").append("label ").append(std::to_string(result.label)).append("\n");
    text.append(result.error.empty() ? listing(result.result) : result.error);
  }
  context.answer({{"labels", std::move(labels)}}, options.out.empty() ? text : "");
}

void run_single(const Options& options, const Context& context) {
  const extraction::Plan plan = plan_of(options);
  const BatchRow row = single_row(options);
  const std::vector<RowResult> results = extraction::extract_row(
      plan, row, maps_into(options, row), context.threads > 0 ? context.threads : hardware_threads());
  const bool any = std::any_of(results.begin(), results.end(), [](const auto& r) { return r.error.empty(); });
  if (!any) throw Error(results.front().code, results.front().error);
  for (const RowResult& result : results)
    if (!result.error.empty()) context.say("label " + std::to_string(result.label) + ": " + result.error);
  answer_single(options, context, results);
}

void run_batch(const Options& options, const Context& context) {
  if (options.out.empty() && !context.json)
    throw Error(ErrorCode::usage, "a table of images needs --out FILE.csv (or --json)");
  const extraction::Plan plan = plan_of(options);
  const std::vector<BatchRow> rows = extraction::read_batch(options.image, extraction::parse_labels(options.labels));
  const int threads = context.threads > 0 ? context.threads : hardware_threads();
  std::vector<RowResult> results;
  {
    Progress progress("radiomics", rows.size());
    results = extraction::extract_batch(
        plan, rows, threads, [&](const BatchRow& row) { return maps_into(options, row); }, [&] { progress.advance(); });
  }
  Json done = Json::array(), failed = Json::array();
  for (const RowResult& result : results) {
    Json entry = with_place(result);
    if (result.error.empty()) {
      entry.update(to_json(result.result));
      done.push_back(std::move(entry));
    } else {
      entry["reason"] = result.error;
      context.say("failed row " + std::to_string(result.row.number) + ": " + result.error);
      failed.push_back(std::move(entry));
    }
  }
  if (done.empty())
    throw Error(ErrorCode::domain, options.image + ": no row gave features; the first failed because " +
                                       failed.front()["reason"].get<std::string>());
  if (!options.out.empty()) write_file_atomic(options.out, format_results(results));
  std::string text = std::to_string(done.size()) + " of " + std::to_string(results.size()) + " rows done";
  context.answer({{"rows", std::move(done)}, {"failed", std::move(failed)}, {"out", options.out}}, text);
}

/// Features of perturbed regions instead of the regions as they are, and how each feature bears it.
void run_perturbed(const Options& options, const Context& context) {
  if (options.out.empty() && options.icc.empty() && !context.json)
    throw Error(ErrorCode::usage, "--perturb needs --out FILE.csv, --icc FILE.csv or --json");
  if (!options.maps.empty()) throw Error(ErrorCode::usage, "--maps and --perturb do not go together; drop one");
  const extraction::Plan plan = plan_of(options);
  const std::vector<BatchRow> rows =
      options.is_batch() ? extraction::read_batch(options.image, extraction::parse_labels(options.labels))
                         : std::vector<BatchRow>{single_row(options)};
  extraction::RobustnessSettings settings;
  settings.spec.chain = options.perturb;
  settings.count = options.perturbations;
  settings.seed = context.seed.value_or(1);
  const int threads = context.threads > 0 ? context.threads : hardware_threads();
  std::vector<std::vector<RowResult>> of_row;
  std::vector<RowResult> all;
  Json failed = Json::array();
  std::optional<Error> first;
  {
    Progress progress("radiomics, perturbed", rows.size());
    for (const BatchRow& row : rows) {
      try {
        of_row.push_back(extraction::perturb_row(plan, row, settings, threads));
        for (const RowResult& result : of_row.back()) {
          if (!result.error.empty()) {
            Json entry = with_place(result);
            entry["reason"] = result.error;
            failed.push_back(std::move(entry));
            if (!first) first = Error(result.code, result.error);
          }
          all.push_back(result);
        }
      } catch (const Error& error) {
        if (!first) first = error;
        failed.push_back({{"row", row.number}, {"reason", error.what()}});
      }
      progress.advance();
    }
  }
  if (std::none_of(all.begin(), all.end(), [](const RowResult& result) { return result.error.empty(); })) throw *first;
  for (const Json& entry : failed)
    context.say("failed row " + std::to_string(entry["row"].get<std::size_t>()) + ": " +
                entry["reason"].get<std::string>());
  const auto robustness = extraction::feature_robustness(of_row);
  if (!options.out.empty()) write_file_atomic(options.out, extraction::format_results(all));
  if (!options.icc.empty()) write_file_atomic(options.icc, extraction::format_robustness(robustness));
  Json done = Json::array(), icc = Json::object();
  for (const RowResult& result : all) {
    if (!result.error.empty()) continue;
    Json entry = with_place(result);
    entry.update(to_json(result.result));
    done.push_back(std::move(entry));
  }
  for (const auto& item : robustness) {
    icc[item.feature] = {{"icc", number_or_null(item.icc)},
                         {"lower", number_or_null(item.lower)},
                         {"upper", number_or_null(item.upper)},
                         {"regions", item.regions}};
    if (!item.reason.empty()) icc[item.feature]["reason"] = item.reason;
  }
  std::string text =
      std::to_string(done.size()) + " of " + std::to_string(done.size() + failed.size()) + " perturbed regions done";
  context.answer({{"rows", std::move(done)}, {"failed", std::move(failed)}, {"icc", std::move(icc)}}, text);
}

}  // namespace

void add_radiomics(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("radiomics", "features of an image and a mask, or of a table of them");
  command->add_option("IMAGE", options->image, "image file, or BATCH.csv with columns Image, Mask (and ID, Label)")
      ->required();
  command->add_option("MASK", options->mask, "mask file");
  command->add_option("--params", options->params,
                      "parameter file (YAML or JSON): PyRadiomics' imageType, featureClass, setting; larc's own keys "
                      "under 'larc'");
  command->add_option("--label", options->labels, "label of the region in the mask: 1, or 1,2, or all")
      ->allow_extra_args(false);
  command->add_option("--naming", options->naming, "names and definitions: pyradiomics or ibsi")
      ->check(CLI::IsMember({"pyradiomics", "ibsi"}));
  command->add_option(
      "--maps", options->maps,
      "folder for maps (NIfTI): of each feature around each voxel (voxelSetting), or of the filters' responses "
      "(larc: response_map: true)");
  command->add_option("--out", options->out, "write a CSV, a row for each label");
  command->add_option(
      "--perturb", options->perturb,
      "features of perturbed regions: letters of N noise, T translation, R rotation, V volume, C contour");
  command->add_option("--perturbations", options->perturbations, "how many of each region (default 10)");
  command->add_option("--icc", options->icc, "with --perturb: write the intraclass correlation of every feature");
  command->callback([options, &context] {
    if (!options->perturb.empty()) {
      if (!options->is_batch() && options->mask.empty())
        throw Error(ErrorCode::usage, "MASK is missing; a table of images ends in .csv");
      return run_perturbed(*options, context);
    }
    if (!options->icc.empty()) throw Error(ErrorCode::usage, "--icc needs --perturb");
    if (options->is_batch()) return run_batch(*options, context);
    if (options->mask.empty()) throw Error(ErrorCode::usage, "MASK is missing; a table of images ends in .csv");
    run_single(*options, context);
  });
}

}  // namespace larc::app
