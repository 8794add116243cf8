// Oracle: the baseline tables of PyRadiomics (versions 1.3 to 2.0, as their rows diagnostics_Versions_* say) for zones,
// grey tone differences and dependences: bins of 25 unless the column says otherwise. Tolerance: 1e-9 relative, because
// both compute in double from the same whole numbers.
//
// What cannot agree:
// - *_flatRegion, grey tone differences: PyRadiomics gives 1e6 or 0 for what is undefined in a region of one grey
// level;
//   larc gives NaN and says so.
// - *_resampling: changes the image before features are computed; not this module's work.
// - lung1 and lung2: only their masks are at hand.
#include "baseline.h"
#include "radiomics/feature_table.h"

namespace larc::radiomics {
namespace {

using test::read_baseline;
using test::read_baseline_case;

const std::vector<std::pair<std::string, std::size_t>> kFamilies{{"glszm", 16}, {"ngtdm", 5}, {"gldm", 14}};
const std::vector<std::string> kCases{"brain1", "brain2", "breast1"};

void compare(const test::Case& c, const std::string& column, ExtractionSettings settings) {
  settings.families = {"glszm", "ngtdm", "gldm"};
  const auto features = test::extract_map(c, settings);
  EXPECT_EQ(features.size(), 35u);
  for (const auto& [family, count] : kFamilies) {
    const auto baseline = read_baseline(family, column);
    EXPECT_EQ(baseline.size(), count);
    for (const auto& [name, value] : baseline) {
      ASSERT_TRUE(features.count(name)) << name;
      EXPECT_NEAR(features.at(name).value, value, 1e-9 * std::abs(value)) << column << " " << name;
    }
  }
}

TEST(PyRadiomicsNeighbourhoods, Volume) {
  LARC_NEEDS_DATA("imaging/pyradiomics_data/baseline/baseline_glszm.csv");
  for (const std::string& name : kCases) compare(read_baseline_case(name), name, {});
}

TEST(PyRadiomicsNeighbourhoods, WithinSlices) {
  LARC_NEEDS_DATA("imaging/pyradiomics_data/baseline/baseline_glszm.csv");
  ExtractionSettings settings;
  settings.force_2d = true;
  for (const std::string& name : kCases) compare(read_baseline_case(name), name + "_2d", settings);
}

TEST(PyRadiomicsNeighbourhoods, SixtyFourBins) {
  LARC_NEEDS_DATA("imaging/pyradiomics_data/baseline/baseline_glszm.csv");
  ExtractionSettings settings;
  settings.binning = Binning::fixed_count;
  settings.bin_count = 64;
  for (const std::string& name : kCases) compare(read_baseline_case(name), name + "_FBN", settings);
}

TEST(PyRadiomicsNeighbourhoods, AfterResegmentation) {
  LARC_NEEDS_DATA("imaging/pyradiomics_data/baseline/baseline_glszm.csv");
  ExtractionSettings settings;
  settings.resegment_range = {-3, 3};
  settings.resegment_mode = ResegmentMode::sigma;
  for (const std::string& name : kCases) compare(read_baseline_case(name), name + "_resegmentation", settings);
}

// normalize with normalizeScale 100: the whole image to mean 0 and sample standard deviation 100; bins of 5.
TEST(PyRadiomicsNeighbourhoods, AfterNormalisation) {
  LARC_NEEDS_DATA("imaging/pyradiomics_data/baseline/baseline_glszm.csv");
  ExtractionSettings settings;
  settings.bin_width = 5;
  for (const std::string& name : kCases) {
    test::Case c = read_baseline_case(name);
    const double count = static_cast<double>(c.image.voxels.size());
    double mean = 0, square = 0;
    for (const double x : c.image.voxels) mean += x / count;
    for (const double x : c.image.voxels) square += (x - mean) * (x - mean);
    const double deviation = std::sqrt(square / (count - 1));
    for (double& x : c.image.voxels) x = (x - mean) / deviation * 100;
    compare(c, name + "_normalization", settings);
  }
}

// One grey level: zones and dependences are defined, differences are not.
TEST(PyRadiomicsNeighbourhoods, FlatRegion) {
  LARC_NEEDS_DATA("imaging/pyradiomics_data/baseline/baseline_glszm.csv");
  ExtractionSettings settings;
  settings.families = {"glszm", "ngtdm", "gldm"};
  settings.bin_width = 5000;
  settings.resegment_range = {0, std::numeric_limits<double>::infinity()};
  for (const std::string& name : kCases) {
    const auto features = test::extract_map(read_baseline_case(name), settings);
    for (const std::string family : {"glszm", "gldm"})
      for (const auto& [id, value] : read_baseline(family, name + "_flatRegion"))
        EXPECT_NEAR(features.at(id).value, value, std::max(1e-9 * std::abs(value), 1e-15)) << name << " " << id;
    for (const std::string id : {"Coarseness", "Contrast", "Busyness", "Strength"})
      EXPECT_TRUE(std::isnan(features.at("original_ngtdm_" + id).value)) << name << " " << id;
    EXPECT_EQ(features.at("original_ngtdm_Complexity").value, 0) << name;
  }
}

}  // namespace
}  // namespace larc::radiomics
