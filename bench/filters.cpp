// PyRadiomics' image types in the box of a 50,000-voxel region (46^3) of a 256 x 256 x 96 image with 1 mm voxels,
// beside ITK's filter of the whole image (which PyRadiomics calls) in the same run. One thread.
#include <benchmark/benchmark.h>
#include <itkImage.h>
#include <itkLaplacianRecursiveGaussianImageFilter.h>

#include "core/random.h"
#include "filters/pyradiomics_image_types.h"

namespace {

using larc::Json;
using larc::filters::DerivedImage;
using larc::filters::PyRadiomicsImageType;

constexpr larc::image::Box kBox{{100, 90, 25}, {145, 135, 70}};

const larc::image::Volume& image() {
  static const larc::image::Volume kImage = [] {
    larc::image::Volume volume;
    volume.geometry.size = {256, 256, 96};
    volume.voxels.reserve(volume.geometry.voxel_count());
    larc::Random random(1);
    for (int k = 0; k < 96; ++k)
      for (int j = 0; j < 256; ++j)
        for (int i = 0; i < 256; ++i) {
          const double wave = std::sin(i * 0.37) + std::sin(j * 0.29 + 1) + std::sin(k * 0.41 + 2);
          volume.voxels.push_back(std::round(500 + 90 * wave + 40 * random.normal()));
        }
    return volume;
  }();
  return kImage;
}

void derive(benchmark::State& state, const std::vector<std::pair<const char*, Json>>& types) {
  std::vector<PyRadiomicsImageType> parsed;
  for (const auto& [type, options] : types) parsed.push_back(PyRadiomicsImageType::from_json(type, options));
  int images = 0;
  image();
  for (auto _ : state) {
    images = 0;
    for (const PyRadiomicsImageType& type : parsed)
      larc::filters::for_each_derived_image(image(), kBox, type, [&](DerivedImage&& derived) {
        benchmark::DoNotOptimize(derived.volume.voxels.data());
        ++images;
      });
  }
  state.counters["images"] = images;
}

const Json kLog{{"sigma", {1.0, 3.0, 5.0}}};
const Json kWavelet{{"wavelet", "coif1"}};

void log_and_wavelet(benchmark::State& state) {
  derive(state, {{"LoG", kLog}, {"Wavelet", kWavelet}});
}
void log_at(benchmark::State& state) {
  derive(state, {{"LoG", {{"sigma", {static_cast<double>(state.range(0))}}}}});
}
void log_2d(benchmark::State& state) {
  derive(state, {{"LoG", {{"sigma", {1.0, 3.0, 5.0}}, {"log2D", true}}}});
}
void wavelet(benchmark::State& state) {
  derive(state, {{"Wavelet", kWavelet}});
}
void wavelet_2_levels(benchmark::State& state) {
  derive(state, {{"Wavelet", {{"wavelet", "coif1"}, {"level", 2}}}});
}
void square(benchmark::State& state) {
  derive(state, {{"Square", {}}});
}
void gradient(benchmark::State& state) {
  derive(state, {{"Gradient", {}}});
}
void lbp_2d(benchmark::State& state) {
  derive(state, {{"LBP2D", {}}});
}
void lbp_3d(benchmark::State& state) {
  derive(state, {{"LBP3D", {}}});
}

/// ITK filters the whole image: its recursion has no notion of a box.
void itk_log_whole_image(benchmark::State& state) {
  using Image = itk::Image<float, 3>;
  auto input = Image::New();
  input->SetRegions(Image::SizeType{256, 256, 96});
  input->Allocate();
  std::transform(image().voxels.begin(), image().voxels.end(), input->GetBufferPointer(),
                 [](double v) { return static_cast<float>(v); });
  for (auto _ : state) {
    auto filter = itk::LaplacianRecursiveGaussianImageFilter<Image, Image>::New();
    filter->SetInput(input);
    filter->SetNormalizeAcrossScale(true);
    filter->SetSigma(static_cast<double>(state.range(0)));
    filter->SetNumberOfWorkUnits(1);
    filter->Update();
    benchmark::DoNotOptimize(filter->GetOutput()->GetBufferPointer());
  }
}

BENCHMARK(log_and_wavelet)->Unit(benchmark::kMillisecond);
BENCHMARK(log_at)->Arg(1)->Arg(3)->Arg(5)->Unit(benchmark::kMillisecond);
BENCHMARK(log_2d)->Unit(benchmark::kMillisecond);
BENCHMARK(wavelet)->Unit(benchmark::kMillisecond);
BENCHMARK(wavelet_2_levels)->Unit(benchmark::kMillisecond);
BENCHMARK(square)->Unit(benchmark::kMillisecond);
BENCHMARK(gradient)->Unit(benchmark::kMillisecond);
BENCHMARK(lbp_2d)->Unit(benchmark::kMillisecond);
BENCHMARK(lbp_3d)->Unit(benchmark::kMillisecond);
BENCHMARK(itk_log_whole_image)->Arg(3)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
