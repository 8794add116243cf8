// Invariant tests of the phantom and the scanners: what was asked for is what the image shows.
#include <gtest/gtest.h>

#include <cmath>

#include "core/parallel.h"
#include "demo/images.h"

namespace larc::demo {
namespace {

TEST(DemoPhantom, image_and_mask_show_the_traits) {
  DemoSettings settings;
  settings.patients = 18;
  const auto cohort = draw_cohort(settings);
  const auto scanners = scanners_of(Scenario::signal);
  const std::size_t n = cohort.size();
  std::vector<double> volume(n), wanted_volume(n), wanted_mean(n), wanted_sd(n), perfect_mean(n), perfect_sd(n),
      seen_mean(n), seen_sd(n);
  std::vector<int> at_edge(n);
  parallel_for(n, 2, [&](std::size_t i) {
    const auto& patient = cohort[i];
    const auto& scanner = scanners[static_cast<std::size_t>(patient.latent.centre)];
    const auto plan = plan_slices(scanner, 0, i);
    const auto& geometry = plan.geometry;
    const auto phantom = phantom_of(patient, scanner, i);
    const auto perfect = acquire_perfect(phantom, 0, plan);
    const auto real = degrade(perfect, scanner, {}, i);
    const auto inside = moments(perfect.image.voxels, &perfect.tumour.voxels);
    const auto whole = moments(real.image.voxels, nullptr);
    const auto tumour = moments(real.image.voxels, &real.tumour.voxels);
    volume[i] = perfect.tumour_volume_ml;
    wanted_volume[i] = patient.imaging.before.volume_ml;
    wanted_mean[i] = patient.imaging.before.mean;
    wanted_sd[i] = patient.imaging.before.texture_sd;
    perfect_mean[i] = inside.mean;
    perfect_sd[i] = inside.sd;
    seen_mean[i] = (tumour.mean - whole.mean) / whole.sd;
    seen_sd[i] = tumour.sd / whole.sd;
    const auto box = image::bounding_box(real.tumour);
    for (int a = 0; a < 3; ++a) at_edge[i] += box.lower[a] == 0 || box.upper[a] == geometry.size[a] - 1 ? 1 : 0;
  });
  EXPECT_GT(correlation(volume, wanted_volume), 0.99);
  for (std::size_t i = 0; i < n; ++i) {
    EXPECT_NEAR(volume[i] / wanted_volume[i], 1.0, 0.05) << cohort[i].id;
    EXPECT_EQ(at_edge[i], 0) << cohort[i].id;
  }
  EXPECT_GT(correlation(perfect_mean, wanted_mean), 0.97);
  EXPECT_GT(correlation(perfect_sd, wanted_sd), 0.95);
  // Across three scanners, after nothing but a z-score over the image.
  EXPECT_GT(correlation(seen_mean, wanted_mean), 0.85);
  EXPECT_GT(correlation(seen_sd, wanted_sd), 0.85);
}

TEST(DemoPhantom, same_seed_same_voxels_and_another_seed_other_voxels) {
  DemoSettings settings;
  settings.patients = kFewestPatients;
  const auto patient = draw_cohort(settings).front();
  const auto scanner = scanners_of(Scenario::signal).front();
  const auto plan = plan_slices(scanner, 0, 4);
  const auto perfect = acquire_perfect(phantom_of(patient, scanner, 4), 0, plan);
  const auto first = degrade(perfect, scanner, {}, 4);
  const auto second = degrade(acquire_perfect(phantom_of(patient, scanner, 4), 0, plan), scanner, {}, 4);
  const auto third = degrade(perfect, scanner, {}, 5);
  EXPECT_EQ(first.image.voxels, second.image.voxels);
  EXPECT_EQ(first.tumour.voxels, third.tumour.voxels);
  EXPECT_NE(first.image.voxels, third.image.voxels);
}

TEST(DemoScanner, slices_are_oblique_right_handed_and_within_the_tilt_of_the_centre) {
  for (const auto scenario : {Scenario::signal, Scenario::centre}) {
    for (const auto& scanner : scanners_of(scenario)) {
      for (std::uint64_t seed = 0; seed < 50; ++seed) {
        const auto geometry = plan_slices(scanner, 0, seed).geometry;
        EXPECT_NO_THROW(image::check_geometry(geometry, "plan"));
        const auto& d = geometry.direction;
        const double determinant = d[0][0] * (d[1][1] * d[2][2] - d[1][2] * d[2][1]) -
                                   d[0][1] * (d[1][0] * d[2][2] - d[1][2] * d[2][0]) +
                                   d[0][2] * (d[1][0] * d[2][1] - d[1][1] * d[2][0]);
        EXPECT_NEAR(determinant, 1.0, 1e-12);
        const double tilt = std::acos(d[2][2]) * 180.0 / 3.14159265358979323846;
        EXPECT_GE(tilt, scanner.tilt_low_degrees - 1e-9);
        EXPECT_LE(tilt, scanner.tilt_high_degrees + 1e-9);
      }
    }
  }
}

TEST(DemoScanner, images_are_whole_numbers_in_16_bit_and_scales_differ_by_centre) {
  std::vector<double> means;
  for (const auto& scanner : scanners_of(Scenario::signal)) {
    const auto plan = plan_slices(scanner, 0, 2);
    const Phantom phantom({}, {}, {}, plan.geometry.direction, 2);
    const auto acquisition = degrade(acquire_perfect(phantom, 0, plan), scanner, {}, 2);
    for (const double voxel : acquisition.image.voxels) {
      ASSERT_EQ(voxel, std::floor(voxel));
      ASSERT_GE(voxel, 0.0);
      ASSERT_LE(voxel, 32767.0);
    }
    means.push_back(moments(acquisition.image.voxels, nullptr).mean);
  }
  EXPECT_GT(means[0], 1.5 * means[1]);
  EXPECT_GT(means[2], 2.0 * means[0]);
}

// The distance is measured by brute force between the two surfaces, while the rectum is placed by a first-order one.
TEST(DemoPhantom, tumour_lies_at_the_distance_to_the_fascia_that_was_asked_for) {
  const std::vector<double> distances{0, 0.5, 1, 2, 4, 8};
  std::vector<double> measured(2 * distances.size());
  parallel_for(measured.size(), 2, [&](std::size_t i) {
    ImagingTruth truth;
    truth.before.volume_ml = i % 2 == 0 ? 7 : 28;
    truth.mrf_distance_mm_1 = distances[i / 2];
    measured[i] = Examined(truth, {}, i).phantom.mrf_distance_mm();
  });
  for (std::size_t i = 0; i < measured.size(); ++i) EXPECT_NEAR(measured[i], distances[i / 2], 1.0) << "patient " << i;
}

TEST(DemoPhantom, therapy_leaves_the_share_asked_for_or_a_dark_scar) {
  ImagingTruth truth;
  truth.response.remaining = 0.3;
  const Examined partial(truth);
  const auto before = partial.t2w(0);
  const auto after = partial.t2w(1);
  EXPECT_NEAR(after.tumour_volume_ml / before.tumour_volume_ml, 0.3, 0.05);

  truth.response = {0, 0.4, 0.95, 1.3};
  const Examined complete(truth);
  EXPECT_TRUE(complete.phantom.has_tumour(0));
  EXPECT_FALSE(complete.phantom.has_tumour(1));
  const auto scar = complete.t2w(1);
  EXPECT_EQ(image::voxel_count(scar.tumour), 0u);
  std::size_t dark_before = 0, dark_after = 0;  // darker than muscle, within the fascia
  const auto first = complete.t2w(0);
  for (std::size_t i = 0; i < scar.image.voxels.size(); ++i) {
    dark_before += first.mesorectum.voxels[i] != 0 && first.image.voxels[i] < 0.9 ? 1 : 0;
    dark_after += scar.mesorectum.voxels[i] != 0 && scar.image.voxels[i] < 0.9 ? 1 : 0;
  }
  EXPECT_GT(static_cast<double>(dark_after), 1.5 * static_cast<double>(dark_before));
}

TEST(DemoDiffusion, map_shows_the_adc_of_the_tumour_before_and_after) {
  ImagingTruth truth;
  truth.before.volume_ml = 30;
  truth.response = {0.6, 0.2, 0.9, 1.3};
  const Examined patient(truth);
  const auto before = within(patient.diffusion(0).adc, patient.t2w(0).tumour);
  const auto after = within(patient.diffusion(1).adc, patient.t2w(1).tumour);
  // Voxels at the border hold other tissue as well: fat draws down, fluid up.
  EXPECT_NEAR(before.mean, 0.9, 0.15);
  EXPECT_NEAR(after.mean - before.mean, 0.4, 0.15);
}

TEST(DemoDiffusion, gas_takes_signal_away_around_the_rectum) {
  ImagingFaults gas;
  gas.gas_1 = true;
  const Examined patient({}, gas);
  const auto mask = patient.t2w(0).mesorectum;
  // The same gas, of little and of great effect.
  EXPECT_LT(within(patient.diffusion(0, true).low, mask).mean,
            0.9 * within(patient.diffusion(0, false).low, mask).mean);
}

TEST(DemoScanner, movement_hides_the_border_of_bladder_and_fat) {
  const Examined patient({});
  const auto perfect = patient.t2w(0);
  const auto still = degrade(perfect, patient.scanner, {}, 1);
  const auto moved = degrade(perfect, patient.scanner, {1.0}, 1);
  const auto edges = [](const image::Volume& volume) {
    double sum = 0;
    const auto& g = volume.geometry;
    for (int j = 1; j < g.size[1]; ++j)
      for (int i = 0; i < g.size[0]; ++i) sum += std::abs(volume.at(i, j, 12) - volume.at(i, j - 1, 12));
    return sum;
  };
  EXPECT_LT(edges(moved.image), 0.75 * edges(still.image));
}

// Standard error of the lag-one estimate over 120,000 points that hang together over some 5 mm: below 0.02.
TEST(DemoRandomField, variance_and_correlation_length_are_those_asked_for) {
  Random random(9);
  const double sigma = 3.0;
  const RandomField field({0, 0, 0}, {100, 100, 100}, 1.5, sigma, random);
  double sum = 0, squares = 0, product = 0, count = 0;
  const double step = 1.5;
  const double lag = 3.0;
  for (int k = 0; k < 60; ++k) {
    for (int j = 0; j < 60; ++j) {
      for (int i = 0; i < 60; ++i) {
        const double value = field.at({i * step, j * step, k * step});
        sum += value;
        squares += value * value;
        product += value * field.at({i * step + lag, j * step, k * step});
        ++count;
      }
    }
  }
  EXPECT_NEAR(sum / count, 0.0, 0.1);
  EXPECT_NEAR(squares / count, 1.0, 0.12);
  EXPECT_NEAR(product / squares, std::exp(-lag * lag / (4 * sigma * sigma)), 0.03);
}

}  // namespace
}  // namespace larc::demo
