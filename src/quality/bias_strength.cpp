#include "quality/bias_strength.h"

#include <Eigen/Dense>

#include "quality/robust.h"

namespace larc::quality {

namespace {

constexpr std::size_t kSample = 20000;
constexpr int kTurns = 6;
constexpr int kFewestSlices = 3;  // for terms along the normal

/// x, y, z, x2, y2, xy, and with slices enough z2, xz, yz; coordinates -1 .. 1 over the image.
Eigen::MatrixXd polynomial(const image::Geometry& g, const std::vector<std::size_t>& sample) {
  const bool deep = g.size[2] >= kFewestSlices;
  Eigen::MatrixXd terms(static_cast<Eigen::Index>(sample.size()), deep ? 9 : 5);
  const auto nx = static_cast<std::size_t>(g.size[0]), ny = static_cast<std::size_t>(g.size[1]);
  const auto place = [](std::size_t index, int size) {
    return size > 1 ? 2.0 * static_cast<double>(index) / (size - 1) - 1 : 0.0;
  };
  for (std::size_t s = 0; s < sample.size(); ++s) {
    const double x = place(sample[s] % nx, g.size[0]), y = place(sample[s] / nx % ny, g.size[1]),
                 z = place(sample[s] / (nx * ny), g.size[2]);
    auto row = terms.row(static_cast<Eigen::Index>(s));
    if (deep)
      row << x, y, x * x, y * y, x * y, z, z * z, x * z, y * z;
    else
      row << x, y, x * x, y * y, x * y;
  }
  return terms;
}

}  // namespace

Number bias_strength(const Scene& scene) {
  const auto sample = sample_of(scene, Part::body, kSample);
  if (sample.size() < 100 || !(scene.median > 0)) return undefined("too little signal to fit a field");
  const Eigen::MatrixXd terms = polynomial(scene.volume->geometry, sample);
  const auto count = terms.rows();
  std::vector<double> logs, rest;
  for (const auto v : sample) logs.push_back(std::log(scene.volume->voxels[v] / scene.median));
  rest = logs;
  const Eigen::Map<const Eigen::VectorXd> target(logs.data(), count);
  Eigen::VectorXd field = Eigen::VectorXd::Zero(count);
  for (int turn = 0; turn < kTurns; ++turn) {
    const double split = otsu_split(rest);
    Eigen::MatrixXd design(count, terms.cols() + 2);
    design.leftCols(terms.cols()) = terms;
    for (Eigen::Index s = 0; s < count; ++s) {
      const bool bright = rest[static_cast<std::size_t>(s)] >= split;
      design(s, terms.cols()) = bright ? 1 : 0;
      design(s, terms.cols() + 1) = bright ? 0 : 1;
    }
    // Normal equations: at most eleven well scaled columns. One tissue only leaves a column of zeros, hence the ridge.
    Eigen::MatrixXd gram = design.transpose() * design;
    gram.diagonal().array() += 1e-9 * static_cast<double>(count);
    const Eigen::VectorXd weights = gram.ldlt().solve(design.transpose() * target);
    field = terms * weights.head(terms.cols());
    for (Eigen::Index s = 0; s < count; ++s) rest[static_cast<std::size_t>(s)] = target(s) - field(s);
  }
  std::vector<double> spread(field.data(), field.data() + count);
  const double low = take_quantile(spread, 0.05), high = take_quantile(spread, 0.95);
  return {100 * std::expm1(high - low), ""};
}

}  // namespace larc::quality
