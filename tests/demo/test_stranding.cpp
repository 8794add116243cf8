// Invariant tests of what the image shows beyond T2w inside the outline: strands in the fat around the tumour, and its
// diffusion.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "core/parallel.h"
#include "demo/images.h"
#include "demo/stranding.h"

namespace larc::demo {
namespace {

/// Voxels outside `mask` whose centre lies within `width_mm` of one inside it.
std::vector<std::uint8_t> ring_around(const image::Mask& mask, double width_mm) {
  const auto& g = mask.geometry;
  std::vector<image::Index3> near;
  std::array<int, 3> reach{};
  for (std::size_t a = 0; a < 3; ++a) reach[a] = static_cast<int>(width_mm / g.spacing_mm[a]);
  for (int z = -reach[2]; z <= reach[2]; ++z)
    for (int y = -reach[1]; y <= reach[1]; ++y)
      for (int x = -reach[0]; x <= reach[0]; ++x)
        if (std::hypot(x * g.spacing_mm[0], y * g.spacing_mm[1], z * g.spacing_mm[2]) <= width_mm)
          near.push_back({x, y, z});
  std::vector<std::uint8_t> ring(mask.voxels.size(), 0);
  for (int k = 0; k < g.size[2]; ++k)
    for (int j = 0; j < g.size[1]; ++j)
      for (int i = 0; i < g.size[0]; ++i) {
        if (!mask.at(i, j, k)) continue;
        for (const auto& step : near) {
          const int x = i + step[0], y = j + step[1], z = k + step[2];
          if (x < 0 || y < 0 || z < 0 || x >= g.size[0] || y >= g.size[1] || z >= g.size[2]) continue;
          if (!mask.at(x, y, z)) ring[g.offset(x, y, z)] = 1;
        }
      }
  return ring;
}

/// All in units of the mean of the image.
struct Seen {
  double ring, mean, sd;
};
Seen seen_in(const Acquisition& t2w) {
  const double body = moments(t2w.image.voxels, nullptr).mean;
  const auto ring = ring_around(t2w.tumour, 4.0);
  const auto inside = moments(t2w.image.voxels, &t2w.tumour.voxels);
  return {moments(t2w.image.voxels, &ring).mean / body, inside.mean / body, inside.sd / body};
}

/// The part of the correlation of z with `with` that comes from how `with` differs from `without` in the same patients.
double caused(const std::vector<double>& z, const std::vector<double>& with, const std::vector<double>& without) {
  std::vector<double> change(z.size());
  for (std::size_t i = 0; i < z.size(); ++i) change[i] = with[i] - without[i];
  return correlation(z, change) * moments(change, nullptr).sd / moments(with, nullptr).sd;
}

// The whole way from the cohort to the stored image: what a network sees around the outline, and what radiomics sees
// within it. Every other patient is also imaged with the stranding of z = 0 and all else the same, noise included.
TEST(DemoStranding, after_the_scanner_the_ring_shows_it_and_the_inside_does_not) {
  DemoSettings settings;
  settings.patients = 40;
  const auto cohort = draw_cohort(settings);
  const auto scanners = scanners_of(Scenario::signal);
  const std::size_t n = cohort.size();
  std::vector<double> z(n), ring(n);
  std::vector<double> half_z(n / 2), mean(n / 2), sd(n / 2), usual_mean(n / 2), usual_sd(n / 2);
  parallel_for(n, 2, [&](std::size_t i) {
    auto patient = cohort[i];
    const auto& scanner = scanners[static_cast<std::size_t>(patient.latent.centre)];
    const auto plan = plan_slices(scanner, 0, i);
    const auto image_of = [&] {
      return seen_in(degrade(acquire_perfect(phantom_of(patient, scanner, i), 0, plan), scanner, {}, i));
    };
    const auto own = image_of();
    z[i] = patient.latent.traits.stranding;
    ring[i] = own.ring;
    if (i % 2 != 0) return;
    patient.imaging.stranding_1 = stranding_of({});
    const auto usual = image_of();
    half_z[i / 2] = z[i];
    mean[i / 2] = own.mean;
    sd[i / 2] = own.sd;
    usual_mean[i / 2] = usual.mean;
    usual_sd[i / 2] = usual.sd;
  });
  EXPECT_LT(correlation(z, ring), -0.7);
  EXPECT_LT(std::abs(caused(half_z, mean, usual_mean)), 0.15);
  EXPECT_LT(std::abs(caused(half_z, sd, usual_sd)), 0.15);
}

/// Points 1.5 mm apart around the tumour of one patient without stranding and with the most.
struct Points {
  image::Geometry geometry;
  std::vector<Phantom::Row> none, most;
  Points() {
    SlicePlan plan;
    plan.geometry.size = {64, 64, 56};
    plan.geometry.spacing_mm = {1.5, 1.5, 1.5};
    plan.geometry.origin_lps = {-48, -40, -42};
    plan.phantom_origin_lps = {0, 0, 0};
    geometry = plan.geometry;
    ImagingTruth truth;
    truth.mrf_distance_mm_1 = 6;
    for (const double amount : {0.0, 1.0}) {
      truth.stranding_1 = amount;
      const Phantom phantom(truth, {}, {}, geometry.direction, 3);
      auto& rows = amount > 0 ? most : none;
      render(phantom, 0, plan, 1, [&](int, int, const Phantom::Row& row) { rows.push_back(row); });
    }
  }
};

TEST(DemoStranding, strands_lie_in_mesorectal_fat_near_the_tumour_and_never_in_it) {
  const Points points;
  image::Mask tumour{points.geometry, std::vector<std::uint8_t>(points.geometry.voxel_count(), 0)};
  std::vector<double> darker;
  for (std::size_t line = 0; line < points.none.size(); ++line) {
    const auto& none = points.none[line];
    const auto& most = points.most[line];
    ASSERT_EQ(none.tumour, most.tumour);
    ASSERT_EQ(none.mesorectum, most.mesorectum);
    for (std::size_t i = 0; i < none.tissue.size(); ++i) {
      tumour.voxels[darker.size()] = none.tumour[i] > 0.5 ? 1 : 0;
      const double fall = none.tissue[i].t2 - most.tissue[i].t2;
      darker.push_back(fall);
      if (none.tumour[i] == 1.0 || none.mesorectum[i] == 0.0) {
        EXPECT_EQ(fall, 0);
      }
      EXPECT_GE(fall, 0);
    }
  }
  // Rings of 2 mm around the tumour; the fat in them, or all there is.
  std::vector<double> mean_fall;
  std::vector<std::uint8_t> inner(darker.size(), 0);
  for (const double width : {2.0, 4.0, 6.0, 8.0, 11.0, 40.0}) {
    const auto ring = ring_around(tumour, width);
    double sum = 0, count = 0;
    for (std::size_t i = 0; i < darker.size(); ++i) {
      const bool fat = points.none[i / 64].mesorectum[i % 64] == 1.0 && points.none[i / 64].tissue[i % 64].t2 > 2.8;
      if (!ring[i] || inner[i] || !fat) continue;
      sum += darker[i];
      ++count;
    }
    ASSERT_GT(count, 100) << width;
    mean_fall.push_back(sum / count);
    inner = ring;
  }
  EXPECT_GT(mean_fall[0], 1.0);
  EXPECT_GT(mean_fall[1], 1.0);
  for (std::size_t r = 2; r < mean_fall.size(); ++r) EXPECT_LT(mean_fall[r], mean_fall[r - 1]) << r;
  EXPECT_LT(mean_fall[4], 0.05);
  EXPECT_LT(mean_fall[5], 1e-4);  // the distance of the phantom is a first-order one
}

TEST(DemoStranding, strands_are_lines_that_leave_the_tumour) {
  const Tumour tumour({}, {}, false, 1, 3);
  const Stranding stranding(3);
  const double amount = 0.5;
  std::vector<double> here, outwards, sideways;
  for (const auto& at : tumour.surface(2.0)) {
    image::Vec3 normal{};
    for (std::size_t a = 0; a < 3; ++a) {
      image::Vec3 next = at;
      next[a] += 0.2;
      normal[a] = tumour.distance(next) - tumour.distance(at);
    }
    const double length = std::hypot(normal[0], normal[1], normal[2]);
    for (auto& component : normal) component /= length;
    // Across the rectum, where slices show them: not the ends of the tumour.
    if (std::abs(normal[2]) > 0.4) continue;
    const auto share = [&](double out_mm, double side_mm) {
      return stranding.share(tumour, amount,
                             {at[0] + out_mm * normal[0] - side_mm * normal[1],
                              at[1] + out_mm * normal[1] + side_mm * normal[0], at[2] + out_mm * normal[2]});
    };
    here.push_back(share(1.5, 0));
    outwards.push_back(share(3.5, 0));  // 2 mm on, either way
    sideways.push_back(share(1.5, 2));
  }
  ASSERT_GT(here.size(), 200u);
  EXPECT_GT(moments(here, nullptr).sd, 0.3 * moments(here, nullptr).mean);
  EXPECT_GT(correlation(here, outwards), correlation(here, sideways) + 0.15);
}

TEST(DemoStranding, more_of_it_is_nowhere_brighter) {
  const Tumour tumour({}, {}, false, 1, 3);
  const Stranding stranding(3);
  Random random(4);
  int inside = 0, strand = 0;
  for (int draw = 0; draw < 5000; ++draw) {
    image::Vec3 at = tumour.centre();
    for (std::size_t a = 0; a < 3; ++a) at[a] += random.uniform(-1.0, 1.0) * tumour.reach()[a];
    double before = stranding.share(tumour, 0, at);
    EXPECT_EQ(before, 0);
    for (const double amount : {0.03, 0.25, 0.5, 0.75, 0.97}) {
      const double share = stranding.share(tumour, amount, at);
      EXPECT_GE(share, before);
      before = share;
    }
    EXPECT_LT(before, 1);
    strand += before > 0 ? 1 : 0;
    if (tumour.distance(at) > 0) continue;
    ++inside;
    EXPECT_EQ(before, 0);
  }
  EXPECT_GT(inside, 200);
  EXPECT_GT(strand, 200);
}

TEST(DemoStranding, after_therapy_it_has_shrunk_with_the_tumour) {
  DemoSettings settings;
  settings.patients = 60;
  for (const auto& patient : draw_cohort(settings)) {
    const auto& imaging = patient.imaging;
    EXPECT_EQ(imaging.stranding_1, stranding_of(patient.latent.traits));
    EXPECT_NEAR(imaging.stranding_2, imaging.stranding_1 * (0.25 + 0.75 * imaging.response.remaining), 1e-12);
  }
  ImagingTruth truth;
  truth.response.remaining = 0.5;
  const auto fat_after = [&](double amount) {
    truth.stranding_2 = amount;
    const auto t2w = Examined(truth).t2w(1);
    const auto ring = ring_around(t2w.tumour, 4.0);
    return moments(t2w.image.voxels, &ring).mean;
  };
  EXPECT_LT(fat_after(0.6), fat_after(0) - 0.1);
}

TEST(DemoDiffusion, map_follows_the_trait_and_t2w_does_not) {
  DemoSettings settings;
  settings.patients = 24;
  const auto cohort = draw_cohort(settings);
  const auto scanners = scanners_of(Scenario::signal);
  const std::size_t n = cohort.size();
  std::vector<double> z(n), seen(n);
  parallel_for(n, 2, [&](std::size_t i) {
    const auto& patient = cohort[i];
    const auto& scanner = scanners[static_cast<std::size_t>(patient.latent.centre)];
    const auto plan = plan_slices(scanner, 0, i);
    const auto phantom = phantom_of(patient, scanner, i);
    const auto adc = acquire_diffusion(phantom, 0, plan_diffusion(plan, scanner.diffusion), scanner,
                                       patient.faults.gas_1 ? kMuchGas : DiffusionErrors{}, i)
                         .adc;
    z[i] = patient.latent.traits.diffusion;
    seen[i] = within(adc, acquire_perfect(phantom, 0, plan).tumour).mean;
    EXPECT_NEAR(patient.imaging.response.adc_before, 1.05 + 0.13 * z[i], 1e-12);
  });
  EXPECT_GT(correlation(z, seen), 0.7);

  ImagingTruth truth;
  truth.response.adc_before = 0.8;
  const auto low = Examined(truth).t2w(0);
  truth.response.adc_before = 1.3;
  EXPECT_EQ(low.image.voxels, Examined(truth).t2w(0).image.voxels);
}

}  // namespace
}  // namespace larc::demo
