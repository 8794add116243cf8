// Oracle: PyRadiomics' own voxel-based extraction (source of June 2025, commit 8ed5793, numpy 1.24) of an ellipsoid,
// two voxels of every map; its values stand in pyradiomics_maps.csv. Tolerance 1e-9 relative, as for the baselines.
#include "core/csv.h"
#include "core/number.h"
#include "phantom.h"
#include "radiomics/feature_maps.h"
#include "support/test_data.h"

namespace larc::radiomics {
namespace {

TEST(PyRadiomicsMaps, EveryFeatureAgrees) {
  const test::Case c = test::make_case({9, 8, 7}, {1, 1, 2}, test::texture, test::ellipsoid({9, 8, 7}, 4, 3.5, 3));
  std::map<std::string, std::map<std::string, image::Volume>> found;
  const auto maps_of = [&](const std::string& name) {
    ExtractionSettings settings;
    settings.families = {"firstorder", "glcm", "glrlm", "glszm", "gldm", "ngtdm"};
    MapSettings how;
    if (name == "unmasked_radius_2") how.masked_kernel = false;
    if (name == "unmasked_radius_2" || name == "squares_across_0") how.kernel_radius = 2;
    settings.force_2d = name.starts_with("squares_across_");
    if (settings.force_2d) settings.force_2d_axis = name.back() - '0';
    feature_maps(c.image, c.mask, settings, how, "", 1,
                 [&](const std::string& feature, const image::Volume& map) { found[name].emplace(feature, map); });
  };
  const CsvTable csv = read_csv(test::source_root() / "tests/radiomics/pyradiomics_maps.csv");
  for (const auto& row : csv.rows) {
    const std::string &name = row[csv.column("case")], &feature = row[csv.column("feature")];
    if (!found.contains(name)) maps_of(name);
    ASSERT_TRUE(found[name].contains(feature)) << name << " " << feature;
    const auto index = [&](const char* axis) { return static_cast<int>(*parse_integer(row[csv.column(axis)])); };
    const double value = *parse_double(row[csv.column("value")]);
    EXPECT_NEAR(found[name].at(feature).at(index("i"), index("j"), index("k")), value, 1e-9 * std::abs(value))
        << name << " " << feature;
  }
  EXPECT_EQ(found.size(), 4u);
  EXPECT_EQ(csv.rows.size(), 4u * 93 * 2);
}

}  // namespace
}  // namespace larc::radiomics
