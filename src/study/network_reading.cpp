#include "study/network_reading.h"

#include "core/base64.h"
#include "core/file.h"
#include "core/number.h"
#include "image/volume.h"
#include "io/image_file.h"
#include "nn/host.h"
#include "study/thumbnail.h"

namespace larc::study {

namespace {

std::size_t task_place(const DeepModel& model) {
  const Json& tasks = model.architecture.at("network").at("tasks");
  std::size_t place = 0;
  while (tasks.at(place).at("name") != model.task) ++place;
  return place;
}

image::Volume volume_of(const image::Geometry& geometry, const double* values) {
  return {geometry, std::vector<double>(values, values + geometry.voxel_count())};
}

}  // namespace

NetworkReading read_network(const DeepModel& model, const nn::Cases& cases) {
  const nn::Prediction prediction = nn::load().predict(model.weights, model.architecture, cases);
  NetworkReading reading;
  Json typicality = Json::object(), attention = Json::object();
  double least = 1;
  std::string oddest;
  for (std::size_t view = 0; view < cases.views.size(); ++view) {
    if (cases.present[0][view] == 0) continue;
    const double share = prediction.typicality[0][view];
    typicality[cases.views[view].name] = number_or_null(share);
    if (!(share < least)) continue;
    least = share;
    oddest = cases.views[view].name;
  }
  const Json& tokens = model.architecture.at("network").at("tokens");
  for (std::size_t token = 0; token < tokens.size(); ++token)
    attention[tokens[token].get<std::string>()] = prediction.attention[0][token];
  reading.document = {{"spread", model.slope * prediction.spread[task_place(model)][0][0]},
                      {"typicality", typicality},
                      {"attention", attention}};
  if (least <= kUnusual)
    reading.unusual = "'" + oddest + "' is unlike the images the network was trained on (" +
                      format_fixed(100 * least, 1) +
                      "% of them are as odd); check sequence, units and outline of the image";
  return reading;
}

Json explain_network(const DeepModel& model, const nn::Cases& cases,
                     const std::map<std::string, image::Geometry>& geometries, const std::filesystem::path& folder) {
  const nn::Explanation explained = nn::load().explain(model.weights, model.architecture, cases, model.task, 0);
  ensure_directory(folder);
  Json views = Json::array(), without = Json::object();
  for (std::size_t view = 0; view < cases.views.size(); ++view) {
    if (explained.maps[view].empty()) continue;
    const std::string& name = cases.views[view].name;
    const std::vector<float> crop = cases.crop(0, view);
    const std::vector<double> values(crop.begin(), crop.end());
    const image::Volume image = volume_of(geometries.at(name), values.data()),
                        map = volume_of(geometries.at(name), explained.maps[view].data());
    io::write_image(folder / (name + "_image.nii.gz"), image);
    io::write_image(folder / (name + "_map.nii.gz"), map);
    write_file_atomic(folder / (name + ".png"), decode_base64(map_over_image(image, map).at("png").get<std::string>()));
    double sum = 0;
    for (const double value : explained.maps[view]) sum += value;
    views.push_back({{"view", name}, {"sum", model.slope * sum}});
  }
  for (const auto& [name, linear] : explained.without) without[name] = model.slope * (linear - explained.whole);
  const Json document = {{"method", "integrated gradients from the mean training image"},
                         {"linear_predictor_change", model.slope * (explained.whole - explained.baseline)},
                         {"views", views},
                         {"change_when_hidden", without}};
  write_file_atomic(folder / "explanation.json", document.dump(1) + "\n");
  return document;
}

}  // namespace larc::study
