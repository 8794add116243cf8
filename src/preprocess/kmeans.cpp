#include "preprocess/kmeans.h"

#include "core/random.h"

namespace larc::preprocess {

namespace {

constexpr int kMaxRounds = 300;

double squared_distance(const double* a, const double* b, std::size_t dimensions) {
  double sum = 0;
  for (std::size_t d = 0; d < dimensions; ++d) sum += (a[d] - b[d]) * (a[d] - b[d]);
  return sum;
}

/// The first centre at random, each next one with a chance in proportion to its squared distance from those chosen.
std::vector<double> start_centres(const std::vector<double>& points, std::size_t dimensions, int k, Random& random) {
  const std::size_t count = points.size() / dimensions;
  std::vector<double> centres, squared(count, std::numeric_limits<double>::infinity());
  std::size_t chosen = random.below(count);
  for (int c = 0; c < k; ++c) {
    const double* centre = points.data() + chosen * dimensions;
    centres.insert(centres.end(), centre, centre + dimensions);
    double total = 0;
    for (std::size_t p = 0; p < count; ++p) {
      squared[p] = std::min(squared[p], squared_distance(points.data() + p * dimensions, centre, dimensions));
      total += squared[p];
    }
    double rest = random.uniform() * total;
    for (std::size_t p = 0; p < count; ++p) {
      if (squared[p] == 0) continue;
      chosen = p;
      rest -= squared[p];
      if (rest < 0) break;
    }
  }
  return centres;
}

std::vector<double> means(const std::vector<double>& points, std::size_t dimensions, const Clusters& clusters,
                          std::vector<std::size_t>& sizes) {
  std::vector<double> centres(clusters.centres.size(), 0);
  sizes.assign(centres.size() / dimensions, 0);
  for (std::size_t p = 0; p < clusters.label.size(); ++p) {
    const std::size_t c = clusters.label[p];
    ++sizes[c];
    for (std::size_t d = 0; d < dimensions; ++d) centres[c * dimensions + d] += points[p * dimensions + d];
  }
  for (std::size_t c = 0; c < sizes.size(); ++c)
    for (std::size_t d = 0; d < dimensions && sizes[c] > 0; ++d)
      centres[c * dimensions + d] /= static_cast<double>(sizes[c]);
  return centres;
}

/// Gives every empty cluster the point farthest from its centre among clusters of more than one.
void fill_empty(const std::vector<double>& points, std::size_t dimensions, Clusters& clusters,
                std::vector<double>& squared) {
  const std::size_t k = clusters.centres.size() / dimensions;
  std::vector<std::size_t> sizes(k, 0);
  for (const std::uint8_t label : clusters.label) ++sizes[label];
  for (std::size_t c = 0; c < k; ++c) {
    if (sizes[c] > 0) continue;
    std::size_t farthest = 0;
    double most = -1;
    for (std::size_t p = 0; p < squared.size(); ++p)
      if (sizes[clusters.label[p]] > 1 && squared[p] > most) {
        most = squared[p];
        farthest = p;
      }
    --sizes[clusters.label[farthest]];
    ++sizes[c];
    clusters.label[farthest] = static_cast<std::uint8_t>(c);
    squared[farthest] = 0;
    std::copy_n(points.data() + farthest * dimensions, dimensions, clusters.centres.data() + c * dimensions);
  }
}

Clusters one_start(const std::vector<double>& points, std::size_t dimensions, int k, Random& random) {
  const std::size_t count = points.size() / dimensions;
  Clusters clusters{start_centres(points, dimensions, k, random), std::vector<std::uint8_t>(count, 255), 0};
  std::vector<double> squared(count);
  std::vector<std::size_t> sizes;
  for (int round = 0; round < kMaxRounds; ++round) {
    bool changed = false;
    for (std::size_t p = 0; p < count; ++p) {
      const auto label = static_cast<std::uint8_t>(
          nearest_centre(points.data() + p * dimensions, clusters.centres, dimensions, squared[p]));
      changed = changed || label != clusters.label[p];
      clusters.label[p] = label;
    }
    if (!changed) break;
    fill_empty(points, dimensions, clusters, squared);
    clusters.centres = means(points, dimensions, clusters, sizes);
  }
  for (std::size_t p = 0; p < count; ++p)
    clusters.within += squared_distance(points.data() + p * dimensions,
                                        clusters.centres.data() + clusters.label[p] * dimensions, dimensions);
  return clusters;
}

}  // namespace

std::size_t nearest_centre(const double* point, const std::vector<double>& centres, std::size_t dimensions,
                           double& squared) {
  std::size_t nearest = 0;
  squared = squared_distance(point, centres.data(), dimensions);
  for (std::size_t c = 1; c * dimensions < centres.size(); ++c) {
    const double next = squared_distance(point, centres.data() + c * dimensions, dimensions);
    if (next >= squared) continue;
    squared = next;
    nearest = c;
  }
  return nearest;
}

Clusters kmeans(const std::vector<double>& points, std::size_t dimensions, int k, int starts, std::uint64_t seed) {
  Clusters best;
  for (int start = 0; start < starts; ++start) {
    Random random(derive_seed(seed, "kmeans", static_cast<std::uint64_t>(k), static_cast<std::uint64_t>(start)));
    Clusters next = one_start(points, dimensions, k, random);
    if (start == 0 || next.within < best.within) best = std::move(next);
  }
  return best;
}

double calinski_harabasz(const std::vector<double>& points, std::size_t dimensions, const Clusters& clusters) {
  const std::size_t count = points.size() / dimensions, k = clusters.centres.size() / dimensions;
  std::vector<double> grand(dimensions, 0);
  for (std::size_t p = 0; p < count; ++p)
    for (std::size_t d = 0; d < dimensions; ++d) grand[d] += points[p * dimensions + d];
  for (double& value : grand) value /= static_cast<double>(count);
  std::vector<std::size_t> sizes;
  const std::vector<double> centres = means(points, dimensions, clusters, sizes);
  double between = 0;
  for (std::size_t c = 0; c < k; ++c)
    between +=
        static_cast<double>(sizes[c]) * squared_distance(centres.data() + c * dimensions, grand.data(), dimensions);
  if (clusters.within == 0) return std::numeric_limits<double>::infinity();
  return between / static_cast<double>(k - 1) / (clusters.within / static_cast<double>(count - k));
}

}  // namespace larc::preprocess
