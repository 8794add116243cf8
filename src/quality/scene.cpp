#include "quality/scene.h"

#include "core/error.h"
#include "quality/robust.h"

namespace larc::quality {

namespace {

constexpr int kBlock = 4;
constexpr int kFewestVoxels = 16;        // along both axes of a slice
constexpr double kAirShare = 0.02;       // of all blocks: less is no region to measure in
constexpr double kAirContrast = 0.3;     // air's median over that of the rest
constexpr double kAirSpread = 0.42;      // sd over mean within blocks; pure noise has 0.523, any signal less
constexpr double kPlainThreshold = 0.1;  // of the bright blocks, where Otsu finds no air
constexpr std::size_t kSample = 200000;  // voxels that medians are taken of
constexpr double kDarkest = 1e-3;        // of the brightest block: where the logarithm ends

/// Means of blocks of kBlock x kBlock voxels within slices.
struct Blocks {
  int nx, ny, nz;
  std::vector<double> mean, sd;
  std::vector<std::uint8_t> air;

  std::size_t at(int i, int j, int k) const {
    return (static_cast<std::size_t>(k) * static_cast<std::size_t>(ny) + static_cast<std::size_t>(j)) *
               static_cast<std::size_t>(nx) +
           static_cast<std::size_t>(i);
  }
};

Blocks block_means(const image::Volume& volume) {
  const auto& size = volume.geometry.size;
  Blocks blocks{(size[0] + kBlock - 1) / kBlock, (size[1] + kBlock - 1) / kBlock, size[2], {}, {}, {}};
  blocks.mean.assign(blocks.at(0, 0, blocks.nz), 0);
  blocks.sd.assign(blocks.mean.size(), 0);
  blocks.air.assign(blocks.mean.size(), 0);
  for (int k = 0; k < size[2]; ++k)
    for (int j = 0; j < size[1]; ++j) {
      const double* row = volume.voxels.data() + volume.geometry.offset(0, j, k);
      double* sums = blocks.mean.data() + blocks.at(0, j / kBlock, k);
      double* squares = blocks.sd.data() + blocks.at(0, j / kBlock, k);
      for (int i = 0; i < size[0]; ++i) {
        sums[i / kBlock] += row[i];
        squares[i / kBlock] += row[i] * row[i];
      }
    }
  const auto length = [](int block, int voxels) { return std::min(kBlock, voxels - block * kBlock); };
  for (int k = 0; k < blocks.nz; ++k)
    for (int j = 0; j < blocks.ny; ++j)
      for (int i = 0; i < blocks.nx; ++i) {
        const double count = length(i, size[0]) * length(j, size[1]);
        double &mean = blocks.mean[blocks.at(i, j, k)], &sd = blocks.sd[blocks.at(i, j, k)];
        mean /= count;
        sd = std::sqrt(std::max(0.0, sd / count - mean * mean));
      }
  return blocks;
}

/// Marks blocks below `threshold` that are joined to the border of their slice. Returns how many.
std::size_t mark_outside(Blocks& blocks, double threshold) {
  std::fill(blocks.air.begin(), blocks.air.end(), std::uint8_t{0});
  std::vector<std::array<int, 2>> queue;
  std::size_t count = 0;
  for (int k = 0; k < blocks.nz; ++k) {
    const auto visit = [&](int i, int j) {
      if (i < 0 || j < 0 || i >= blocks.nx || j >= blocks.ny) return;
      const std::size_t at = blocks.at(i, j, k);
      if (blocks.air[at] != 0 || !(blocks.mean[at] < threshold)) return;
      blocks.air[at] = 1;
      ++count;
      queue.push_back({i, j});
    };
    for (int i = 0; i < blocks.nx; ++i) {
      visit(i, 0);
      visit(i, blocks.ny - 1);
    }
    for (int j = 0; j < blocks.ny; ++j) {
      visit(0, j);
      visit(blocks.nx - 1, j);
    }
    while (!queue.empty()) {
      const auto [i, j] = queue.back();
      queue.pop_back();
      visit(i - 1, j);
      visit(i + 1, j);
      visit(i, j - 1);
      visit(i, j + 1);
    }
  }
  return count;
}

/// Whether the marked blocks are air: far darker than the rest, nearly all of them, and as unsteady as pure noise.
/// Suppressed fat is dark as well, but steadier.
bool looks_like_air(const Blocks& blocks) {
  std::vector<double> dark, rest, spread;
  for (std::size_t b = 0; b < blocks.mean.size(); ++b) {
    (blocks.air[b] != 0 ? dark : rest).push_back(blocks.mean[b]);
    if (blocks.air[b] != 0) spread.push_back(blocks.sd[b] > 0 ? blocks.sd[b] / blocks.mean[b] : 1);
  }
  if (static_cast<double>(dark.size()) < kAirShare * static_cast<double>(blocks.mean.size()) || rest.empty())
    return false;
  return take_quantile(dark, 0.9) < kAirContrast * take_median(rest) && take_median(spread) > kAirSpread;
}

/// Marks the air; false when there is none worth the name. Of two thresholds, the one that finds more.
bool find_air(Blocks& blocks) {
  auto values = blocks.mean;
  const double bright = take_quantile(values, 0.9);
  if (!(bright > 0)) return false;
  // Empty slices are no class of their own.
  std::erase_if(values, [&](double value) { return !(value > kDarkest * bright); });
  for (auto& value : values) value = std::log(value);
  double best_threshold = 0;
  std::size_t most = 0;
  for (const double threshold : {kPlainThreshold * bright, std::exp(otsu_split(values))}) {
    if (!std::isfinite(threshold)) continue;
    const auto count = mark_outside(blocks, threshold);
    if (count <= most || !looks_like_air(blocks)) continue;
    most = count;
    best_threshold = threshold;
  }
  mark_outside(blocks, best_threshold);
  return most > 0;
}

/// Whether all blocks around are air too; those beyond the image do not matter.
bool is_deep(const Blocks& blocks, int i, int j, int k) {
  for (int b = std::max(0, j - 1); b <= std::min(blocks.ny - 1, j + 1); ++b)
    for (int a = std::max(0, i - 1); a <= std::min(blocks.nx - 1, i + 1); ++a)
      if (blocks.air[blocks.at(a, b, k)] == 0) return false;
  return true;
}

/// Constant where a scanner would show noise: more than half of the air has one value, the least of the image.
bool is_masked(const Scene& scene) {
  std::size_t air = 0, least = 0;
  for (std::size_t v = 0; v < scene.parts.size(); ++v)
    if (scene.parts[v] == Part::air) {
      ++air;
      least += scene.volume->voxels[v] == scene.minimum ? 1 : 0;
    }
  return 2 * least > air;
}

/// Noise of the body in one pass over a sample: median absolute response of the product of two second differences,
/// over 6 (its gain for white noise) and 0.67449. Blind to edges along either axis. Immerkaer 1996, with the median of
/// Donoho 1995 in place of the mean, so that texture and corners take no part.
double body_noise(const Scene& scene) {
  const auto& geometry = scene.volume->geometry;
  const auto nx = static_cast<std::size_t>(geometry.size[0]), ny = static_cast<std::size_t>(geometry.size[1]);
  std::vector<double> responses;
  for (const auto v : sample_of(scene, Part::body, kSample)) {
    const std::size_t i = v % nx, j = v / nx % ny;
    if (i == 0 || j == 0 || i + 1 == nx || j + 1 == ny) continue;
    const auto across = [&](std::size_t at) {
      const double* x = scene.volume->voxels.data() + at;
      return x[-1] - 2 * x[0] + x[1];
    };
    responses.push_back(std::abs(across(v - nx) - 2 * across(v) + across(v + nx)));
  }
  return responses.empty() ? 0 : take_median(responses) * kMadToSd / 6;
}

}  // namespace

std::string Scene::no_air_reason() const {
  if (air == Air::masked) return "the background was set to a constant, so it holds no noise to measure";
  if (air == Air::absent) return "the body fills the field of view: there is no air to measure";
  return "";
}

std::vector<std::size_t> sample_of(const Scene& scene, Part part, std::size_t most) {
  const auto total = static_cast<std::size_t>(std::count(scene.parts.begin(), scene.parts.end(), part));
  const std::size_t step = std::max<std::size_t>(1, total / std::max<std::size_t>(1, most));
  std::vector<std::size_t> sample;
  sample.reserve(total / step + 1);
  std::size_t seen = 0;
  for (std::size_t v = 0; v < scene.parts.size(); ++v)
    if (scene.parts[v] == part && seen++ % step == 0) sample.push_back(v);
  return sample;
}

Scene look_at(const image::Volume& volume) {
  const auto& geometry = volume.geometry;
  image::check_finite(volume, "image");
  if (geometry.size[0] < kFewestVoxels || geometry.size[1] < kFewestVoxels)
    throw Error(ErrorCode::domain, "slices of " + std::to_string(geometry.size[0]) + " x " +
                                       std::to_string(geometry.size[1]) +
                                       " voxels are too small to judge; 16 x 16 are needed");
  Scene scene;
  scene.volume = &volume;
  const auto [least, greatest] = std::minmax_element(volume.voxels.begin(), volume.voxels.end());
  scene.minimum = *least;
  scene.maximum = *greatest;
  auto blocks = block_means(volume);
  if (find_air(blocks)) scene.air = Air::present;
  scene.parts.assign(volume.voxels.size(), Part::body);
  std::vector<std::uint8_t> deep(blocks.air.size(), 0);
  for (int k = 0; k < blocks.nz; ++k)
    for (int j = 0; j < blocks.ny; ++j)
      for (int i = 0; i < blocks.nx; ++i)
        if (blocks.air[blocks.at(i, j, k)] != 0) deep[blocks.at(i, j, k)] = is_deep(blocks, i, j, k) ? 1 : 0;
  std::vector<double> sample;
  const auto step = std::max<std::size_t>(1, volume.voxels.size() / kSample);
  for (int k = 0; k < geometry.size[2]; ++k)
    for (int j = 0; j < geometry.size[1]; ++j) {
      const std::size_t start = geometry.offset(0, j, k);
      for (int i = 0; i < geometry.size[0]; ++i) {
        const std::size_t v = start + static_cast<std::size_t>(i);
        if (blocks.air[blocks.at(i / kBlock, j / kBlock, k)] != 0)
          scene.parts[v] = deep[blocks.at(i / kBlock, j / kBlock, k)] != 0 ? Part::air : Part::rim;
        else if (v % step == 0)
          sample.push_back(volume.voxels[v]);
      }
    }
  if (scene.air == Air::present && is_masked(scene)) scene.air = Air::masked;
  scene.median = take_median(sample);
  scene.hollow_below = kHollowShare * scene.median;
  for (std::size_t v = 0; v < volume.voxels.size(); ++v) {
    if (scene.parts[v] != Part::body) continue;
    if (!(volume.voxels[v] > scene.hollow_below))
      scene.parts[v] = Part::hollow;
    else
      ++scene.body_count;
  }
  scene.noise_sd = body_noise(scene);
  return scene;
}

}  // namespace larc::quality
