#pragma once
// Contours of one region onto an image. Internal: includes DCMTK.
#include <set>

#include "io/dicom/contours.h"
#include "io/dicom/dataset.h"
#include "io/dicom/rtstruct.h"

namespace larc::io::dicom {

/// Whether a contour encloses an area (PS3.3 C.8.8.6.3).
bool is_closed(DcmItem& contour);

/// Paints contours into a mask, one after the other.
class RoiPainter {
 public:
  /// name  of file and region, for messages
  RoiPainter(const image::Geometry& geometry, std::string name);
  /// number  of the contour in its region, from 1. errors format, geometry_mismatch, as read_roi
  void paint(DcmItem& contour, std::size_t number);
  RtMask finish();

 private:
  const image::Geometry& geometry_;
  std::string name_;
  image::Mask mask_;
  std::vector<double> place_of_slice_;  // continuous slice index of its contours, NaN without
  std::set<std::pair<int, Loop>> seen_;
  std::size_t degenerate_ = 0, twice_ = 0;
  double farthest_slices_ = 0;
};

}  // namespace larc::io::dicom
