#include "core/error.h"
#include "filters/filters_support.h"

namespace larc::filters {
namespace {

/// A quarter turn about index axis 2, a third of a turn about the diagonal, or both.
image::Volume turned(const image::Volume& volume, bool quarter, bool third) {
  image::Volume result = volume;
  const int n = volume.geometry.size[0];  // a cube
  for (int k = 0; k < n; ++k) {
    for (int j = 0; j < n; ++j) {
      for (int i = 0; i < n; ++i) {
        image::Index3 from{i, j, k};
        if (quarter) from = {from[1], n - 1 - from[0], from[2]};
        if (third) from = {from[1], from[2], from[0]};
        result.at(i, j, k) = volume.at(from[0], from[1], from[2]);
      }
    }
  }
  return result;
}

const char* const kFinite[] = {
    "type: original",
    "type: mean, size: 5",
    "type: mean, size: 3, dimension: 2D",
    "type: gaussian, sigma_mm: 1.5",
    "type: log, sigma_mm: 1.2",
    "type: log, sigma_mm: 1.2, dimension: 2D",
    "type: laws, kernels: E5W5R5, rotation_invariant: true, energy_delta: 2",
    "type: laws, kernels: L5E3",
    "type: wavelet, wavelet: db3, subband: LLH, rotation_invariant: true",
    "type: wavelet, wavelet: haar, subband: HL, level: 3",
    "type: wavelet, wavelet: coif1, subband: LHH, level: 2",
    "type: gabor, sigma_mm: 1.5, lambda_mm: 2, gamma: 0.8, theta_step_degrees: 45, cutoff_sigma: 3",
    "type: gabor, sigma_mm: 1.5, lambda_mm: 2, gamma: 1.5, theta_degrees: 30, dimension: 2D, cutoff_sigma: 3"};

TEST(Invariance, RotationInvariantFiltersTurnWithTheImage) {
  const image::Volume image = noise({21, 21, 21});
  for (const char* text : {"type: mean, size: 5", "type: gaussian, sigma_mm: 1.5", "type: log, sigma_mm: 1.2",
                           "type: laws, kernels: E5W5L3, rotation_invariant: true, energy_delta: 2",
                           "type: laws, kernels: E5W5L3, rotation_invariant: true, pooling: min",
                           "type: wavelet, wavelet: db3, subband: LLH, level: 2, rotation_invariant: true",
                           "type: wavelet, wavelet: haar, subband: LHH, rotation_invariant: true, pooling: max",
                           "type: gabor, sigma_mm: 1.5, lambda_mm: 2, theta_step_degrees: 22.5, cutoff_sigma: 3",
                           "type: simoncelli, level: 1"}) {
    for (const char* boundary : {"zero", "nearest", "mirror", "periodic"}) {
      const FilterSettings filter = settings(std::string(text) + ", boundary: " + boundary);
      // The frequency grid of the standard is symmetric for odd sizes only; a periodic image keeps its size.
      if (std::holds_alternative<SimoncelliFilter>(filter.kind) && std::string(boundary) != "periodic") continue;
      const image::Volume response = apply(image, filter);
      const double tolerance = 1e-12 * std::max(range(response.voxels), 255.0);
      for (const auto& [quarter, third] : {std::pair{true, false}, {false, true}, {true, true}}) {
        EXPECT_LT(greatest_difference(apply(turned(image, quarter, third), filter).voxels,
                                      turned(response, quarter, third).voxels),
                  tolerance)
            << filter.name();
      }
    }
  }
}

TEST(Invariance, SliceFiltersTurnInTheirPlane) {
  const image::Volume image = noise({20, 20, 20});
  for (const char* text : {"type: laws, kernels: E5W5, rotation_invariant: true",
                           "type: wavelet, wavelet: db3, subband: LH, rotation_invariant: true",
                           "type: gabor, sigma_mm: 1.5, lambda_mm: 2, theta_step_degrees: 45, dimension: 2D"}) {
    const image::Volume response = apply(image, settings(text));
    EXPECT_LT(greatest_difference(apply(turned(image, true, false), settings(text)).voxels,
                                  turned(response, true, false).voxels),
              1e-12 * range(response.voxels))
        << text;
    EXPECT_GT(greatest_difference(apply(turned(image, false, true), settings(text)).voxels,
                                  turned(response, false, true).voxels),
              1)
        << text;
  }
}

/// Greatest difference inside `box` between filtering everything and filtering the box with `margin` around it.
double crop_difference(const image::Volume& image, const FilterSettings& filter, const image::Box& box,
                       const image::Index3& margin) {
  image::Box wider = box;
  for (std::size_t a = 0; a < 3; ++a) {
    wider.lower[a] = std::max(0, wider.lower[a] - margin[a]);
    wider.upper[a] = std::min(image.geometry.size[a] - 1, wider.upper[a] + margin[a]);
  }
  image::Box inner = box;
  for (std::size_t a = 0; a < 3; ++a) {
    inner.lower[a] -= wider.lower[a];
    inner.upper[a] -= wider.lower[a];
  }
  return greatest_difference(crop(apply(crop(image, wider), filter), inner).voxels,
                             crop(apply(image, filter), box).voxels);
}

TEST(Support, IsAllThatCounts) {
  const image::Volume image = noise({60, 56, 52}, {1, 1.25, 1.5});
  for (const char* text : kFinite) {
    const FilterSettings filter = settings(text);
    const auto support = support_voxels(filter, image.geometry.spacing_mm);
    ASSERT_TRUE(support) << text;
    const double limit = filter.name().starts_with("gabor") ? 1e-11 : 0;
    EXPECT_LE(crop_difference(image, filter, {{26, 24, 22}, {33, 31, 29}}, *support), limit) << text;
    // A region at the image's edge: the crop keeps the edge, and with it the boundary condition.
    EXPECT_LE(crop_difference(image, filter, {{0, 24, 48}, {7, 31, 51}}, *support), limit) << text;
    for (std::size_t a = 0; a < 3; ++a) {
      if ((*support)[a] == 0) continue;
      image::Index3 less = *support;
      --less[a];
      EXPECT_GT(crop_difference(image, filter, {{26, 24, 22}, {33, 31, 29}}, less), 1e-10) << text << ", axis " << a;
    }
  }
  EXPECT_FALSE(support_voxels(settings("type: simoncelli"), {1, 1, 1}));
  EXPECT_FALSE(support_voxels(settings("type: log, sigma_mm: 2, riesz_order: [1, 0, 0]"), {1, 1, 1}));
  EXPECT_EQ(support_voxels(settings("type: log, sigma_mm: 3"), {1, 2, 3}), (image::Index3{12, 6, 4}));
}

TEST(Boundaries, PeriodicResponsesMoveWithTheImage) {
  const image::Volume image = noise({24, 20, 18});
  image::Volume moved = image;
  const auto move = [](const image::Volume& volume) {
    image::Volume result = volume;
    const image::Index3& size = volume.geometry.size;
    for (int k = 0; k < size[2]; ++k) {
      for (int j = 0; j < size[1]; ++j) {
        for (int i = 0; i < size[0]; ++i) {
          result.at((i + 7) % size[0], (j + 3) % size[1], k) = volume.at(i, j, k);
        }
      }
    }
    return result;
  };
  std::vector<std::string> all(std::begin(kFinite) + 1, std::end(kFinite));
  all.insert(all.end(), {"type: simoncelli, level: 2", "type: simoncelli, dimension: 2D, riesz_order: [1, 1]",
                         "type: log, sigma_mm: 1.5, riesz_order: [0, 1, 2]"});
  for (const std::string& text : all) {
    const FilterSettings filter = settings(text + ", boundary: periodic");
    const image::Volume response = apply(image, filter);
    EXPECT_LT(greatest_difference(apply(move(image), filter).voxels, move(response).voxels),
              1e-12 * std::max(range(response.voxels), 255.0))
        << text;
  }
}

TEST(Boundaries, HoldAConstantImage) {
  image::Volume image = noise({12, 11, 10});
  std::fill(image.voxels.begin(), image.voxels.end(), 100.0);
  for (const char* boundary : {"nearest", "mirror", "periodic"}) {
    const std::string end = std::string(", boundary: ") + boundary;
    EXPECT_LT(greatest_difference(apply(image, settings("type: mean, size: 5" + end)).voxels, image.voxels), 1e-12);
    EXPECT_LT(greatest_difference(apply(image, settings("type: gaussian, sigma_mm: 2" + end)).voxels, image.voxels),
              1e-12);
    EXPECT_LT(greatest_difference(apply(image, settings("type: simoncelli, level: 1" + end)).voxels,
                                  std::vector<double>(image.voxels.size(), 0)),
              1e-9);
  }
  const auto zero = apply(image, settings("type: mean, size: 3, boundary: zero"));
  EXPECT_NEAR(zero.at(0, 0, 0), 100 * 8 / 27.0, 1e-12);
  EXPECT_NEAR(zero.at(5, 5, 0), 100 * 18 / 27.0, 1e-12);
  EXPECT_NEAR(zero.at(5, 5, 5), 100, 1e-12);
}

TEST(Slices, DoNotSeeEachOther) {
  const image::Volume image = noise({18, 17, 5});
  image::Volume other = image;
  const std::size_t slice = 18 * 17;
  for (std::size_t i = 2 * slice; i < 3 * slice; ++i) other.voxels[i] += 50;
  for (const char* text :
       {"type: mean, size: 5, dimension: 2D", "type: gaussian, sigma_mm: 1, dimension: 2D",
        "type: log, sigma_mm: 1, dimension: 2D", "type: laws, kernels: L5S5, energy_delta: 2",
        "type: wavelet, wavelet: sym4, subband: HL, level: 2", "type: gabor, sigma_mm: 2, lambda_mm: 3, dimension: 2D",
        "type: simoncelli, dimension: 2D", "type: simoncelli, dimension: 2D, riesz_order: [2, 0]",
        "type: log, sigma_mm: 1, dimension: 2D, riesz_order: [0, 1]"}) {
    const auto a = apply(image, settings(text)), b = apply(other, settings(text));
    const double tolerance = 1e-12 * range(a.voxels);
    for (std::size_t i = 0; i < a.voxels.size(); ++i) {
      if (i / slice == 2) continue;
      ASSERT_NEAR(a.voxels[i], b.voxels[i], tolerance) << text;
    }
  }
}

TEST(Edge, SmallImagesAndBadOnes) {
  for (const char* text : kFinite) {
    for (const image::Index3& size : {image::Index3{1, 1, 1}, image::Index3{5, 4, 1}, image::Index3{2, 1, 9}}) {
      for (const char* boundary : {"zero", "nearest", "mirror", "periodic"}) {
        const std::string filter =
            std::string(text) == "type: original" ? text : std::string(text) + ", boundary: " + boundary;
        const auto response = apply(noise(size), settings(filter));
        EXPECT_EQ(response.voxels.size(), noise(size).voxels.size());
        for (const double value : response.voxels) EXPECT_TRUE(std::isfinite(value)) << filter;
      }
    }
  }
  for (const char* text : {"type: simoncelli, level: 3", "type: log, sigma_mm: 1, riesz_order: [1, 0, 1]"}) {
    for (const double value : apply(noise({5, 4, 1}), settings(text)).voxels) EXPECT_TRUE(std::isfinite(value));
  }
  image::Volume bad = noise({4, 4, 4});
  bad.voxels[5] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(apply(bad, settings("type: mean")), Error);
  bad.voxels.pop_back();
  EXPECT_THROW(apply(bad, settings("type: mean")), Error);
}

TEST(Edge, KernelsTheGridCannotShow) {
  const image::Volume thick = noise({20, 20, 5}, {1, 1, 6});
  for (const char* text : {"type: log, sigma_mm: 0.5", "type: gaussian, sigma_mm: 0.1", "type: gaussian, sigma_mm: 900",
                           "type: gabor, sigma_mm: 0.05, lambda_mm: 1"}) {
    try {
      apply(thick, settings(text));
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::domain);
      EXPECT_NE(error.message().find("sigma_mm"), std::string::npos) << error.message();
    }
    EXPECT_THROW(support_voxels(settings(text), thick.geometry.spacing_mm), Error);
  }
  EXPECT_NO_THROW(apply(thick, settings("type: log, sigma_mm: 0.5, dimension: 2D")));
}

}  // namespace
}  // namespace larc::filters
