#include "quality/noise_measures.h"

#include "quality/robust.h"
#include "quality/surroundings.h"

namespace larc::quality {

namespace {

constexpr std::size_t kSample = 200000;
constexpr double kShellFromMm = 3, kShellToMm = 10;

struct Moments {
  double count = 0, sum = 0, squares = 0;
  void add(double x) {
    count += 1;
    sum += x;
    squares += x * x;
  }
  double mean() const { return sum / count; }
  double sd() const { return std::sqrt(std::max(0.0, squares / count - mean() * mean())); }
};

}  // namespace

NoiseMeasures noise_measures(const Scene& scene) {
  std::vector<double> values;
  for (const auto v : sample_of(scene, Part::body, kSample)) values.push_back(scene.volume->voxels[v]);
  auto sorted = values;
  const double low = take_quantile(sorted, 0.01), high = take_quantile(sorted, 0.99);
  std::erase_if(values, [&](double x) { return x < low || x > high; });
  const double split = otsu_split(values);
  NoiseMeasures result;
  const bool noisy = scene.noise_sd > 0;
  const std::string no_noise = "the image holds no noise: it was smoothed or made by a computer";
  result.snr = noisy ? Number{scene.median / scene.noise_sd, ""} : undefined(no_noise);
  if (!std::isfinite(split)) {
    result.cnr = result.cjv = undefined("the body has one intensity throughout");
    return result;
  }
  Moments dark, bright;
  for (const double x : values) (x < split ? dark : bright).add(x);
  const double apart = bright.mean() - dark.mean();
  result.cnr = noisy ? Number{apart / scene.noise_sd, ""} : undefined(no_noise);
  result.cjv = {(bright.sd() + dark.sd()) / apart, ""};
  return result;
}

Number tumour_contrast(const Scene& scene, const image::Mask& tumour) {
  if (!(scene.noise_sd > 0)) return undefined("the image holds no noise: it was smoothed or made by a computer");
  Moments inside, shell;
  visit_surroundings(tumour, kShellToMm, [&](std::size_t v, double distance_mm) {
    if (scene.parts[v] != Part::body) return;
    if (distance_mm == 0)
      inside.add(scene.volume->voxels[v]);
    else if (distance_mm >= kShellFromMm)
      shell.add(scene.volume->voxels[v]);
  });
  if (inside.count == 0 || shell.count == 0) return undefined("no signal inside the tumour or none around it");
  return {std::abs(inside.mean() - shell.mean()) / scene.noise_sd, ""};
}

}  // namespace larc::quality
