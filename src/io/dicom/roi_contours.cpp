#include "io/dicom/roi_contours.h"

#include <cmath>
#include <limits>

#include "core/number.h"
#include "core/text.h"
#include "image/placement.h"
#include "io/dicom/keyholes.h"

namespace larc::io::dicom {

using image::Geometry;
using image::Vec3;

namespace {

// Contours of a slice lie in its plane; exported coordinates are rounded to 1e-2 mm at worst.
constexpr double kFlatness_slices = 0.1;
constexpr double kOutside_voxels = 0.5 + 1e-3;
// A contour half-way between two slices goes up, whatever rounding left of it.
constexpr double kHalfway_slices = 0.005;
// Corners that fall on voxel centres come rounded to a few decimals; without snapping the rounding would decide.
constexpr double kSnap_voxels = 1e-3;

struct PlacedLoop {
  Loop loop;
  double place;  // continuous slice index
};

PlacedLoop place_contour(DcmItem& contour, const Geometry& g, const std::string& where) {
  const auto values = numbers_of(contour, DCM_ContourData, where);
  const auto announced = integer_of(contour, DCM_NumberOfContourPoints, where);
  if (values.size() % 3 != 0 || (announced && static_cast<std::size_t>(std::max(0, *announced)) != values.size() / 3))
    throw Error(ErrorCode::format, where + ": " + std::to_string(values.size()) + " coordinates for " +
                                       (announced ? std::to_string(*announced) : "an unknown number of") +
                                       " points; export the structure set again");
  PlacedLoop placed{{}, 0};
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (std::size_t p = 0; p + 2 < values.size(); p += 3) {
    Vec3 index = g.index_ijk({values[p], values[p + 1], values[p + 2]});
    for (std::size_t axis = 0; axis < 2; ++axis) {
      const double nearest = std::round(index[axis]);
      if (std::abs(index[axis] - nearest) < kSnap_voxels) index[axis] = nearest;
      if (!(index[axis] >= -kOutside_voxels && index[axis] <= g.size[axis] - 1 + kOutside_voxels))
        throw Error(ErrorCode::geometry_mismatch, where + " leaves the image: index " + format_fixed(index[axis], 2) +
                                                      " along axis " + std::to_string(axis) + " of " +
                                                      std::to_string(g.size[axis]) +
                                                      " voxels; give the image it was drawn on");
    }
    placed.loop.push_back({index[0], index[1]});
    low = std::min(low, index[2]);
    high = std::max(high, index[2]);
  }
  if (placed.loop.empty()) return placed;
  if (!(high - low <= kFlatness_slices))
    throw Error(ErrorCode::geometry_mismatch, where + " is not parallel to the slices of the image: it spans " +
                                                  format_fixed(high - low, 2) +
                                                  " slices; give the image it was drawn on");
  placed.place = 0.5 * (low + high);
  if (placed.place < -0.5 || placed.place > g.size[2] - 0.5)
    throw Error(ErrorCode::geometry_mismatch, where + " leaves the image: slice index " +
                                                  format_fixed(placed.place, 2) + " of " + std::to_string(g.size[2]) +
                                                  " slices; give the image it was drawn on");
  return placed;
}

std::string gaps_in(const std::vector<double>& place_of_slice) {
  std::vector<std::string> gaps;
  std::size_t last = place_of_slice.size(), count = 0;
  for (std::size_t k = 0; k < place_of_slice.size(); ++k) {
    if (std::isnan(place_of_slice[k])) continue;
    for (std::size_t gap = last + 1; last < place_of_slice.size() && gap < k; ++gap)
      if (++count <= 10) gaps.push_back(std::to_string(gap + 1));
    last = k;
  }
  return join(gaps, ", ") + (count > 10 ? " and " + std::to_string(count - 10) + " more" : "");
}

}  // namespace

bool is_closed(DcmItem& contour) {
  const std::string type = text_of(contour, DCM_ContourGeometricType);
  return type == "CLOSED_PLANAR" || type == "CLOSEDPLANAR_XOR" || type == "CLOSED_PLANAR_XOR";
}

RoiPainter::RoiPainter(const Geometry& geometry, std::string name)
    : geometry_(geometry),
      name_(std::move(name)),
      mask_{geometry, std::vector<std::uint8_t>(geometry.voxel_count(), 0)},
      place_of_slice_(static_cast<std::size_t>(geometry.size[2]), kNaN) {}

void RoiPainter::paint(DcmItem& contour, std::size_t number) {
  PlacedLoop placed = place_contour(contour, geometry_, name_ + ", contour " + std::to_string(number));
  if (placed.loop.size() < 3) {
    ++degenerate_;
    return;
  }
  const int k = std::clamp(image::nearest_index(placed.place + kHalfway_slices), 0, geometry_.size[2] - 1);
  double& seen = place_of_slice_[static_cast<std::size_t>(k)];
  if (std::isnan(seen)) seen = placed.place;
  if (std::abs(seen - placed.place) > kFlatness_slices)
    throw Error(ErrorCode::geometry_mismatch, name_ + ": contours at two heights fall on slice " +
                                                  std::to_string(k + 1) +
                                                  "; they were drawn on thinner slices, give that image");
  farthest_slices_ = std::max(farthest_slices_, std::abs(placed.place - k));
  for (const Loop& loop : open_keyholes(placed.loop)) invert_within(loop, mask_, k);
  // Contours that were stored twice would erase each other; only the XOR type asks for that.
  if (text_of(contour, DCM_ContourGeometricType) == "CLOSED_PLANAR" && !seen_.emplace(k, placed.loop).second) {
    for (const Loop& loop : open_keyholes(placed.loop)) invert_within(loop, mask_, k);
    ++twice_;
  }
}

RtMask RoiPainter::finish() {
  RtMask result{std::move(mask_), 0, {}};
  result.volume_mm3 = image::volume_mm3(result.mask);
  if (degenerate_ > 0)
    result.notes.push_back(std::to_string(degenerate_) + " contours of fewer than three corners were left out");
  if (twice_ > 0) result.notes.push_back(std::to_string(twice_) + " contours that were stored twice counted once");
  if (farthest_slices_ > kFlatness_slices)
    result.notes.push_back("contours lie up to " + format_fixed(farthest_slices_, 2) +
                           " slices from the slice that they were given to");
  if (const std::string gaps = gaps_in(place_of_slice_); !gaps.empty())
    result.notes.push_back("no contour on slices " + gaps + " between others");
  return result;
}

}  // namespace larc::io::dicom
