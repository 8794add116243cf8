#include "radiomics/glrlm.h"

#include "radiomics/glrlm_features.h"

namespace larc::radiomics {

namespace {

using Means = FeatureMeans<kRunFeatures>;

// Features of the matrices of one plan.
template <typename Level>
class RunAnalysis {
 public:
  RunAnalysis(const LevelGrid<Level>& grid, const RegionView& region, const DirectionPlan& plan)
      : grid_(grid),
        numbers_(region.levels.numbers),
        weighted_(region.settings->weighting_norm && *region.settings->weighting_norm != WeightingNorm::none),
        lines_of_two_only_(region.settings->naming == Naming::pyradiomics),
        directions_(make_directions(grid, region, {1}, plan.within_slices)) {}

  // Adds the features of each direction's matrix to `average`, those of the weighted sum to `merged`; either may be
  // null.
  void add(VoxelRange range, Means* average, Means* merged) {
    count_runs(grid_, range, directions_, numbers_.size(), matrices_);
    RunMatrix<double> sum;
    for (std::size_t d = 0; d < directions_.size(); ++d) {
      if (lines_of_two_only_ && !any_line_of_two(grid_, range, directions_[d])) continue;
      if (average != nullptr) average->add(run_features(matrices_[d], numbers_));
      if (merged != nullptr) merge(matrices_[d], weighted_ ? directions_[d].length_mm : 1, sum);
    }
    if (sum.width > 0) merged->add(run_features(sum, numbers_));
  }

 private:
  static void merge(const RunMatrix<std::int32_t>& matrix, double weight, RunMatrix<double>& sum) {
    sum.width = matrix.width;
    sum.longest = std::max(sum.longest, matrix.longest);
    sum.counts.resize(matrix.counts.size(), 0);
    for (std::size_t cell = 0; cell < matrix.counts.size(); ++cell) sum.counts[cell] += weight * matrix.counts[cell];
    for (LongRuns run : matrix.longer) {
      run.count *= weight;
      sum.longer.push_back(run);
    }
    gather(sum.longer);
  }

  const LevelGrid<Level>& grid_;
  const std::vector<int>& numbers_;
  bool weighted_, lines_of_two_only_;
  std::vector<Direction> directions_;
  std::vector<RunMatrix<std::int32_t>> matrices_;
};

}  // namespace

void compute_glrlm(const RegionView& region, FeatureCollector& out) {
  std::array<Means, kDirectionPlans.size()> averages, merged;
  if (region.levels.numbers.size() >= 2)
    with_level_grid(region, 1, [&](const auto& grid) {
      for (std::size_t p = 0; p < kDirectionPlans.size(); ++p) {
        const DirectionPlan& plan = kDirectionPlans[p];
        Means* average = out.wants(plan.average) ? &averages[p] : nullptr;
        Means* merge = out.wants(plan.merged) ? &merged[p] : nullptr;
        if (average == nullptr && merge == nullptr) continue;
        RunAnalysis analysis(grid, region, plan);
        for (const VoxelRange range : voxel_ranges(grid, plan.by_slice)) analysis.add(range, average, merge);
      }
    });
  for (std::size_t p = 0; p < kDirectionPlans.size(); ++p)
    for (std::size_t f = 0; f < kRunFeatures; ++f) {
      const DirectionPlan& plan = kDirectionPlans[p];
      if (out.wants(plan.average)) out.add(kRunFeatureIds[f], averages[p].mean(f), plan.average);
      if (out.wants(plan.merged)) out.add(kRunFeatureIds[f], merged[p].mean(f), plan.merged);
    }
}

}  // namespace larc::radiomics
