// Oracle: co-occurrence and run length features of IBSI 1 (Zwanenburg et al., Radiology 2020; reference manual
// arXiv:1612.07003) in all six aggregations. Tolerance: the standard's own. Where it states 0, the value must round to
// the reference's three significant digits, because the references are printed so.
#include "core/csv.h"
#include "core/number.h"
#include "io/image_file.h"
#include "phantom.h"
#include "radiomics/feature_table.h"
#include "support/test_data.h"

namespace larc::radiomics {
namespace {

double allowed(double value, double tolerance) {
  if (tolerance > 0) return tolerance;
  const double digit = value == 0 ? -2 : std::floor(std::log10(std::abs(value))) - 2;
  return 0.5 * std::pow(10.0, digit) * (1 + 1e-9);
}

/// Compares every cm_ and rlm_ reference of the data set whose tag ends in one of the suffixes; each must be there.
int compare(const std::string& dataset, const std::vector<Aggregation>& aggregations,
            const std::map<std::string, FeatureValue>& features) {
  const CsvTable csv = read_csv(test::data_root() / "ibsi/ibsi1_reference_all.csv");
  int compared = 0;
  for (const auto& row : csv.rows) {
    const std::string& tag = row[csv.column("tag")];
    const auto value = parse_double(row[csv.column("value")]), tolerance = parse_double(row[csv.column("tolerance")]);
    const bool ours = tag.starts_with("cm_") || tag.starts_with("rlm_");
    if (row[csv.column("dataset")] != dataset || !ours || !value || !tolerance) continue;
    const auto of_tag = [&](Aggregation aggregation) { return tag.ends_with("_" + suffix(aggregation)); };
    if (std::none_of(aggregations.begin(), aggregations.end(), of_tag)) continue;
    const auto found = features.find(tag);
    if (found == features.end()) {
      ADD_FAILURE() << tag << " is missing";
      continue;
    }
    ++compared;
    EXPECT_NEAR(found->second.value, *value, allowed(*value, *tolerance)) << dataset << " " << tag;
  }
  return compared;
}

ExtractionSettings settings_for(const std::vector<Aggregation>& aggregations) {
  ExtractionSettings settings;
  settings.naming = Naming::ibsi;
  settings.families = {"glcm", "glrlm"};
  settings.binning = Binning::identity;
  settings.aggregations = aggregations;
  return settings;
}

const std::vector<Aggregation> kSlices{Aggregation::average_2d, Aggregation::merged_2d, Aggregation::average_2_5d,
                                       Aggregation::merged_2_5d};
const std::vector<Aggregation> kAll{Aggregation::average_2d,  Aggregation::merged_2d,  Aggregation::average_2_5d,
                                    Aggregation::merged_2_5d, Aggregation::average_3d, Aggregation::merged_3d};

TEST(IbsiDirectionTextures, DigitalPhantomInEveryAggregation) {
  LARC_NEEDS_DATA("ibsi/ibsi1_reference_all.csv");
  const auto features = test::by_name(extract(test::ibsi_phantom(), test::ibsi_mask(), settings_for(kAll)));
  EXPECT_EQ(compare("digital_phantom", kAll, features), 6 * (25 + 16));
  EXPECT_EQ(features.size(), 6u * (25 + 16));
}

// Configuration A asks for no interpolation: the CT image as it is, within slices.
TEST(IbsiDirectionTextures, CtPhantomConfigurationA) {
  LARC_NEEDS_DATA("ibsi/ibsi_1_ct_radiomics_phantom/nifti/image/phantom.nii.gz");
  const auto folder = test::data_root() / "ibsi/ibsi_1_ct_radiomics_phantom/nifti";
  ExtractionSettings settings = settings_for(kSlices);
  settings.binning = Binning::fixed_width_from_minimum;
  settings.bin_width = 25;
  settings.resegment_range = {-500, 400};
  const auto features = test::by_name(
      extract(io::read_image(folder / "image/phantom.nii.gz"), io::read_mask(folder / "mask/mask.nii.gz"), settings));
  EXPECT_EQ(compare("config_A", kSlices, features), 4 * (25 + 16));
}

// The same without outside data: one value of each kind, from the same references.
TEST(IbsiDirectionTextures, CoreValuesWithoutOutsideData) {
  const auto features = test::by_name(extract(test::ibsi_phantom(), test::ibsi_mask(), settings_for(kAll)));
  const std::map<std::string, double> references{{"cm_joint_max_2D_avg", 0.519},   {"cm_clust_prom_2D_avg", 79.1},
                                                 {"cm_info_corr1_2D_avg", -0.155}, {"rlm_sre_2D_avg", 0.641},
                                                 {"rlm_lrhge_2D_avg", 17.4},       {"rlm_r_perc_2D_avg", 0.627},
                                                 {"rlm_glnu_2D_avg", 5.2},         {"rlm_rl_entr_2D_avg", 2.17}};
  for (const auto& [tag, value] : references) EXPECT_NEAR(features.at(tag).value, value, allowed(value, 0)) << tag;
}

}  // namespace
}  // namespace larc::radiomics
