// Features of an ellipsoid in an MR-like texture, beside ITK's co-occurrence features of the same region in the same
// run. One thread; the number after the name is the number of voxels wanted in the region.
#include <benchmark/benchmark.h>
#include <itkImage.h>
#include <itkScalarImageToTextureFeaturesFilter.h>

#include <cmath>

#include "core/random.h"
#include "radiomics/extractor.h"

namespace {

using larc::image::Mask;
using larc::image::Volume;

struct Case {
  Volume volume;
  Mask mask;
};

/// Intensities 100-900, correlated over a few voxels; a box tightly around the ellipsoid.
Case make_case(double voxels) {
  const double radius = std::cbrt(voxels * 3 / (4 * 3.14159265358979));
  const int side = 2 * static_cast<int>(std::ceil(radius)) + 3;
  Case item;
  item.volume.geometry.size = {side, side, side};
  item.mask.geometry = item.volume.geometry;
  larc::Random random(1);
  const double centre = (side - 1) / 2.0;
  for (int k = 0; k < side; ++k)
    for (int j = 0; j < side; ++j)
      for (int i = 0; i < side; ++i) {
        const double x = i - centre, y = j - centre, z = k - centre;
        const double wave = std::sin(i * 0.37) + std::sin(j * 0.29 + 1) + std::sin(k * 0.41 + 2);
        item.volume.voxels.push_back(std::round(std::clamp(500 + 90 * wave + 40 * random.normal(), 100.0, 900.0)));
        item.mask.voxels.push_back(x * x + y * y + z * z <= radius * radius ? 1 : 0);
      }
  return item;
}

void extract(benchmark::State& state, const char* family) {
  const Case item = make_case(static_cast<double>(state.range(0)));
  larc::radiomics::ExtractionSettings settings;
  settings.families = {family};
  for (auto _ : state) benchmark::DoNotOptimize(larc::radiomics::extract(item.volume, item.mask, settings));
  state.counters["voxels"] = static_cast<double>(larc::image::voxel_count(item.mask));
}

void larc_first_order(benchmark::State& state) {
  extract(state, "firstorder");
}
void larc_shape(benchmark::State& state) {
  extract(state, "shape");
}
void larc_glcm(benchmark::State& state) {
  extract(state, "glcm");
}

/// ITK: 8 features of the 13 directions, 32 bins. larc_glcm gives 24 features of the same directions.
void itk_glcm(benchmark::State& state) {
  using Image = itk::Image<float, 3>;
  const Case item = make_case(static_cast<double>(state.range(0)));
  const auto fill = [&](const auto& voxels) {
    auto image = Image::New();
    Image::SizeType size;
    for (unsigned a = 0; a < 3; ++a) size[a] = static_cast<itk::SizeValueType>(item.volume.geometry.size[a]);
    image->SetRegions(size);
    image->Allocate();
    std::copy(voxels.begin(), voxels.end(), image->GetBufferPointer());
    return image;
  };
  const auto image = fill(item.volume.voxels), mask = fill(item.mask.voxels);
  for (auto _ : state) {
    auto filter = itk::Statistics::ScalarImageToTextureFeaturesFilter<Image>::New();
    filter->SetInput(image);
    filter->SetMaskImage(mask);
    filter->SetInsidePixelValue(1);
    filter->SetNumberOfBinsPerAxis(32);
    filter->SetPixelValueMinMax(100, 900);
    filter->FastCalculationsOff();
    filter->SetNumberOfWorkUnits(1);
    filter->Update();
    benchmark::DoNotOptimize(filter->GetFeatureMeans());
  }
}

BENCHMARK(larc_first_order)->Arg(5000)->Arg(50000)->Arg(500000)->Unit(benchmark::kMillisecond);
BENCHMARK(larc_shape)->Arg(5000)->Arg(50000)->Arg(500000)->Unit(benchmark::kMillisecond);
BENCHMARK(larc_glcm)->Arg(5000)->Arg(50000)->Arg(500000)->Unit(benchmark::kMillisecond);
BENCHMARK(itk_glcm)->Arg(5000)->Arg(50000)->Arg(500000)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
