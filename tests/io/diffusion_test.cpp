#include "io/diffusion.h"

#include "dicom_support.h"
#include "io/dicom/adc_map.h"

namespace larc::io {
namespace {

using test::expect_error;

image::Volume constant(double value, std::size_t count = 4) {
  image::Volume volume;
  volume.geometry.size = {static_cast<int>(count), 1, 1};
  volume.voxels.assign(count, value);
  return volume;
}

TEST(FitAdc, ExactOnExponentialsAndUndefinedWithoutSignal) {
  image::Volume b0 = constant(1000), b50 = constant(0), b800 = constant(0);
  for (std::size_t p = 0; p < 4; ++p) {
    const double adc = 0.5e-3 * static_cast<double>(p + 1);
    b50.voxels[p] = 1000 * std::exp(-50 * adc);
    b800.voxels[p] = 1000 * std::exp(-800 * adc);
  }
  b50.voxels[1] = kNaN;               // two are left
  b50.voxels[2] = b0.voxels[2] = -1;  // one is left
  const AdcFit fit = fit_adc({{800, &b800}, {0, &b0}, {50, &b50}});
  EXPECT_NEAR(fit.adc.voxels[0], 0.5, 1e-12);
  EXPECT_NEAR(fit.adc.voxels[1], 1.0, 1e-12);
  EXPECT_EQ(fit.adc.voxels[2], 0);
  EXPECT_EQ(fit.undefined.voxels, (std::vector<std::uint8_t>{0, 0, 1, 0}));
  EXPECT_NEAR(fit.adc.voxels[3], 2.0, 1e-12);
  b0.voxels.assign(4, 5000);  // left out by lowest_b
  EXPECT_NEAR(fit_adc({{0, &b0}, {50, &b50}, {800, &b800}}, 50).adc.voxels[0], 0.5, 1e-12);
}

TEST(FitAdc, Refusals) {
  const image::Volume a = constant(10), other = constant(10, 5);
  expect_error(ErrorCode::domain, "two different b-values", [&] { fit_adc({{800, &a}, {800, &a}}); });
  expect_error(ErrorCode::domain, "two different b-values", [&] { fit_adc({}); });
  expect_error(ErrorCode::geometry_mismatch, "different grids", [&] { fit_adc({{0, &a}, {800, &other}}); });
}

TEST(AdcUnit, HeaderThenRange) {
  dicom::DicomInstance header;
  const auto factor = [&](double value) { return find_adc_unit(header, constant(value)).factor; };
  EXPECT_EQ(factor(1200), 1e-3);
  EXPECT_EQ(factor(1.2), 1);
  EXPECT_EQ(factor(0.0012), 1e3);
  expect_error(ErrorCode::domain, "not known", [&] { factor(40); });
  expect_error(ErrorCode::domain, "without positive", [&] { factor(0); });
  header.series_description = "ADC (10^-6 mm\xc2\xb2/s)";
  EXPECT_EQ(factor(1200), 1e-3);
  EXPECT_NE(find_adc_unit(header, constant(1200)).decided_by.find("series description"), std::string::npos);
  // The text is wrong: the values decide, and it is said.
  EXPECT_EQ(factor(1.2), 1);
  EXPECT_NE(find_adc_unit(header, constant(1.2)).decided_by.find("contradict"), std::string::npos);
  header.rescale_type = "mm2/s";
  EXPECT_EQ(factor(0.0012), 1e3);
  // quantity = stored * 2 + 1 in um2/s, displayed = stored * 4 - 8
  header.real_world_unit = "um2/s";
  header.real_world_slope = 2;
  header.real_world_intercept = 1;
  header.rescale_slope = 4;
  header.rescale_intercept = -8;
  image::Volume map = constant(4 * 600 - 8);
  EXPECT_NE(bring_to_adc_unit(map, header).find("real world"), std::string::npos);
  EXPECT_NEAR(map.voxels[0], 1.201, 1e-12);
}

TEST(FitAdc, OfAnExaminationAgreesWithItsScanner) {
  // ProstateX-0000, b 50, 400, 800: the fit exceeds the scanner's map by 3 to 5%.
  LARC_NEEDS_DATA("imaging/prostatex/ProstateX-0000");
  const auto all = dicom::group_series(test::images_under(test::data_root() / "imaging/prostatex/ProstateX-0000"));
  std::vector<image::Volume> volumes;
  std::vector<double> b_values;
  image::Volume scanner;
  for (const auto& series : all) {
    const dicom::DicomInstance& first = series.instances.front();
    if (series.series_number == 6)
      for (const auto& stack : dicom::split_stacks(series)) {
        volumes.push_back(dicom::read_series(stack));
        b_values.push_back(stack.instances.front().b_value);
      }
    if (!dicom::is_adc_map(first)) continue;
    EXPECT_EQ(series.series_number, 7);
    EXPECT_TRUE(std::isnan(first.b_value));
    scanner = dicom::read_series(series);
    EXPECT_NE(bring_to_adc_unit(scanner, first).find("10^-6"), std::string::npos);
  }
  ASSERT_EQ(b_values, (std::vector<double>{50, 400, 800}));
  const AdcFit fit = fit_adc({{50, &volumes[0]}, {400, &volumes[1]}, {800, &volumes[2]}});
  ASSERT_EQ(fit.adc.voxels.size(), scanner.voxels.size());
  std::vector<double> low = volumes[0].voxels;
  std::nth_element(low.begin(), low.begin() + static_cast<std::ptrdiff_t>(low.size() * 9 / 10), low.end());
  const double body = 0.2 * low[low.size() * 9 / 10];
  std::vector<double> ratios;
  for (std::size_t p = 0; p < scanner.voxels.size(); ++p)
    if (volumes[0].voxels[p] > body && scanner.voxels[p] > 0 && fit.undefined.voxels[p] == 0)
      ratios.push_back(fit.adc.voxels[p] / scanner.voxels[p]);
  ASSERT_GT(ratios.size(), 20000U);
  std::nth_element(ratios.begin(), ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2), ratios.end());
  const double median = ratios[ratios.size() / 2];
  std::printf("computed to scanner's ADC: median ratio %.4f over %zu voxels\n", median, ratios.size());
  EXPECT_NEAR(median, 1, 0.05);
}

}  // namespace
}  // namespace larc::io
