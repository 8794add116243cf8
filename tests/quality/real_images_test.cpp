// Real images: every measure is finite or says why not, and lies where such images lie.
#include "io/dicom/series.h"
#include "io/image_file.h"
#include "quality/hard_checks.h"
#include "quality/limits.h"
#include "quality/near_duplicate.h"
#include "quality_support.h"
#include "support/test_data.h"

namespace larc::quality {
namespace {

namespace fs = std::filesystem;

std::vector<io::dicom::DicomInstance> headers_under(const fs::path& folder) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<io::dicom::DicomInstance> headers;
  for (const auto& path : paths)
    for (auto& instance : io::dicom::read_instances(path)) headers.push_back(std::move(instance));
  return headers;
}

void expect_sane(const std::vector<Measure>& measures, const std::string& name) {
  for (const auto& measure : measures) {
    EXPECT_EQ(std::isnan(measure.value), !measure.reason.empty()) << name << " " << measure.id;
    if (std::isnan(measure.value)) continue;
    EXPECT_TRUE(std::isfinite(measure.value)) << name << " " << measure.id;
    EXPECT_GE(measure.value, 0) << name << " " << measure.id;
    EXPECT_LT(measure.unit == "%" ? measure.value : 0, 1000) << name << " " << measure.id;
  }
}

TEST(RealImages, PelvicExamination) {
  LARC_NEEDS_DATA("imaging/prostatex/ProstateX-0000");
  int t2w = 0, diffusion = 0, maps = 0;
  for (const auto& series :
       io::dicom::group_series(headers_under(larc::test::data_root() / "imaging/prostatex/ProstateX-0000")))
    for (const auto& stack : io::dicom::split_stacks(series)) {
      const std::string name = series.series_description;
      QualityInputs inputs;
      inputs.quantitative_map = name.find("ADC") != std::string::npos;
      inputs.diffusion = name.find("diff") != std::string::npos;
      if (!inputs.diffusion && name.find("t2_tse") == std::string::npos) continue;
      if (stack.instances.size() < 5) continue;
      inputs.role = inputs.diffusion ? "dwi" : "t2w";
      const auto volume = io::dicom::read_series(stack);
      const auto measures = measure(volume, inputs);
      expect_sane(measures, name);
      EXPECT_EQ(test::get(measures, "missing_slices").value, 0) << name;
      EXPECT_LT(test::get(measures, "clipped").value, 1) << name;
      if (inputs.quantitative_map) {
        ++maps;
        HardCheckInputs checks;
        auto map = volume;
        checks.volume = &map;
        checks.quantitative_map = true;
        const auto outcome = [&] {
          for (const auto& check : hard_checks(checks))
            if (check.id == "adc_unit") return check.outcome;
          return Outcome::not_checked;
        };
        EXPECT_EQ(outcome(), Outcome::fail) << "stored in 10^-6 mm2/s";
        for (auto& x : map.voxels) x *= 1e-3;
        EXPECT_EQ(outcome(), Outcome::pass);
        continue;
      }
      ++(inputs.diffusion ? diffusion : t2w);
      EXPECT_GT(test::get(measures, "snr").value, 3) << name;
      EXPECT_LT(test::get(measures, "snr").value, 300) << name;
      EXPECT_LT(test::get(measures, "ghost").value, 15) << name;
      EXPECT_LE(test::get(measures, "entropy_focus").value, 1) << name;
    }
  EXPECT_GE(t2w, 3);
  EXPECT_GE(diffusion, 3);
  EXPECT_GE(maps, 1);
}

TEST(RealImages, SarcomaPatientsAreSaneAndNoDuplicates) {
  LARC_NEEDS_DATA("sts_mr");
  std::vector<SignedImage> images;
  for (const char* patient : {"STS_002", "STS_010", "STS_015", "STS_023", "STS_034", "STS_048"}) {
    const auto folder = larc::test::data_root() / "sts_mr" / patient;
    const auto volume = io::read_image(folder / "MR_T1_image.nii.gz");
    const auto tumour = io::read_mask(folder / "MR_T1_mask.nii.gz");
    QualityInputs inputs;
    inputs.role = "t1w";
    inputs.tumour = &tumour;
    const auto measures = measure(volume, inputs);
    expect_sane(measures, patient);
    EXPECT_GT(test::get(measures, "snr").value, 3) << patient;
    EXPECT_TRUE(std::isfinite(test::get(measures, "tumour_contrast").value)) << patient;
    images.push_back({"t1w", signature_of(volume)});
  }
  EXPECT_TRUE(find_duplicates(images).empty());
  images.push_back(images[2]);
  const auto found = find_duplicates(images);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].first, 2u);
}

}  // namespace
}  // namespace larc::quality
