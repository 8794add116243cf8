// Oracle: size zone, distance zone, grey tone difference and dependence features of IBSI 1 (Zwanenburg et al.,
// Radiology 2020; reference manual arXiv:1612.07003) by slices, over merged slices and in the volume. Tolerance: the
// standard's own. Where it states 0, the value must round to the reference's three significant digits, because the
// references are printed so.
#include "core/csv.h"
#include "core/number.h"
#include "io/image_file.h"
#include "phantom.h"
#include "support/test_data.h"

namespace larc::radiomics {
namespace {

const std::vector<std::string> kFamilies{"glszm", "gldzm", "ngtdm", "gldm"};

double allowed(double value, double tolerance) {
  if (tolerance > 0) return tolerance;
  const double digit = value == 0 ? -2 : std::floor(std::log10(std::abs(value))) - 2;
  return 0.5 * std::pow(10.0, digit) * (1 + 1e-9);
}

// How many references of these families the data set has; every one of them must be met.
int compare(const std::string& dataset, const std::map<std::string, FeatureValue>& features) {
  const CsvTable csv = read_csv(test::data_root() / "ibsi/ibsi1_reference_all.csv");
  int compared = 0;
  for (const auto& row : csv.rows) {
    const std::string& tag = row[csv.column("tag")];
    const std::string prefix = tag.substr(0, 4);
    if (row[csv.column("dataset")] != dataset) continue;
    if (prefix != "szm_" && prefix != "dzm_" && prefix != "ngt_" && prefix != "ngl_") continue;
    const auto value = parse_double(row[csv.column("value")]), tolerance = parse_double(row[csv.column("tolerance")]);
    if (!value || !tolerance || features.count(tag) == 0) {
      ADD_FAILURE() << dataset << " " << tag << " is not compared";
      continue;
    }
    ++compared;
    EXPECT_NEAR(features.at(tag).value, *value, allowed(*value, *tolerance)) << dataset << " " << tag;
  }
  return compared;
}

ExtractionSettings settings_for(std::vector<Aggregation> aggregations) {
  ExtractionSettings settings;
  settings.naming = Naming::ibsi;
  settings.families = kFamilies;
  settings.binning = Binning::identity;
  settings.aggregations = std::move(aggregations);
  return settings;
}

TEST(IbsiNeighbourhoodTextures, DigitalPhantomInSlicesAndVolume) {
  LARC_NEEDS_DATA("ibsi/ibsi1_reference_all.csv");
  const auto features =
      test::by_name(extract(test::ibsi_phantom(), test::ibsi_mask(),
                            settings_for({Aggregation::average_2d, Aggregation::merged_2_5d, Aggregation::merged_3d})));
  EXPECT_EQ(features.size(), 3u * 54u);
  EXPECT_EQ(compare("digital_phantom", features), 3 * 54);
}

// The mask's edge is that of the whole mask: resegmentation to [-500, 400] HU leaves holes that distances do not see.
TEST(IbsiNeighbourhoodTextures, CtPhantomConfigurationA) {
  LARC_NEEDS_DATA("ibsi/ibsi_1_ct_radiomics_phantom/nifti/image/phantom.nii.gz");
  const auto folder = test::data_root() / "ibsi/ibsi_1_ct_radiomics_phantom/nifti";
  ExtractionSettings settings = settings_for({Aggregation::average_2d, Aggregation::merged_2_5d});
  settings.binning = Binning::fixed_width_from_minimum;
  settings.bin_width = 25;
  settings.resegment_range = {-500, 400};
  const auto features = test::by_name(
      extract(io::read_image(folder / "image/phantom.nii.gz"), io::read_mask(folder / "mask/mask.nii.gz"), settings));
  EXPECT_EQ(compare("config_A", features), 2 * 54);
}

// The same without outside data: values of each family from the same references.
TEST(IbsiNeighbourhoodTextures, CoreValuesWithoutOutsideData) {
  const auto features =
      test::by_name(extract(test::ibsi_phantom(), test::ibsi_mask(),
                            settings_for({Aggregation::average_2d, Aggregation::merged_2_5d, Aggregation::merged_3d})));
  const std::vector<std::pair<std::string, double>> references{
      {"szm_sze_2D", 0.363},         {"szm_lzhge_2_5D", 107},    {"szm_zs_entr_3D", 2.32},
      {"szm_zs_var_3D", 331},        {"dzm_sdhge_2D", 15.2},     {"dzm_zdnu_2_5D", 14.4},
      {"dzm_zd_entr_3D", 1.92},      {"dzm_zd_var_3D", 0},       {"ngt_coarseness_2D", 0.121},
      {"ngt_contrast_2D", 0.925},    {"ngt_busyness_2_5D", 6.8}, {"ngt_complexity_3D", 13.5},
      {"ngt_strength_3D", 0.763},    {"ngl_lde_2D", 0.158},      {"ngl_hdhge_2_5D", 50.8},
      {"ngl_dc_energy_2_5D", 0.122}, {"ngl_lde_3D", 0.045}};
  for (const auto& [tag, value] : references) EXPECT_NEAR(features.at(tag).value, value, allowed(value, 0)) << tag;
}

}  // namespace
}  // namespace larc::radiomics
