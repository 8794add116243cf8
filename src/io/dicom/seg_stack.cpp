#include "io/dicom/seg_stack.h"

#include <algorithm>
#include <cmath>

#include "core/number.h"
#include "io/dicom/seg_file.h"

namespace larc::io::dicom {

using image::Geometry;

namespace {

constexpr double kSamePlace_mm = 0.01;
constexpr double kOffSlice = 0.02;  // slices
constexpr double kMostSlices = 65535;

bool all_whole(const std::vector<double>& places, double spacing) {
  if (!(spacing > kSamePlace_mm)) return false;
  return std::all_of(places.begin(), places.end(), [&](double place) {
    const double slice = (place - places.front()) / spacing;
    return slice <= kMostSlices && std::abs(slice - std::round(slice)) <= kOffSlice;
  });
}

}  // namespace

StackResult stack_of(const SegFile& file) {
  const auto fault = [](const std::string& why) { return StackResult{std::nullopt, why}; };
  if (file.frames.empty()) return fault("it has no frame");
  const Geometry& first = file.frames.front().grid;
  std::vector<double> place_of_frame, places;
  for (const auto& frame : file.frames) {
    const Geometry& g = frame.grid;
    for (std::size_t r = 0; r < 3; ++r)
      for (std::size_t a = 0; a < 3; ++a)
        if (std::abs(g.direction[r][a] - first.direction[r][a]) > 1e-4)
          return fault("its frames are turned against each other");
    const image::Vec3 index = first.index_ijk(g.origin_lps);  // along the normal in mm: its spacing is 1
    if (std::abs(index[0]) > kOffSlice || std::abs(index[1]) > kOffSlice ||
        std::abs(g.spacing_mm[0] - first.spacing_mm[0]) > 1e-4 ||
        std::abs(g.spacing_mm[1] - first.spacing_mm[1]) > 1e-4)
      return fault("its frames are shifted against each other along their own plane, or differ in pixel spacing");
    place_of_frame.push_back(index[2]);
  }
  places = place_of_frame;
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end(), [](double a, double b) { return b - a < kSamePlace_mm; }),
               places.end());
  double spacing = file.spacing_between_mm;
  if (places.size() > 1 && !all_whole(places, spacing)) {
    spacing = places.back() - places.front();
    for (std::size_t p = 1; p < places.size(); ++p) spacing = std::min(spacing, places[p] - places[p - 1]);
    if (!all_whole(places, spacing)) return fault("its frames are unevenly spaced");
  }
  if (places.size() == 1 && spacing == 0) spacing = file.thickness_mm;
  if (!(spacing > kSamePlace_mm)) return fault("it is one slice of unknown thickness");
  SegStack stack{first, {}};
  stack.grid.origin_lps = first.point_lps({0, 0, places.front()});
  stack.grid.spacing_mm[2] = spacing;
  stack.grid.size[2] = static_cast<int>(std::lround((places.back() - places.front()) / spacing)) + 1;
  for (const double place : place_of_frame)
    stack.slice_of_frame.push_back(static_cast<int>(std::lround((place - places.front()) / spacing)));
  return {stack, ""};
}

}  // namespace larc::io::dicom
