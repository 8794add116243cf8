#include "radiomics/glcm.h"

#include "core/number.h"
#include "radiomics/glcm_features.h"
#include "radiomics/maximal_correlation.h"

namespace larc::radiomics {

namespace {

// Directions counted in one pass over the voxels.
constexpr std::size_t kDirectionsAtOnce = 13;

// Dense matrices are of at most this many levels, and not much larger than the voxels that fill them.
constexpr std::size_t kDenseLevels = 512, kAlwaysDenseLevels = 64;

bool is_dense(std::size_t levels, std::size_t voxels) {
  return levels <= kAlwaysDenseLevels || (levels <= kDenseLevels && levels * levels <= 4 * voxels);
}

// Weights of directions by PyRadiomics' exp(-length^2), divided by the largest so that none underflows needlessly.
std::vector<double> weights_of(const std::vector<Direction>& directions, const ExtractionSettings& settings) {
  std::vector<double> weights(directions.size(), 1);
  if (!settings.weighting_norm || *settings.weighting_norm == WeightingNorm::none) return weights;
  double shortest = std::numeric_limits<double>::infinity();
  for (const Direction& direction : directions) shortest = std::min(shortest, direction.length_mm);
  for (std::size_t d = 0; d < directions.size(); ++d)
    weights[d] = std::exp(shortest * shortest - directions[d].length_mm * directions[d].length_mm);
  return weights;
}

using Means = FeatureMeans<kPairFeatures>;

// Features of the matrices of one plan.
template <typename Level>
class PairAnalysis {
 public:
  PairAnalysis(const LevelGrid<Level>& grid, const RegionView& region, const DirectionPlan& plan,
               const FeatureCollector& out)
      : grid_(grid),
        scale_(region.levels),
        symmetric_(region.settings->glcm_symmetric),
        maximal_correlation_(out.wants("glcm_MCC")),
        directions_(make_directions(grid, region, region.settings->distances, plan.within_slices)),
        weights_(weights_of(directions_, *region.settings)) {}

  // Adds the features of each direction's matrix to `average`, those of the weighted sum to `merged`; either may be
  // null. Empty matrices are left out.
  void add(VoxelRange range, Means* average, Means* merged) {
    if (is_dense(scale_.numbers.size(), range.last - range.first))
      add_dense(range, average, merged);
    else
      add_sparse(range, average, merged);
  }

 private:
  void add_dense(VoxelRange range, Means* average, Means* merged) {
    const std::size_t levels = scale_.numbers.size(), cells = (levels + 1) * (levels + 1);
    if (merged != nullptr) merged_.assign(cells, 0);
    for (std::size_t first = 0; first < directions_.size(); first += kDirectionsAtOnce) {
      const std::size_t count = std::min(kDirectionsAtOnce, directions_.size() - first);
      count_pairs(grid_, range, directions_.data() + first, count, levels, pairs_);
      for (std::size_t d = 0; d < count; ++d) {
        const bool reversed = directions_[first + d].reversed;
        if (average != nullptr) add_matrix(pairs_.matrix(d), reversed, *average);
        if (merged != nullptr) merge(pairs_.matrix(d), weights_[first + d], !symmetric_ && reversed);
      }
    }
    if (merged != nullptr) add_matrix(merged_.data(), false, *merged);
  }

  void add_sparse(VoxelRange range, Means* average, Means* merged) {
    SparsePairCounter<Level> counter(grid_, range, scale_.numbers.size());
    const auto add_pairs = [&](const SparsePairs& pairs, Means& means) {
      sum_pairs(pairs, scale_, sums_);
      add_values(means, [&] { return maximal_correlation_of(pairs, sums_, symmetric_); });
    };
    const double one = 1;
    if (average != nullptr)
      for (const Direction& direction : directions_)
        add_pairs(counter.count(&direction, &one, 1, symmetric_), *average);
    if (merged != nullptr)
      add_pairs(counter.count(directions_.data(), weights_.data(), directions_.size(), symmetric_), *merged);
  }

  template <typename Count>
  void add_matrix(const Count* matrix, bool reversed, Means& means) {
    sum_pairs(matrix, scale_, symmetric_, reversed, sums_);
    add_values(means, [&] { return maximal_correlation_of(matrix, sums_, symmetric_, reversed); });
  }

  template <typename MaximalCorrelation>
  void add_values(Means& means, const MaximalCorrelation& correlation_of_matrix) {
    if (!(sums_.total > 0)) return;
    PairValues values = pair_features(sums_, scale_, symmetric_);
    if (maximal_correlation_) values[maximal_correlation] = correlation_of_matrix();
    means.add(values);
  }

  void merge(const std::int32_t* matrix, double weight, bool transposed) {
    const std::size_t width = scale_.numbers.size() + 1;
    for (std::size_t a = 0; a < width; ++a)
      for (std::size_t b = 0; b < width; ++b)
        merged_[a * width + b] += weight * matrix[transposed ? b * width + a : a * width + b];
  }

  const LevelGrid<Level>& grid_;
  LevelScale scale_;
  bool symmetric_, maximal_correlation_;
  std::vector<Direction> directions_;
  std::vector<double> weights_;
  DensePairs pairs_;
  std::vector<double> merged_;
  PairSums sums_;
};

}  // namespace

void compute_glcm(const RegionView& region, FeatureCollector& out) {
  std::array<Means, kDirectionPlans.size()> averages, merged;
  const auto& distances = region.settings->distances;
  if (region.levels.numbers.size() >= 2)
    with_level_grid(region, *std::max_element(distances.begin(), distances.end()), [&](const auto& grid) {
      for (std::size_t p = 0; p < kDirectionPlans.size(); ++p) {
        const DirectionPlan& plan = kDirectionPlans[p];
        Means* average = out.wants(plan.average) ? &averages[p] : nullptr;
        Means* merge = out.wants(plan.merged) ? &merged[p] : nullptr;
        if (average == nullptr && merge == nullptr) continue;
        PairAnalysis analysis(grid, region, plan, out);
        for (const VoxelRange range : voxel_ranges(grid, plan.by_slice)) analysis.add(range, average, merge);
      }
    });
  for (std::size_t p = 0; p < kDirectionPlans.size(); ++p)
    for (const PairFeatureName& name : kPairFeatureNames) {
      if (out.wants(kDirectionPlans[p].average))
        out.add(name.id, averages[p].mean(name.feature), kDirectionPlans[p].average);
      if (out.wants(kDirectionPlans[p].merged))
        out.add(name.id, merged[p].mean(name.feature), kDirectionPlans[p].merged);
    }
}

}  // namespace larc::radiomics
