// Invariant: pairs and runs counted one by one, straight from their definitions, give the features of every aggregation
// (tolerance 1e-11 relative: sums in another order); turning the region with its slices changes nothing.
#include <gtest/gtest.h>

#include "radiomics/directions.h"
#include "regions.h"

namespace larc::radiomics {
namespace {

using test::Case;
using Matrix = std::map<std::pair<int, int>, double>;  // level and level, or level and run length

const std::vector<Aggregation> kAll{Aggregation::average_2d,  Aggregation::merged_2d,  Aggregation::average_2_5d,
                                    Aggregation::merged_2_5d, Aggregation::average_3d, Aggregation::merged_3d};

/// Level number at an index of the region's box, 0 outside.
struct Numbers {
  explicit Numbers(const RegionView& view) : size(view.size()), levels(view.mask.voxels.size(), 0) {
    for (std::size_t r = 0; r < view.offsets.size(); ++r)
      levels[view.offsets[r]] = view.levels.numbers[view.levels.index_of_voxel[r] - 1u];
  }
  int at(const std::array<int, 3>& i) const {
    for (std::size_t axis = 0; axis < 3; ++axis)
      if (i[axis] < 0 || i[axis] >= size[axis]) return 0;
    return levels[static_cast<std::size_t>(i[0] + size[0] * (i[1] + size[1] * i[2]))];
  }
  image::Index3 size;
  std::vector<int> levels;
};

/// The matrix of one direction over slices lower .. upper across axis 2.
Matrix count(const Numbers& numbers, const std::array<int, 3>& step, int lower, int upper, bool runs) {
  Matrix matrix;
  for (int k = lower; k <= upper; ++k)
    for (int j = 0; j < numbers.size[1]; ++j)
      for (int i = 0; i < numbers.size[0]; ++i) {
        const int level = numbers.at({i, j, k});
        const int ahead = numbers.at({i + step[0], j + step[1], k + step[2]});
        if (level == 0) continue;
        if (!runs && ahead != 0) {
          ++matrix[{level, ahead}];
          ++matrix[{ahead, level}];
        }
        if (!runs || numbers.at({i - step[0], j - step[1], k - step[2]}) == level) continue;
        int length = 1;
        while (numbers.at({i + length * step[0], j + length * step[1], k + length * step[2]}) == level) ++length;
        ++matrix[{level, length}];
      }
  return matrix;
}

std::map<std::string, double> features_of(const Matrix& matrix, bool runs) {
  double total = 0, voxels = 0;
  std::map<int, double> by_level, by_second;
  for (const auto& [cell, count] : matrix) {
    total += count;
    voxels += count * cell.second;
    by_level[cell.first] += count;
    by_second[cell.second] += count;
  }
  std::map<std::string, double> f;
  const auto entropy = [&](const auto& counts) {
    double sum = 0;
    for (const auto& entry : counts) sum -= entry.second / total * std::log2(entry.second / total);
    return sum;
  };
  double mean = 0;
  for (const auto& [level, count] : by_level) mean += count / total * level;
  for (const auto& [cell, count] : matrix) {
    const double p = count / total, i = cell.first, j = cell.second;
    if (runs) {
      f["rlm_sre"] += p / (j * j);
      f["rlm_lrhge"] += p * i * i * j * j;
      f["rlm_srlge"] += p / (i * i * j * j);
      f["rlm_lrlge"] += p * j * j / (i * i);
      f["rlm_gl_var"] += p * (i - mean) * (i - mean);
      f["rlm_rl_var"] += p * (j - voxels / total) * (j - voxels / total);
    } else {
      f["cm_joint_avg"] += p * i;
      f["cm_joint_var"] += p * (i - mean) * (i - mean);
      f["cm_auto_corr"] += p * i * j;
      f["cm_contrast"] += p * (i - j) * (i - j);
      f["cm_energy"] += p * p;
      f["cm_joint_max"] = std::max(f["cm_joint_max"], p);
      f["cm_clust_shade"] += p * std::pow(i + j - 2 * mean, 3);
      f["cm_inv_diff"] += p / (1 + std::abs(i - j));
    }
  }
  if (runs) {
    f["rlm_r_perc"] = total / voxels;
    f["rlm_rl_entr"] = entropy(matrix);
    for (const auto& [level, count] : by_level) f["rlm_glnu"] += count * count / total;
    for (const auto& [length, count] : by_second) f["rlm_rlnu_norm"] += count / total * count / total;
  } else {
    f["cm_joint_entr"] = entropy(matrix);
    // A matrix of a single level: 0, as PyRadiomics has it.
    f["cm_info_corr1"] = by_level.size() < 2 ? 0 : f["cm_joint_entr"] / entropy(by_level) - 2;
  }
  return f;
}

/// Features by tag with suffix, from all matrices of one kind.
std::map<std::string, double> expected_features(const Numbers& numbers, const std::vector<int>& distances, bool runs) {
  std::map<std::string, double> expected;
  for (const Aggregation aggregation : kAll) {
    const std::string name = suffix(aggregation);
    const bool by_slice = name.starts_with("2D"), volume = name.starts_with("3D"), merged = name.ends_with("comb");
    std::vector<Matrix> matrices;
    for (int slice = 0; slice < (by_slice ? numbers.size[2] : 1); ++slice) {
      Matrix sum;
      for (const int distance : runs ? std::vector<int>{1} : distances)
        for (const auto& step : half_neighbours(distance, !volume)) {
          const Matrix matrix =
              count(numbers, step, by_slice ? slice : 0, by_slice ? slice : numbers.size[2] - 1, runs);
          if (!merged) matrices.push_back(matrix);
          for (const auto& [cell, number] : matrix) sum[cell] += number;
        }
      if (merged) matrices.push_back(sum);
    }
    std::erase_if(matrices, [](const Matrix& matrix) { return matrix.empty(); });
    for (const Matrix& matrix : matrices)
      for (const auto& [tag, value] : features_of(matrix, runs))
        expected[tag + "_" + name] += value / static_cast<double>(matrices.size());
  }
  return expected;
}

void compare(const Case& c, ExtractionSettings settings, std::size_t least_levels, std::size_t most_levels) {
  settings.naming = Naming::ibsi;
  settings.families = {"glcm", "glrlm"};
  settings.aggregations = kAll;
  RegionView view = make_region(c.image, c.mask, settings);
  view.levels = discretise(view.intensities, settings);
  EXPECT_GE(view.levels.numbers.size(), least_levels);
  EXPECT_LE(view.levels.numbers.size(), most_levels);
  const auto features = test::extract_map(c, settings);
  for (const bool runs : {false, true}) {
    const auto expected = expected_features(Numbers(view), settings.distances, runs);
    EXPECT_EQ(expected.size(), 6u * 10);
    for (const auto& [tag, value] : expected) {
      ASSERT_TRUE(features.contains(tag)) << tag;
      EXPECT_NEAR(features.at(tag).value, value, 1e-11 * std::max(1.0, std::abs(value))) << tag;
    }
  }
}

ExtractionSettings bins_of(double width) {
  ExtractionSettings settings;
  settings.binning = Binning::fixed_width_from_minimum;
  settings.bin_width = width;
  return settings;
}

// Dense matrices, sparse ones of byte levels and of wider levels, levels with gaps.
TEST(DirectionTextures, EqualTheirDefinitionsAtEveryNumberOfLevels) {
  const Case c = test::irregular_region();
  compare(c, bins_of(250), 2, 4);
  compare(c, bins_of(20), 30, 45);
  compare(c, bins_of(7), 65, 255);
  compare(c, bins_of(1), 256, 2000);
  Case gaps = c;
  for (double& intensity : gaps.image.voxels) intensity = 40 * std::floor(intensity / 40) + (intensity < 400 ? 0 : 600);
  compare(gaps, bins_of(10), 15, 40);
}

TEST(DirectionTextures, EqualTheirDefinitionsAtLargerDistances) {
  const Case c = test::irregular_region();
  ExtractionSettings settings = bins_of(25);
  settings.distances = {2, 3};
  compare(c, settings, 20, 40);
  settings.distances = {1, 2, 4};
  settings.bin_width = 1;
  compare(c, settings, 256, 2000);
}

// Runs as long as the region, and longer ones than the table of a region of very many levels has room for.
TEST(DirectionTextures, EqualTheirDefinitionsWithLongRuns) {
  const auto everywhere = [](int, int, int) { return true; };
  compare(test::make_case(
              {70, 5, 4}, {1, 1, 1}, [](int, int j, int k) { return 100.0 * ((j + k) % 3); }, everywhere),
          bins_of(50), 3, 3);
  // A ramp of 9,300 levels with stripes of one level 40 voxels long.
  const Case ramp = test::make_case(
      {100, 100, 1}, {1, 1, 1}, [](int i, int j, int) { return j % 9 == 0 && i < 80 ? i / 40 + 1 : i + 100.0 * j; },
      everywhere);
  ExtractionSettings settings = bins_of(1);
  settings.resegment_range = {0, 9990};
  compare(ramp, settings, 9000, 10000);
}

TEST(DirectionTextures, TurningTheRegionWithItsSlicesChangesNothing) {
  const Case c = test::irregular_region();
  ExtractionSettings settings;
  settings.naming = Naming::ibsi;
  settings.families = {"glcm", "glrlm"};
  settings.aggregations = kAll;
  const auto expected = test::extract_map(c, settings);
  for (int across = 0; across < 2; ++across) {
    // The old third axis becomes axis `across`.
    const std::array<int, 3> from = across == 0 ? std::array{2, 1, 0} : std::array{1, 2, 0};
    image::Index3 size;
    for (std::size_t axis = 0; axis < 3; ++axis)
      size[axis] = c.image.geometry.size[static_cast<std::size_t>(from[axis])];
    const auto old = [&](int i, int j, int k) {
      image::Index3 index{};
      index[static_cast<std::size_t>(from[0])] = i;
      index[static_cast<std::size_t>(from[1])] = j;
      index[static_cast<std::size_t>(from[2])] = k;
      return index;
    };
    const Case turned = test::make_case(
        size, {1, 1, 1},
        [&](int i, int j, int k) { return c.image.at(old(i, j, k)[0], old(i, j, k)[1], old(i, j, k)[2]); },
        [&](int i, int j, int k) { return c.mask.at(old(i, j, k)[0], old(i, j, k)[1], old(i, j, k)[2]); });
    settings.force_2d_axis = across;
    const auto found = test::extract_map(turned, settings);
    ASSERT_EQ(found.size(), expected.size());
    for (const auto& [tag, feature] : expected)
      EXPECT_NEAR(found.at(tag).value, feature.value, 1e-10 * std::max(1.0, std::abs(feature.value))) << tag;
  }
}

// Slices without a pair are left out of co-occurrence; their voxels still are runs of one.
TEST(DirectionTextures, SlicesOfOneVoxel) {
  const Case c = test::make_case(
      {3, 3, 3}, {1, 1, 1}, [](int i, int j, int k) { return 100.0 * (1 + (i + j + k) % 2); },
      [](int i, int j, int k) { return k == 1 || (i == 0 && j == 0); });
  ExtractionSettings settings;
  settings.naming = Naming::ibsi;
  settings.families = {"glcm", "glrlm"};
  settings.aggregations = {Aggregation::average_2d};
  const auto features = test::extract_map(c, settings);
  EXPECT_NEAR(features.at("cm_contrast_2D_avg").value, (16 + 0 + 16 + 0) / 4.0, 1e-12);
  // The middle slice: 9 runs along rows and columns, 5 along either diagonal; the two other slices: 1 each way.
  EXPECT_NEAR(features.at("rlm_r_perc_2D_avg").value, (9 + 5 + 9 + 5 + 8 * 9) / (12 * 9.0), 1e-12);
}

// PyRadiomics leaves out directions along which no line holds two voxels of the region, IBSI does not. Two voxels of a
// line need not touch. PyRadiomics' value is its own (June 2025, commit 8ed5793).
TEST(DirectionTextures, DirectionsWithoutALineOfTwoVoxels) {
  const auto percentage = [](bool far_voxel, Naming naming) {
    const Case c = test::make_case(
        {9, 5, 3}, {1, 1, 1}, [](int i, int, int) { return i < 2 ? 100.0 : 200.0; },
        [&](int i, int j, int k) { return k == 1 && ((j == 1 && i < 4) || (far_voxel && i == 2 && j == 3)); });
    ExtractionSettings settings;
    settings.naming = naming;
    settings.families = {"glrlm"};
    return test::extract_map(c, settings)
        .at(naming == Naming::ibsi ? "rlm_r_perc_3D_avg" : "original_glrlm_RunPercentage")
        .value;
  };
  EXPECT_EQ(percentage(false, Naming::pyradiomics), 0.5);
  EXPECT_NEAR(percentage(false, Naming::ibsi), (0.5 + 12) / 13, 1e-15);
  EXPECT_NEAR(percentage(true, Naming::pyradiomics), 0.8666666666666667, 1e-15);
  EXPECT_NEAR(percentage(true, Naming::ibsi), (0.6 + 12) / 13, 1e-15);
}

TEST(DirectionTextures, RegionsWithoutTwoLevelsAreUndefined) {
  ExtractionSettings settings;
  settings.families = {"glcm", "glrlm"};
  const Case flat = test::make_case(
      {4, 4, 4}, {1, 1, 1}, [](int, int, int) { return 7.0; }, [](int, int, int) { return true; });
  const auto features = test::extract_map(flat, settings);
  EXPECT_EQ(features.size(), 40u);
  for (const auto& [name, feature] : features) {
    EXPECT_TRUE(std::isnan(feature.value)) << name;
    EXPECT_TRUE(feature.reason.starts_with("undefined: fewer than 2 grey levels")) << feature.reason;
  }
}

// A weight that underflows does not make the sum of all directions empty.
TEST(DirectionTextures, WeightsOfThickVoxels) {
  Case c = test::irregular_region();
  c.image.geometry.spacing_mm = {40, 40, 80};
  c.mask.geometry = c.image.geometry;
  ExtractionSettings settings;
  settings.families = {"glcm"};
  settings.weighting_norm = WeightingNorm::euclidean;
  const auto weighted = test::extract_map(c, settings);
  EXPECT_TRUE(std::isfinite(weighted.at("original_glcm_Contrast").value));
  EXPECT_TRUE(std::isfinite(weighted.at("original_glcm_MCC").value));
}

}  // namespace
}  // namespace larc::radiomics
