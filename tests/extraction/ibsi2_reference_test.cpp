// Oracle: the feature values of IBSI 2 (Whybra et al., Radiology 2024;310:e231319; reference manual arXiv:2006.05470),
// CT phantom, computed from its files with examples/ibsi/filter_*.yaml. Tolerance: the standard's own.
#include "core/csv.h"
#include "core/number.h"
#include "extraction_support.h"

namespace larc::extraction {
namespace {

TEST(Ibsi2, SlowEveryFeatureValueIsWithinTheStandardsTolerance) {
  LARC_NEEDS_DATA("ibsi/ibsi_2_reference/reference_feature_values/reference_values.csv");
  const CsvTable csv =
      read_csv(test::data_root() / "ibsi/ibsi_2_reference/reference_feature_values/reference_values.csv");
  const auto folder = test::data_root() / "ibsi/ibsi_2_ct_radiomics_phantom/nifti";
  std::map<std::string, std::map<std::string, double>> computed;
  int compared = 0;
  for (const auto& row : csv.rows) {
    const std::string id = row[csv.column("filter_id")], tag = row[csv.column("feature_tag")];
    const auto value = parse_double(row[csv.column("consensus_value")]);
    const auto tolerance = parse_double(row[csv.column("tolerance")]);
    if (!value || !tolerance) continue;  // not standardised
    if (!computed.contains(id)) {
      BatchRow files;
      files.image = folder / "image/phantom.nii.gz";
      files.mask = folder / "mask/mask.nii.gz";
      const auto results =
          extract_row(read_parameters(test::source_root() / "examples/ibsi" / ("filter_" + id + ".yaml")), files);
      ASSERT_EQ(results.front().error, "") << id;
      // One image a file: its name stands before the tag.
      for (const auto& [name, feature] : test::values_of(results.front().result))
        EXPECT_TRUE(computed[id].emplace(name.substr(name.find("stat_")), feature).second) << id << " " << name;
    }
    ASSERT_TRUE(computed[id].contains(tag)) << id << " " << tag;
    EXPECT_NEAR(computed[id][tag], *value, *tolerance * (1 + 1e-9)) << id << " " << tag;
    ++compared;
  }
  EXPECT_EQ(compared, 323);
}

}  // namespace
}  // namespace larc::extraction
