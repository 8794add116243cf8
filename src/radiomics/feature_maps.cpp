#include "radiomics/feature_maps.h"

#include "core/error.h"
#include "core/number.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "image/box.h"
#include "radiomics/cube_pairs.h"
#include "radiomics/families.h"

namespace larc::radiomics {

namespace {

// Voxels a thread takes at a time.
constexpr std::size_t kBlock = 256;

// What all cubes share: the box grown by the radius, with a level number in every voxel that a cube may hold.
struct MapField {
  image::Geometry geometry;  // of the grown box
  std::vector<int> numbers;  // level number, 0 where no cube looks
  std::vector<double> intensities;
  std::vector<image::Index3> centres;  // of the region's voxels, in the grown box
  int level_count = 0;
};

MapField make_field(const image::Volume& image, const RegionView& region, const MapSettings& maps, image::Box& box) {
  box = common(grown(region.box, maps.kernel_radius), image::all_of(image.geometry.size));
  image::Volume part = image::crop(image, box);
  MapField field{part.geometry, std::vector<int>(part.voxels.size(), 0), {}, {}, 0};
  std::vector<std::size_t> held;  // offsets in the grown box of the voxels with a level
  const image::Index3& size = region.size();
  for (const std::uint32_t offset : region.offsets) {
    const int i = static_cast<int>(offset) % size[0], j = static_cast<int>(offset) / size[0] % size[1],
              k = static_cast<int>(offset) / size[0] / size[1];
    const image::Index3 centre{i + region.box.lower[0] - box.lower[0], j + region.box.lower[1] - box.lower[1],
                               k + region.box.lower[2] - box.lower[2]};
    field.centres.push_back(centre);
    if (maps.masked_kernel) held.push_back(part.geometry.offset(centre[0], centre[1], centre[2]));
  }
  if (!maps.masked_kernel)
    for (std::size_t v = 0; v < part.voxels.size(); ++v) held.push_back(v);
  std::vector<double> intensities;
  for (const std::size_t v : held) intensities.push_back(part.voxels[v]);
  if (!std::all_of(intensities.begin(), intensities.end(), [](double x) { return std::isfinite(x); }))
    throw Error(ErrorCode::domain,
                "voxels near the region are NaN or infinite; repair the image or use masked kernels");
  const Levels levels = discretise(intensities, *region.settings);
  field.level_count = levels.level_count;
  for (std::size_t h = 0; h < held.size(); ++h) field.numbers[held[h]] = levels.numbers[levels.index_of_voxel[h] - 1u];
  field.intensities = std::move(part.voxels);
  return field;
}

// How far a cube goes from its middle; within slices it is a square.
image::Index3 reach_of(const MapSettings& maps, const ExtractionSettings& settings) {
  image::Index3 reach{maps.kernel_radius, maps.kernel_radius, maps.kernel_radius};
  if (settings.force_2d) reach[static_cast<std::size_t>(settings.force_2d_axis)] = 0;
  return reach;
}

// The cube around a voxel as a region of its own, with the levels of the whole.
RegionView cube_region(const MapField& field, const image::Index3& centre, const image::Index3& reach,
                       const ExtractionSettings& settings) {
  RegionView cube{{}, {}, {}, {}, &settings, nullptr, {centre, centre}};
  image::Index3 lower, upper;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    lower[axis] = std::max(centre[axis] - reach[axis], 0);
    upper[axis] = std::min(centre[axis] + reach[axis], field.geometry.size[axis] - 1);
    cube.mask.geometry.size[axis] = upper[axis] - lower[axis] + 1;
  }
  cube.mask.geometry.spacing_mm = field.geometry.spacing_mm;
  cube.mask.voxels.assign(cube.mask.geometry.voxel_count(), 0);
  std::vector<int> numbers;
  std::uint32_t at = 0;
  for (int k = lower[2]; k <= upper[2]; ++k)
    for (int j = lower[1]; j <= upper[1]; ++j) {
      const std::size_t row = field.geometry.offset(0, j, k);
      for (int i = lower[0]; i <= upper[0]; ++i, ++at) {
        const std::size_t voxel = row + static_cast<std::size_t>(i);
        if (field.numbers[voxel] == 0) continue;
        cube.mask.voxels[at] = 1;
        cube.offsets.push_back(at);
        cube.intensities.push_back(field.intensities[voxel]);
        numbers.push_back(field.numbers[voxel]);
      }
    }
  Levels& levels = cube.levels;
  levels.level_count = field.level_count;
  levels.numbers = numbers;
  std::sort(levels.numbers.begin(), levels.numbers.end());
  levels.numbers.erase(std::unique(levels.numbers.begin(), levels.numbers.end()), levels.numbers.end());
  levels.voxel_counts.assign(levels.numbers.size(), 0);
  for (const int number : numbers) {
    const auto place = std::lower_bound(levels.numbers.begin(), levels.numbers.end(), number) - levels.numbers.begin();
    ++levels.voxel_counts[static_cast<std::size_t>(place)];
    levels.index_of_voxel.push_back(static_cast<std::uint16_t>(place + 1));
  }
  return cube;
}

// Features of one cube after the other; memory of its own, one object a thread.
class CubeFeatures {
 public:
  CubeFeatures(const MapField& field, const image::Index3& reach, const ExtractionSettings& settings,
               const std::vector<const FamilyDescriptor*>& families, const std::vector<FeatureCollector>& collectors)
      : field_(field), reach_(reach), settings_(settings), families_(families), collectors_(collectors) {
    for (std::size_t f = 0; f < families.size(); ++f) {
      const auto& aggregations = collectors[f].aggregations();
      if (families[f]->name != "glcm" || !CubePairs::can(reach, settings, aggregations)) continue;
      pairs_.emplace(field.numbers, field.geometry.size, field.level_count, reach, settings, aggregations,
                     collectors[f].wants("glcm_MCC"));
      for (const FeatureRow* row : wanted_rows("glcm", settings))
        for (const PairFeatureName& name : kPairFeatureNames)
          if (row->id == name.id) pair_features_.push_back(name.feature);
    }
  }

  // Gives the values of all families in the order of results to `take`.
  template <typename Take>
  void compute(const image::Index3& centre, Take take) {
    std::optional<RegionView> cube;
    for (std::size_t f = 0; f < families_.size(); ++f) {
      if (pairs_ && families_[f]->name == "glcm" && pairs_->compute(centre, pair_values_)) {
        for (const PairValues& values : pair_values_)
          for (const PairFeature feature : pair_features_) take(values[feature]);
        continue;
      }
      if (!cube) cube = cube_region(field_, centre, reach_, settings_);
      FeatureCollector collector = collectors_[f];
      families_[f]->compute(*cube, collector);
      for (const auto& item : collector.take()) take(item.value);
    }
  }

 private:
  const MapField& field_;
  image::Index3 reach_;
  const ExtractionSettings& settings_;
  const std::vector<const FamilyDescriptor*>& families_;
  const std::vector<FeatureCollector>& collectors_;
  std::optional<CubePairs> pairs_;
  std::vector<PairFeature> pair_features_;
  std::vector<PairValues> pair_values_;
};

std::vector<const FamilyDescriptor*> mapped_families(const ExtractionSettings& settings) {
  std::vector<const FamilyDescriptor*> wanted;
  for (const FamilyDescriptor& family : families()) {
    if (family.is_shape) continue;
    if (std::find(settings.families.begin(), settings.families.end(), family.name) == settings.families.end()) continue;
    if (family.name == "local_intensity")
      throw Error(ErrorCode::conflict, "maps of local_intensity do not exist: it looks beyond the cube; drop it");
    wanted.push_back(&family);
  }
  if (wanted.empty())
    throw Error(ErrorCode::domain, "no family to make maps of: shape has none; ask for first-order or texture");
  return wanted;
}

}  // namespace

void feature_maps(const image::Volume& image, const image::Mask& mask, const ExtractionSettings& settings,
                  const MapSettings& maps, const std::string& image_type, int threads, const FeatureMapSink& sink) {
  settings.check();
  if (maps.kernel_radius < 1 || maps.kernel_radius > 32)
    throw Error(ErrorCode::domain,
                "the kernel radius is " + std::to_string(maps.kernel_radius) + "; it must lie between 1 and 32");
  const auto wanted = mapped_families(settings);
  const RegionView region = make_region(image, mask, settings);
  image::Box box;
  const MapField field = make_field(image, region, maps, box);

  std::vector<FeatureCollector> collectors;
  std::size_t features = 0;
  std::vector<std::string> names;
  for (const FamilyDescriptor* family : wanted) {
    collectors.emplace_back(*family, settings);
    for (const Aggregation aggregation : collectors.back().aggregations())
      for (const FeatureRow* row : wanted_rows(family->name, settings))
        names.push_back(feature_name(*row, settings.naming, aggregation, image_type));
  }
  features = names.size();

  const image::Index3 reach = reach_of(maps, settings);
  const std::size_t voxels = field.centres.size();
  std::vector<double> values(features * voxels, kNaN);
  Progress progress("Feature maps", voxels);
  parallel_for((voxels + kBlock - 1) / kBlock, threads, [&](std::size_t block) {
    const std::size_t end = std::min(voxels, (block + 1) * kBlock);
    CubeFeatures cubes(field, reach, settings, wanted, collectors);
    for (std::size_t v = block * kBlock; v < end; ++v)
      cubes.compute(field.centres[v], [&, feature = std::size_t{0}](double value) mutable {
        values[feature++ * voxels + v] = std::isfinite(value) ? value : kNaN;
      });
    progress.advance(end - block * kBlock);
  });

  image::Volume map{image.geometry, {}};
  for (std::size_t feature = 0; feature < features; ++feature) {
    map.voxels.assign(image.voxels.size(), maps.initial_value);
    for (std::size_t v = 0; v < voxels; ++v) {
      const image::Index3& centre = field.centres[v];
      map.at(centre[0] + box.lower[0], centre[1] + box.lower[1], centre[2] + box.lower[2]) =
          values[feature * voxels + v];
    }
    sink(names[feature], map);
  }
}

}  // namespace larc::radiomics
