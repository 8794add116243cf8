#include "preprocess/habitats.h"

#include <set>

#include "core/error.h"
#include "core/number.h"
#include "core/random.h"
#include "preprocess/kmeans.h"

namespace larc::preprocess {

namespace {

constexpr int kMostHabitats = 100;

void check_settings(const HabitatSettings& s) {
  const auto refuse = [](const std::string& what) { throw Error(ErrorCode::domain, "habitats: " + what); };
  const auto allowed = [](int k) { return k >= 2 && k <= kMostHabitats; };
  if (s.count != 0 && !allowed(s.count)) refuse("count must be 2 to 100, or 0 to choose it");
  if (s.count == 0 && !(allowed(s.fewest) && allowed(s.most) && s.fewest <= s.most))
    refuse("fewest and most must lie in 2 to 100 and rise");
  if (s.starts < 1 || s.starts > 1000) refuse("starts must be 1 to 1000");
}

void check_patient(const HabitatImages& patient, std::size_t images) {
  if (patient.images.size() != images)
    throw Error(ErrorCode::shape_mismatch, "habitats need the same " + std::to_string(images) +
                                               " images of every patient; here there are " +
                                               std::to_string(patient.images.size()));
  for (std::size_t i = 0; i < images; ++i)
    in_context("image " + std::to_string(i + 1) + " of the habitats", [&] {
      image::check_same_geometry(*patient.images[i], *patient.region);
      image::check_finite(*patient.images[i], "image");
    });
  if (image::voxel_count(*patient.region) == 0)
    throw Error(ErrorCode::domain, "habitats: the region is empty; outline the region");
}

/// Voxel vectors within the region, one after the other.
std::vector<double> vectors(const HabitatImages& patient) {
  std::vector<double> points;
  for (std::size_t v = 0; v < patient.region->voxels.size(); ++v)
    if (patient.region->voxels[v])
      for (const image::Volume* image : patient.images) points.push_back(image->voxels[v]);
  return points;
}

struct Scaling {
  std::vector<double> mean, sd;
};

Scaling scaling_of(const std::vector<double>& points, std::size_t images) {
  const double n = static_cast<double>(points.size() / images);
  Scaling scaling{std::vector<double>(images, 0), std::vector<double>(images, 0)};
  for (std::size_t p = 0; p < points.size(); ++p) scaling.mean[p % images] += points[p] / n;
  for (std::size_t p = 0; p < points.size(); ++p)
    scaling.sd[p % images] += std::pow(points[p] - scaling.mean[p % images], 2) / n;
  for (std::size_t i = 0; i < images; ++i) {
    scaling.sd[i] = std::sqrt(scaling.sd[i]);
    if (!(scaling.sd[i] > 1e-12 * std::abs(scaling.mean[i])))
      throw Error(ErrorCode::domain, "habitats: image " + std::to_string(i + 1) +
                                         " is constant within the region; leave it out, or exclude the patient");
  }
  return scaling;
}

void scale(std::vector<double>& points, const Scaling& scaling) {
  const std::size_t images = scaling.mean.size();
  for (std::size_t p = 0; p < points.size(); ++p)
    points[p] = (points[p] - scaling.mean[p % images]) / scaling.sd[p % images];
}

/// At most `count` of the vectors, in their old order.
std::vector<double> drawn(const std::vector<double>& points, std::size_t images, std::size_t count,
                          std::uint64_t seed) {
  const std::size_t all = points.size() / images;
  if (count == 0 || count >= all) return points;
  auto order = Random(seed).permutation(all);
  order.resize(count);
  std::sort(order.begin(), order.end());
  std::vector<double> part;
  for (const std::size_t p : order)
    part.insert(part.end(), points.begin() + static_cast<std::ptrdiff_t>(p * images),
                points.begin() + static_cast<std::ptrdiff_t>((p + 1) * images));
  return part;
}

void check_different(const std::vector<double>& points, std::size_t images, int needed) {
  std::set<std::vector<double>> different;
  for (std::size_t p = 0; p < points.size() && different.size() < static_cast<std::size_t>(needed); p += images)
    different.insert(
        {points.begin() + static_cast<std::ptrdiff_t>(p), points.begin() + static_cast<std::ptrdiff_t>(p + images)});
  if (different.size() < static_cast<std::size_t>(needed))
    throw Error(ErrorCode::domain, "habitats: there are only " + std::to_string(different.size()) +
                                       " different voxels for " + std::to_string(needed) +
                                       " habitats; ask for fewer, or exclude the patient");
}

}  // namespace

HabitatModel fit_habitats(const std::vector<HabitatImages>& patients, const HabitatSettings& settings) {
  check_settings(settings);
  if (patients.empty() || patients.front().images.empty())
    throw Error(ErrorCode::domain, "habitats: there are no training patients or no images");
  const std::size_t images = patients.front().images.size();
  HabitatModel model;
  model.scaling = settings.scaling;
  std::vector<double> points;
  for (std::size_t p = 0; p < patients.size(); ++p)
    in_context("training patient " + std::to_string(p + 1), [&] {
      check_patient(patients[p], images);
      std::vector<double> own = vectors(patients[p]);
      if (settings.scaling == HabitatScaling::region) scale(own, scaling_of(own, images));
      own = drawn(own, images, settings.voxels_per_region, derive_seed(settings.seed, "habitat voxels", p));
      points.insert(points.end(), own.begin(), own.end());
    });
  Scaling pooled{std::vector<double>(images, 0), std::vector<double>(images, 1)};
  if (settings.scaling == HabitatScaling::training) pooled = scaling_of(points, images);
  scale(points, pooled);
  model.mean = pooled.mean;
  model.sd = pooled.sd;

  const int fewest = settings.count ? settings.count : settings.fewest;
  const int most = settings.count ? settings.count : settings.most;
  check_different(points, images, most);
  Clusters best;
  double best_index = -1;
  for (int k = fewest; k <= most; ++k) {
    Clusters next = kmeans(points, images, k, settings.starts, settings.seed);
    const double index = settings.count ? 0 : calinski_harabasz(points, images, next);
    if (!settings.count) model.index.push_back(index);
    if (index <= best_index) continue;
    best_index = index;
    best = std::move(next);
  }
  for (std::size_t c = 0; c < best.centres.size(); c += images)
    model.centres.emplace_back(best.centres.begin() + static_cast<std::ptrdiff_t>(c),
                               best.centres.begin() + static_cast<std::ptrdiff_t>(c + images));
  std::sort(model.centres.begin(), model.centres.end());
  return model;
}

HabitatMap apply_habitats(const HabitatModel& model, const HabitatImages& patient) {
  const std::size_t images = model.mean.size(), habitats = model.centres.size();
  check_patient(patient, images);
  const std::vector<double> raw = vectors(patient);
  std::vector<double> points = raw;
  scale(points, model.scaling == HabitatScaling::region ? scaling_of(points, images) : Scaling{model.mean, model.sd});
  std::vector<double> centres;
  for (const auto& centre : model.centres) centres.insert(centres.end(), centre.begin(), centre.end());
  HabitatMap map{patient.region->geometry, std::vector<std::uint8_t>(patient.region->voxels.size(), 0),
                 std::vector<double>(habitats, 0), std::vector<std::vector<double>>(habitats)};
  for (auto& mean : map.mean) mean.assign(images, 0);
  std::vector<double> voxels(habitats, 0);
  std::size_t p = 0;
  for (std::size_t v = 0; v < map.label.size(); ++v) {
    if (!patient.region->voxels[v]) continue;
    double ignored;
    const std::size_t own = nearest_centre(points.data() + p, centres, images, ignored);
    map.label[v] = static_cast<std::uint8_t>(own + 1);
    voxels[own] += 1;
    for (std::size_t i = 0; i < images; ++i) map.mean[own][i] += raw[p + i];
    p += images;
  }
  for (std::size_t h = 0; h < habitats; ++h) {
    map.fraction[h] = voxels[h] * static_cast<double>(images) / static_cast<double>(points.size());
    for (double& mean : map.mean[h]) mean = voxels[h] > 0 ? mean / voxels[h] : kNaN;
  }
  return map;
}

image::Mask habitat(const HabitatMap& map, int label) {
  if (label < 1 || label > static_cast<int>(map.fraction.size()))
    throw Error(ErrorCode::domain, "habitat " + std::to_string(label) + " is not in the map; choose 1 to " +
                                       std::to_string(map.fraction.size()));
  image::Mask mask{map.geometry, std::vector<std::uint8_t>(map.label.size())};
  std::transform(map.label.begin(), map.label.end(), mask.voxels.begin(),
                 [&](std::uint8_t v) { return static_cast<std::uint8_t>(v == label ? 1 : 0); });
  return mask;
}

Json to_json(const HabitatModel& model) {
  return {{"scaling", model.scaling == HabitatScaling::region ? "region" : "training"},
          {"mean", model.mean},
          {"sd", model.sd},
          {"centres", model.centres},
          {"index", model.index}};
}

HabitatModel habitat_model_from_json(const Json& json) {
  const auto refuse = [](const std::string& what) { throw Error(ErrorCode::format, "habitat model: " + what); };
  HabitatModel model;
  std::string scaling;
  try {
    scaling = json.at("scaling").get<std::string>();
    model.mean = json.at("mean").get<std::vector<double>>();
    model.sd = json.at("sd").get<std::vector<double>>();
    model.centres = json.at("centres").get<std::vector<std::vector<double>>>();
    for (const Json& value : json.at("index")) model.index.push_back(number_or_nan(value));
  } catch (const nlohmann::json::exception&) {
    refuse("it needs scaling, the lists mean, sd and index, and the list of lists centres");
  }
  if (scaling != "training" && scaling != "region")
    refuse("scaling is '" + scaling + "'; it must be training or region");
  model.scaling = scaling == "region" ? HabitatScaling::region : HabitatScaling::training;
  if (model.mean.empty() || model.sd.size() != model.mean.size()) refuse("mean and sd must have one entry an image");
  for (const double sd : model.sd)
    if (!(sd > 0)) refuse("sd must be positive");
  if (model.centres.empty() || model.centres.size() > kMostHabitats) refuse("there must be 1 to 100 centres");
  for (const auto& centre : model.centres)
    if (centre.size() != model.mean.size()) refuse("every centre must have one entry an image");
  return model;
}

}  // namespace larc::preprocess
