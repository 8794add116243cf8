// Oracle: the reference values of IBSI 1 (Zwanenburg et al., Radiology 2020; reference manual arXiv:1612.07003).
// Tolerance: the standard's own. Where it states 0, the value must round to the reference's three significant digits,
// because the references are printed so.
#include "core/csv.h"
#include "core/number.h"
#include "io/image_file.h"
#include "phantom.h"
#include "radiomics/feature_table.h"
#include "support/test_data.h"

namespace larc::radiomics {
namespace {

struct Reference {
  std::string dataset, tag;
  double value, tolerance;
};

std::vector<Reference> read_references(const std::string& dataset) {
  const CsvTable csv = read_csv(test::data_root() / "ibsi/ibsi1_reference_all.csv");
  std::vector<Reference> references;
  for (const auto& row : csv.rows) {
    const auto value = parse_double(row[csv.column("value")]), tolerance = parse_double(row[csv.column("tolerance")]);
    if (row[csv.column("dataset")] == dataset && value && tolerance)
      references.push_back({dataset, row[csv.column("tag")], *value, *tolerance});
  }
  return references;
}

double allowed(const Reference& reference) {
  if (reference.tolerance > 0) return reference.tolerance;
  const double digit = reference.value == 0 ? -2 : std::floor(std::log10(std::abs(reference.value))) - 2;
  return 0.5 * std::pow(10.0, digit) * (1 + 1e-9);
}

// How many of the references we compute; every one of these must agree.
int compare(const std::vector<Reference>& references, const std::map<std::string, FeatureValue>& features) {
  int compared = 0;
  for (const Reference& reference : references) {
    const auto found = features.find(reference.tag);
    if (found == features.end()) continue;
    ++compared;
    EXPECT_NEAR(found->second.value, reference.value, allowed(reference)) << reference.dataset << " " << reference.tag;
  }
  return compared;
}

ExtractionSettings phantom_settings(MeshRule mesh) {
  ExtractionSettings settings;
  settings.families = {"firstorder", "shape", "local_intensity", "intensity_histogram", "ivh", "glcm"};
  settings.naming = Naming::ibsi;
  settings.binning = Binning::identity;
  settings.mesh = mesh;
  return settings;
}

TEST(IbsiDigitalPhantom, EveryImplementedFeatureIsWithinTheStandardsTolerance) {
  LARC_NEEDS_DATA("ibsi/ibsi1_reference_all.csv");
  for (const MeshRule mesh : {MeshRule::closed, MeshRule::pyradiomics}) {
    const auto features = test::by_name(extract(test::ibsi_phantom(), test::ibsi_mask(), phantom_settings(mesh)));
    // 25 morphology with a reference, 18 intensity statistics, 2 of local intensity, 23 of the histogram, 6 of the
    // volume histogram with a reference, 25 + 25 co-occurrence. Without one: boxes and ellipsoid of least volume, area
    // under the volume histogram.
    EXPECT_EQ(compare(read_references("digital_phantom"), features), 124);
    EXPECT_EQ(features.size(), 129u);
  }
}

// Configuration A of the CT phantom asks for no interpolation: all that is not texture needs only the resegmentation to
// [-500, 400] HU, bins of 25 HU for the histogram and none for the volume histogram.
TEST(IbsiCtPhantom, ConfigurationAWithoutTextureIsWithinTheStandardsTolerance) {
  LARC_NEEDS_DATA("ibsi/ibsi_1_ct_radiomics_phantom/nifti/image/phantom.nii.gz");
  const auto folder = test::data_root() / "ibsi/ibsi_1_ct_radiomics_phantom/nifti";
  ExtractionSettings settings = phantom_settings(MeshRule::closed);
  settings.families = {"firstorder", "shape", "local_intensity", "intensity_histogram", "ivh"};
  settings.binning = Binning::fixed_width_from_minimum;
  settings.bin_width = 25;
  settings.resegment_range = {-500, 400};
  const auto features = test::by_name(
      extract(io::read_image(folder / "image/phantom.nii.gz"), io::read_mask(folder / "mask/mask.nii.gz"), settings));
  EXPECT_EQ(compare(read_references("config_A"), features), 74);
}

// The same without outside data: one value of each kind, from the same references.
TEST(IbsiDigitalPhantom, CoreValuesWithoutOutsideData) {
  const auto features =
      test::by_name(extract(test::ibsi_phantom(), test::ibsi_mask(), phantom_settings(MeshRule::closed)));
  const std::vector<Reference> references{{"", "morph_volume", 556, 4},
                                          {"", "morph_vol_approx", 592, 4},
                                          {"", "morph_area_mesh", 388, 3},
                                          {"", "morph_com", 0.672, 0.004},
                                          {"", "morph_diam", 13.1, 0.1},
                                          {"", "morph_pca_maj_axis", 11.4, 0.1},
                                          {"", "morph_area_dens_aee", 1.36, 0.01},
                                          {"", "stat_mean", 2.15, 0},
                                          {"", "stat_kurt", -0.355, 0},
                                          {"", "stat_rmad", 1.11, 0},
                                          {"", "stat_qcod", 0.6, 0},
                                          {"", "morph_vol_dens_conv_hull", 0.961, 0.006},
                                          {"", "morph_area_dens_conv_hull", 1.03, 0.01},
                                          {"", "morph_moran_i", 0.0397, 0.0003},
                                          {"", "morph_geary_c", 0.974, 0.006},
                                          {"", "loc_peak_loc", 2.6, 0},
                                          {"", "loc_peak_glob", 3.1, 0},
                                          {"", "ih_entropy", 1.27, 0},
                                          {"", "ih_uniformity", 0.512, 0},
                                          {"", "ih_max_grad_g", 3, 0},
                                          {"", "ivh_v10", 0.324, 0},
                                          {"", "ivh_i10", 5, 0},
                                          {"", "cm_joint_max_3D_avg", 0.503, 0},
                                          {"", "cm_clust_prom_3D_avg", 145, 0},
                                          {"", "cm_info_corr2_3D_avg", 0.52, 0},
                                          {"", "cm_joint_max_3D_comb", 0.509, 0},
                                          {"", "cm_info_corr1_3D_comb", -0.0288, 0}};
  EXPECT_EQ(compare(references, features), 27);
}

// Levels by fixed bin number or bins of width 1 from the minimum are the phantom's own levels 1 .. 6.
TEST(IbsiDigitalPhantom, EveryBinningThatKeepsTheLevelsGivesTheSameTexture) {
  ExtractionSettings identity = phantom_settings(MeshRule::closed), count = identity, width = identity;
  count.binning = Binning::fixed_count;
  count.bin_count = 6;
  width.binning = Binning::fixed_width_from_minimum;
  width.bin_width = 1;
  const auto expected = test::by_name(extract(test::ibsi_phantom(), test::ibsi_mask(), identity));
  for (const auto& settings : {count, width}) {
    const auto found = test::by_name(extract(test::ibsi_phantom(), test::ibsi_mask(), settings));
    for (const auto& [name, feature] : expected) EXPECT_EQ(found.at(name).value, feature.value) << name;
  }
}

}  // namespace
}  // namespace larc::radiomics
