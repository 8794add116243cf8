#include "command.h"
#include "core/csv.h"
#include "core/error.h"
#include "core/file.h"
#include "core/number.h"
#include "io/image_file.h"
#include "radiomics/extractor.h"

namespace larc::app {

namespace {

/// The settings under the key `larc`; the other keys of a parameter file choose things this version does not compute.
radiomics::ExtractionSettings read_settings(const std::string& path) {
  if (path.empty()) return {};
  const Json document = read_yaml(path);
  for (const auto& [key, value] : document.items())
    if (key != "larc")
      throw Error(ErrorCode::unsupported,
                  path + ": key '" + key + "' is not supported yet; settings stand under the key 'larc'");
  return radiomics::ExtractionSettings::from_json(document.value("larc", Json::object()));
}

}  // namespace

void add_radiomics(CLI::App& app, Context& context) {
  struct Options {
    std::string image, mask, params, naming = "pyradiomics", out;
    int label = 1;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("radiomics", "features of one image and mask: first-order, shape, GLCM");
  command->add_option("IMAGE", options->image, "image file")->required();
  command->add_option("MASK", options->mask, "mask file on the grid of the image")->required();
  command->add_option("--params", options->params, "YAML file with settings under the key 'larc'");
  command->add_option("--label", options->label, "label of the region in the mask (default 1)");
  command->add_option("--naming", options->naming, "names and definitions: pyradiomics or ibsi")
      ->check(CLI::IsMember({"pyradiomics", "ibsi"}));
  command->add_option("--out", options->out, "write a CSV with one row");
  command->callback([options, &context] {
    auto settings = read_settings(options->params);
    settings.naming = radiomics::parse_naming(options->naming);
    const image::Volume volume = io::read_image(options->image);
    const image::Mask mask =
        in_context(options->mask, [&] { return image::select_label(io::read_image(options->mask), options->label); });
    const auto result = radiomics::extract(volume, mask, settings);
    Json features = Json::object(), notes = Json::array();
    std::vector<std::string> header{"Image", "Mask"}, row{options->image, options->mask};
    std::string text;
    for (const auto& feature : result.features) {
      features[feature.name] = number_or_null(feature.value);
      if (!feature.reason.empty()) notes.push_back(feature.name + ": " + feature.reason);
      header.push_back(feature.name);
      row.push_back(std::isnan(feature.value) ? "" : format_double(feature.value));
      text += (text.empty() ? "" : "\n") + feature.name + " " + format_double(feature.value);
    }
    for (const auto& note : result.notes) {
      notes.push_back(note);
      context.say(note);
    }
    if (!options->out.empty()) write_file_atomic(options->out, format_csv(header, {row}));
    context.answer({{"features", features}, {"diagnostics", result.diagnostics}, {"notes", notes}},
                   options->out.empty() ? text : "");
  });
}

}  // namespace larc::app
