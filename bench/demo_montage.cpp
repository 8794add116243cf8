// Pictures of the synthetic cohort for a human eye: for each patient T2w, T2w with the tumour's outline, DWI at the
// high b-value and ADC, before therapy and after it, at the level where the first tumour is widest.
//   bench_demo_montage OUT.png [PATIENTS] [SEED] [FIRST]
#include <png.h>

#include <cmath>
#include <cstdio>

#include "core/error.h"
#include "core/number.h"
#include "demo/acquisition.h"
#include "demo/demo.h"
#include "demo/diffusion.h"

namespace {

using namespace larc;

constexpr int kTile = 150;       // pixels
constexpr double kTileMm = 133;  // side of a tile
constexpr int kGap = 3;

struct Picture {
  int width, height;
  std::vector<std::uint8_t> rgb;
  Picture(int w, int h) : width(w), height(h), rgb(static_cast<std::size_t>(3 * w * h), 255) {}
  void put(int x, int y, int r, int g, int b) {
    std::uint8_t* p = rgb.data() + 3 * static_cast<std::ptrdiff_t>(y * width + x);
    p[0] = static_cast<std::uint8_t>(r);
    p[1] = static_cast<std::uint8_t>(g);
    p[2] = static_cast<std::uint8_t>(b);
  }
};

int widest_slice(const image::Mask& mask) {
  int best = mask.geometry.size[2] / 2;
  std::size_t most = 0;
  for (int k = 0; k < mask.geometry.size[2]; ++k) {
    std::size_t area = 0;
    for (int j = 0; j < mask.geometry.size[1]; ++j)
      for (int i = 0; i < mask.geometry.size[0]; ++i) area += mask.at(i, j, k) ? 1 : 0;
    if (area > most) {
      most = area;
      best = k;
    }
  }
  return best;
}

double level(const image::Volume& volume, double share) {
  std::vector<double> sorted = volume.voxels;
  const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(sorted.size() - 1));
  std::nth_element(sorted.begin(), at, sorted.end());
  return *at;
}

/// The slice through height `w_mm` above the middle, bilinear within it.
void draw(Picture& picture, int left, int top, const image::Volume& volume, double w_mm, double high,
          const image::Mask* outline) {
  const auto& g = volume.geometry;
  const int k =
      std::clamp(static_cast<int>(std::lround(w_mm / g.spacing_mm[2] + 0.5 * (g.size[2] - 1))), 0, g.size[2] - 1);
  const auto index = [&](int pixel, std::size_t axis) {
    return (pixel + 0.5 - kTile / 2.0) * kTileMm / kTile / g.spacing_mm[axis] + 0.5 * (g.size[axis] - 1);
  };
  const auto inside = [&](int x, int y) {
    const int i = static_cast<int>(std::lround(index(x, 0))), j = static_cast<int>(std::lround(index(y, 1)));
    return i >= 0 && j >= 0 && i < g.size[0] && j < g.size[1] && outline->at(i, j, k);
  };
  for (int y = 0; y < kTile; ++y)
    for (int x = 0; x < kTile; ++x) {
      const double a = std::clamp(index(x, 0), 0.0, g.size[0] - 1.001);
      const double b = std::clamp(index(y, 1), 0.0, g.size[1] - 1.001);
      const int i = static_cast<int>(a), j = static_cast<int>(b);
      const double fa = a - i, fb = b - j;
      const double value = (1 - fb) * ((1 - fa) * volume.at(i, j, k) + fa * volume.at(i + 1, j, k)) +
                           fb * ((1 - fa) * volume.at(i, j + 1, k) + fa * volume.at(i + 1, j + 1, k));
      const int grey = static_cast<int>(std::lround(255 * std::clamp(value / high, 0.0, 1.0)));
      const bool border = outline != nullptr && inside(x, y) &&
                          !(inside(x - 1, y) && inside(x + 1, y) && inside(x, y - 1) && inside(x, y + 1));
      if (border) {
        picture.put(left + x, top + y, 255, 176, 0);
      } else {
        picture.put(left + x, top + y, grey, grey, grey);
      }
    }
}

void save(const Picture& picture, const char* path) {
  // Grey levels with one colour: a palette keeps the file small.
  std::vector<std::uint8_t> palette, indices;
  for (int level_of = 0; level_of < 64; ++level_of)
    for (int c = 0; c < 3; ++c) palette.push_back(static_cast<std::uint8_t>(std::lround(level_of * 255 / 63.0)));
  palette.insert(palette.end(), {255, 176, 0});
  for (std::size_t p = 0; p < picture.rgb.size(); p += 3) {
    const bool grey = picture.rgb[p] == picture.rgb[p + 2];
    indices.push_back(grey ? static_cast<std::uint8_t>(std::lround(picture.rgb[p] * 63 / 255.0)) : 64);
  }
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(picture.width);
  image.height = static_cast<png_uint_32>(picture.height);
  image.format = PNG_FORMAT_RGB_COLORMAP;
  image.colormap_entries = 65;
  if (!png_image_write_to_file(&image, path, 0, indices.data(), 0, palette.data()))
    throw Error(ErrorCode::io, std::string(path) + " cannot be written: " + image.message);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc < 2) throw Error(ErrorCode::usage, "usage: bench_demo_montage OUT.png [PATIENTS] [SEED] [FIRST]");
    const auto number = [&](int i, int otherwise) { return i < argc ? std::atoi(argv[i]) : otherwise; };
    const int patients = number(2, 12);
    demo::DemoSettings settings;
    settings.seed = static_cast<std::uint64_t>(number(3, 1));
    const auto cohort = demo::draw_cohort(settings);
    const auto scanners = demo::scanners_of(settings.scenario);
    const int across = patients > 1 ? 2 : 1;  // patients side by side
    const int down = (patients + across - 1) / across;
    const int block = 4 * (kTile + kGap);
    Picture picture(across * block + (across - 1) * 3 * kGap, down * (2 * (kTile + kGap) + 3 * kGap));
    for (int p = 0; p < patients; ++p) {
      const auto& patient =
          cohort[(static_cast<std::size_t>(number(4, 0)) + static_cast<std::size_t>(p) * 10) % cohort.size()];
      const auto imaging = demo::imaging_of(patient);
      const auto& scanner = scanners[static_cast<std::size_t>(patient.latent.centre)];
      const auto seed = derive_seed(settings.seed, "demo image " + patient.id);
      const demo::Phantom phantom(imaging.truth, imaging.faults, imaging.habitus,
                                  demo::plan_slices(scanner, 0, seed).geometry.direction, seed);
      double w = 0, high = 1, b_high = 1;
      for (int examination = 0; examination < 2; ++examination) {
        const auto own = derive_seed(seed, "examination", static_cast<std::uint64_t>(examination));
        const auto plan = demo::plan_slices(scanner, examination, seed);
        const auto t2w = demo::degrade(demo::acquire_perfect(phantom, examination, plan), scanner,
                                       examination == 0 && imaging.faults.motion_1, own);
        const auto dwi =
            demo::acquire_diffusion(phantom, examination, demo::plan_diffusion(plan, scanner.diffusion), scanner,
                                    examination == 0 ? imaging.faults.gas_1 : imaging.faults.gas_2, own);
        const auto& g = t2w.image.geometry;
        if (examination == 0) w = (widest_slice(t2w.tumour) - 0.5 * (g.size[2] - 1)) * g.spacing_mm[2];
        high = 1.25 * level(t2w.image, 0.85);
        b_high = level(dwi.high, 0.996);
        const int left = (p % across) * (block + 3 * kGap);
        const int top = (p / across) * (2 * (kTile + kGap) + 3 * kGap) + examination * (kTile + kGap);
        const int step = kTile + kGap;
        draw(picture, left, top, t2w.image, w, high, nullptr);
        draw(picture, left + step, top, t2w.image, w, high, &t2w.tumour);
        draw(picture, left + 2 * step, top, dwi.high, w, b_high, nullptr);
        draw(picture, left + 3 * step, top, dwi.adc, w, 3.0, nullptr);
      }
      std::printf("%s  volume %.1f ml, mrf %.1f mm (measured %.2f), deposits %d, remaining %.2f, gas %d/%d%s\n",
                  patient.id.c_str(), imaging.truth.before.volume_ml, imaging.truth.mrf_distance_mm_1,
                  phantom.mrf_distance_mm(), imaging.truth.deposits, imaging.truth.response.remaining,
                  imaging.faults.gas_1 ? 1 : 0, imaging.faults.gas_2 ? 1 : 0,
                  imaging.truth.bladder_invaded ? ", grows to the front" : "");
    }
    save(picture, argv[1]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
