// Oracle: PyRadiomics itself (source of June 2025, commit 8ed5793, numpy 1.24) on the irregular region of regions.h,
// for the settings of directions its baseline tables leave out: weights, several distances, matrices that are not
// symmetric, slices across any axis. Its values stand in pyradiomics_directions.csv. Tolerance 1e-9 relative, as for
// the baselines.
#include "core/csv.h"
#include "core/number.h"
#include "regions.h"
#include "support/test_data.h"

namespace larc::radiomics {
namespace {

ExtractionSettings settings_of(const std::string& name) {
  ExtractionSettings settings;
  if (name == "euclidean" || name == "one_way_merged_slices_across_0")
    settings.weighting_norm = WeightingNorm::euclidean;
  if (name == "manhattan") settings.weighting_norm = WeightingNorm::manhattan;
  if (name == "infinity") settings.weighting_norm = WeightingNorm::infinity;
  if (name == "distances") settings.distances = {1, 2};
  if (name == "distances_merged") {
    settings.distances = {2, 3};
    settings.weighting_norm = WeightingNorm::none;
  }
  settings.glcm_symmetric = !name.starts_with("one_way");
  settings.force_2d = name.find("slices_across") != std::string::npos;
  if (settings.force_2d) settings.force_2d_axis = name.back() - '0';
  return settings;
}

TEST(PyRadiomicsDirections, EverySettingOfDirectionsAgrees) {
  const CsvTable csv = read_csv(test::source_root() / "tests/radiomics/pyradiomics_directions.csv");
  std::map<std::string, std::map<std::string, FeatureValue>> found;
  for (const auto& row : csv.rows) {
    const std::string &family = row[csv.column("family")], &name = row[csv.column("case")];
    auto& features = found[family + " " + name];
    if (features.empty()) {
      ExtractionSettings settings = settings_of(name);
      settings.families = {family};
      features = test::extract_map(test::irregular_region(), settings);
    }
    const double value = *parse_double(row[csv.column("value")]);
    const std::string& feature = row[csv.column("feature")];
    ASSERT_TRUE(features.contains(feature)) << feature;
    EXPECT_NEAR(features.at(feature).value, value, 1e-9 * std::abs(value)) << family << " " << name << " " << feature;
  }
  EXPECT_EQ(found.size(), 13u);
  EXPECT_EQ(csv.rows.size(), 8u * 24 + 5u * 16);
}

}  // namespace
}  // namespace larc::radiomics
