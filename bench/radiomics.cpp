// Features of an ellipsoid in an MR-like texture, family by family and all together, beside ITK's co-occurrence
// features of the same region in the same run. One thread, 32 grey levels; the number after the name is about the
// number of voxels in the region. Counters: voxels, and features computed.
#include <benchmark/benchmark.h>
#include <itkImage.h>
#include <itkScalarImageToTextureFeaturesFilter.h>

#include "ellipsoid.h"
#include "radiomics/extractor.h"

namespace {

using larc::bench::Case;

const Case& region_of(std::int64_t voxels) {
  static std::map<std::int64_t, Case> cases;
  auto found = cases.find(voxels);
  if (found == cases.end()) found = cases.emplace(voxels, larc::bench::make_case(static_cast<double>(voxels))).first;
  return found->second;
}

void extract(benchmark::State& state, const std::vector<std::string>& families) {
  const Case& item = region_of(state.range(0));
  larc::radiomics::ExtractionSettings settings;
  settings.families = families;
  std::size_t features = 0;
  for (auto _ : state) features = larc::radiomics::extract(item.volume, item.mask, settings).features.size();
  state.counters["voxels"] = static_cast<double>(larc::image::voxel_count(item.mask));
  state.counters["features"] = static_cast<double>(features);
}

/// ITK: 8 features of the 13 directions, 32 bins. larc/glcm gives 24 features of the same directions.
void itk_glcm(benchmark::State& state) {
  using Image = itk::Image<float, 3>;
  const Case& item = region_of(state.range(0));
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
  state.counters["voxels"] = static_cast<double>(larc::image::voxel_count(item.mask));
  state.counters["features"] = 8;
}

void sizes(benchmark::internal::Benchmark* item) {
  for (const std::int64_t voxels : {5000, 50000, 500000, 3000000}) item->Arg(voxels);
  item->Unit(benchmark::kMillisecond);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> seven{"firstorder", "shape", "glcm", "glrlm", "glszm", "gldm", "ngtdm"};
  for (const std::string& family : seven)
    benchmark::RegisterBenchmark(("larc/" + family).c_str(), [family](benchmark::State& state) {
      extract(state, {family});
    })->Apply(sizes);
  benchmark::RegisterBenchmark("larc/all_seven", [seven](benchmark::State& state) {
    extract(state, seven);
  })->Apply(sizes);
  benchmark::RegisterBenchmark("itk/glcm", itk_glcm)->Apply(sizes);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
