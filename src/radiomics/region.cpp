#include "radiomics/region.h"

#include "core/error.h"
#include "core/number.h"
#include "core/simd.h"

namespace larc::radiomics {

namespace {

// Offsets, also those of padded grids, must fit 32 bits.
constexpr std::size_t kMaxBoxVoxels = 1'000'000'000;

void check_input(const image::Volume& image, const image::Mask& mask, const ExtractionSettings& settings) {
  image::check_geometry(image.geometry, "image");
  image::check_geometry(mask.geometry, "mask");
  if (image.voxels.size() != image.geometry.voxel_count())
    throw Error(ErrorCode::shape_mismatch, "image: " + std::to_string(image.voxels.size()) + " voxels for a grid of " +
                                               std::to_string(image.geometry.voxel_count()));
  if (mask.voxels.size() != mask.geometry.voxel_count())
    throw Error(ErrorCode::shape_mismatch, "mask: " + std::to_string(mask.voxels.size()) + " voxels for a grid of " +
                                               std::to_string(mask.geometry.voxel_count()));
  image::check_same_geometry(image, mask);
  if (!settings.resample_spacing_mm) return;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double wanted = (*settings.resample_spacing_mm)[axis], found = image.geometry.spacing_mm[axis];
    if (wanted > 0 && std::abs(wanted - found) > 1e-3)
      throw Error(ErrorCode::domain, "the image has voxels of " + format_double(found) + " mm along axis " +
                                         std::to_string(axis) + ", 'resample_spacing_mm' asks for " +
                                         format_double(wanted) + " mm; resample image and mask before extraction");
  }
}

// Mean -+ `factor` population standard deviations.
std::array<double, 2> around_mean(const std::vector<double>& intensities, double lower, double upper) {
  const double count = static_cast<double>(intensities.size());
  double mean = 0, square = 0;
  for (const double x : intensities) mean += x;
  mean /= count;
  for (const double x : intensities) square += (x - mean) * (x - mean);
  const double deviation = std::sqrt(square / count);
  return {mean + lower * deviation, mean + upper * deviation};
}

// Closed range of intensities that `resegment_range` keeps.
std::array<double, 2> kept_range(const std::vector<double>& intensities, const ExtractionSettings& settings) {
  const std::array<double, 2> range = *settings.resegment_range;
  if (settings.resegment_mode == ResegmentMode::absolute) return range;
  if (settings.resegment_mode == ResegmentMode::sigma) return around_mean(intensities, range[0], range[1]);
  const double maximum = *std::max_element(intensities.begin(), intensities.end());
  return {range[0] * maximum, range[1] * maximum};
}

void keep_range(RegionView& region, std::array<double, 2> range, const char* key) {
  const auto [lower, upper] = range;
  std::size_t kept = 0;
  for (std::size_t r = 0; r < region.offsets.size(); ++r) {
    if (region.intensities[r] < lower || region.intensities[r] > upper) continue;
    region.offsets[kept] = region.offsets[r];
    region.intensities[kept++] = region.intensities[r];
  }
  if (kept == 0)
    throw Error(ErrorCode::domain, "'" + std::string(key) + "' leaves no voxel of the region (kept " +
                                       format_double(lower) + " to " + format_double(upper) + "); widen it");
  region.offsets.resize(kept);
  region.intensities.resize(kept);
}

Error bad_voxels(std::size_t bad, std::size_t voxels) {
  return Error(ErrorCode::domain, std::to_string(bad) + " of " + std::to_string(voxels) +
                                      " voxels inside the region are NaN or infinite; repair the image or correct "
                                      "the mask");
}

Error too_many_levels(double levels, double range, const ExtractionSettings& settings) {
  return Error(ErrorCode::domain, "bins of width " + format_double(settings.bin_width) + " cut the region's range of " +
                                      format_double(range) + " into " + format_fixed(levels, 0) +
                                      " grey levels, more than " + std::to_string(kMaxLevels) +
                                      "; use a 'bin_width' near " + format_double(propose_bin_width(range)));
}

// Four running extremes, so that no comparison waits for the one before.
LARC_SIMD std::array<double, 2> extremes(const std::vector<double>& values) {
  double low[4], high[4];
  for (int lane = 0; lane < 4; ++lane) low[lane] = high[lane] = values[0];
  const std::size_t whole = values.size() / 4 * 4;
  for (std::size_t v = 0; v < whole; v += 4)
    for (std::size_t lane = 0; lane < 4; ++lane) {
      const double x = values[v + lane];
      low[lane] = x < low[lane] ? x : low[lane];
      high[lane] = x > high[lane] ? x : high[lane];
    }
  for (std::size_t v = whole; v < values.size(); ++v) {
    low[0] = std::min(low[0], values[v]);
    high[0] = std::max(high[0], values[v]);
  }
  return {std::min(std::min(low[0], low[1]), std::min(low[2], low[3])),
          std::max(std::max(high[0], high[1]), std::max(high[2], high[3]))};
}

// The quotient can miss the bin by one: its edges decide.
LARC_SIMD void fill_numbers(const double* intensities, std::size_t count, double first, double step, int last_level,
                            int* numbers) {
  const double scale = 1.0 / step;
  const int last_bin = last_level - 1;
  for (std::size_t v = 0; v < count; ++v) {
    const double x = intensities[v];
    int bin = static_cast<int>((x - first) * scale);
    bin = bin < 0 ? 0 : bin;
    bin = bin > last_bin ? last_bin : bin;
    const int below = (x < first + bin * step) & (bin > 0);
    const int above = (x >= first + (bin + 1) * step) & (bin < last_bin);
    numbers[v] = bin + 1 - below + above;
  }
}

// Level numbers from edges first + n * step: level n + 1 is [edge n, edge n + 1). The products are compared themselves,
// so that a value on an edge never falls to the wrong side of it.
std::vector<int> number_by_edges(const std::vector<double>& intensities, double first, double step, int last_level) {
  std::vector<int> numbers(intensities.size());
  fill_numbers(intensities.data(), intensities.size(), first, step, last_level, numbers.data());
  return numbers;
}

std::vector<int> number_levels(const std::vector<double>& intensities, const ExtractionSettings& settings) {
  const auto [minimum, maximum] = extremes(intensities);
  const double range = maximum - minimum;
  switch (settings.binning) {
    case Binning::fixed_count:
      if (range <= 0) return std::vector<int>(intensities.size(), 1);
      return number_by_edges(intensities, minimum, range / *settings.bin_count, *settings.bin_count);
    case Binning::identity: {
      if (maximum > kMaxLevels)
        throw Error(ErrorCode::domain, "'binning' is identity and the region holds the intensity " +
                                           format_double(maximum) + ", more than " + std::to_string(kMaxLevels) +
                                           " levels; use fixed_width with a 'bin_width' near " +
                                           format_double(propose_bin_width(range)));
      std::vector<int> numbers(intensities.size());
      for (std::size_t v = 0; v < intensities.size(); ++v) {
        if (intensities[v] < 1 || intensities[v] != std::round(intensities[v]))
          throw Error(ErrorCode::domain, "'binning' is identity and the region holds the intensity " +
                                             format_double(intensities[v]) +
                                             "; grey levels are whole numbers from 1, choose another binning");
        numbers[v] = static_cast<int>(intensities[v]);
      }
      return numbers;
    }
    case Binning::fixed_width:
    case Binning::fixed_width_from_minimum:
      break;
  }
  const double width = settings.bin_width;
  double first = minimum;
  if (settings.binning == Binning::fixed_width) {
    double remainder = std::fmod(minimum, width);
    if (remainder < 0) remainder += width;
    first = minimum - remainder;
  } else if (settings.resegment_range && settings.resegment_mode == ResegmentMode::absolute &&
             std::isfinite((*settings.resegment_range)[0])) {
    first = (*settings.resegment_range)[0];
  }
  const double levels = std::floor((maximum - first) / width) + 1;
  if (!(levels <= kMaxLevels)) throw too_many_levels(levels, range, settings);
  // The step as it comes out of adding it to the first edge: two tools that build edges this way agree to the last bit.
  return number_by_edges(intensities, first, (first + width) - first, static_cast<int>(levels) + 1);
}

}  // namespace

double propose_bin_width(double range) {
  if (!(range > 0) || !std::isfinite(range)) return 0;
  const double wanted = range / 32;
  const double decade = std::pow(10.0, std::floor(std::log10(wanted)));
  double best = decade;
  for (const double step : {1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0})
    if (std::abs(std::log(step * decade / wanted)) < std::abs(std::log(best / wanted))) best = step * decade;
  return *parse_double(format_fixed(best, std::max(0, 1 - static_cast<int>(std::floor(std::log10(best))))));
}

Levels discretise(const std::vector<double>& intensities, const ExtractionSettings& settings) {
  const std::vector<int> numbers = number_levels(intensities, settings);
  Levels levels;
  // Four histograms, so that a count does not wait for the same count of the voxel before.
  const std::size_t width = kMaxLevels + 2;
  std::vector<std::uint32_t> counts(4 * width, 0);
  const std::size_t whole = numbers.size() / 4 * 4;
  for (std::size_t v = 0; v < whole; v += 4)
    for (std::size_t lane = 0; lane < 4; ++lane) ++counts[lane * width + static_cast<std::size_t>(numbers[v + lane])];
  for (std::size_t v = whole; v < numbers.size(); ++v) ++counts[static_cast<std::size_t>(numbers[v])];
  std::vector<std::uint16_t> index(width, 0);
  for (std::size_t number = 1; number < width; ++number) {
    const std::size_t voxels =
        std::size_t{counts[number]} + counts[width + number] + counts[2 * width + number] + counts[3 * width + number];
    if (voxels == 0) continue;
    levels.level_count = static_cast<int>(number);
    levels.numbers.push_back(levels.level_count);
    levels.voxel_counts.push_back(voxels);
    index[number] = static_cast<std::uint16_t>(levels.numbers.size());
  }
  levels.index_of_voxel.resize(numbers.size());
  for (std::size_t v = 0; v < numbers.size(); ++v)
    levels.index_of_voxel[v] = index[static_cast<std::size_t>(numbers[v])];
  return levels;
}

RegionView make_region(const image::Volume& image, const image::Mask& mask, const ExtractionSettings& settings) {
  check_input(image, mask, settings);
  const image::Box box = image::bounding_box(mask);
  RegionView region{image::crop(mask, box), {}, {}, {}, &settings, &image, box};
  if (region.mask.voxels.size() > kMaxBoxVoxels)
    throw Error(ErrorCode::unsupported, "the box around the region holds more than a billion voxels; resample coarser");

  const std::size_t voxels = image::voxel_count(region.mask);
  region.offsets.resize(voxels);
  region.intensities.resize(voxels);
  const auto width = static_cast<std::size_t>(region.size()[0]);
  std::size_t bad = 0, at = 0, row_start = 0;
  for (int k = box.lower[2]; k <= box.upper[2]; ++k)
    for (int j = box.lower[1]; j <= box.upper[1]; ++j, row_start += width) {
      const double* row = image.voxels.data() + image.geometry.offset(box.lower[0], j, k);
      std::uint8_t* inside = region.mask.voxels.data() + row_start;
      for (std::size_t i = 0; i < width; ++i) {
        if (inside[i] == 0) continue;
        inside[i] = 1;
        bad += !std::isfinite(row[i]);
        region.offsets[at] = static_cast<std::uint32_t>(row_start + i);
        region.intensities[at++] = row[i];
      }
    }
  if (bad > 0) throw bad_voxels(bad, voxels);
  if (settings.resegment_range) keep_range(region, kept_range(region.intensities, settings), "resegment_range");
  if (settings.resegment_sigma)
    keep_range(region, around_mean(region.intensities, -*settings.resegment_sigma, *settings.resegment_sigma),
               "resegment_sigma");
  return region;
}

void replace_image(RegionView& region, const image::Volume& box_image) {
  if (box_image.voxels.size() != region.mask.voxels.size())
    throw Error(ErrorCode::shape_mismatch, "image of " + std::to_string(box_image.voxels.size()) +
                                               " voxels for a box of " + std::to_string(region.mask.voxels.size()));
  region.levels = {};
  region.textures.reset();
  region.source = nullptr;
  std::size_t bad = 0;
  for (std::size_t r = 0; r < region.offsets.size(); ++r) {
    region.intensities[r] = box_image.voxels[region.offsets[r]];
    bad += !std::isfinite(region.intensities[r]);
  }
  if (bad > 0) throw bad_voxels(bad, region.offsets.size());
}

}  // namespace larc::radiomics
