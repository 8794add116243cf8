// One volume from the slices of a stack, or the reason why there is none.
#include "core/error.h"
#include "core/number.h"
#include "io/dicom/middle_slice.h"
#include "io/dicom/pixels.h"
#include "io/dicom/regular_grid.h"
#include "io/dicom/series.h"
#include "io/dicom/slice_order.h"
#include "io/dicom/vectors.h"

namespace larc::io::dicom {

using image::Vec3;

namespace {

constexpr double kSpacingTolerance = 1e-4;  // relative
constexpr double kGapTolerance = 0.01;      // of the slice spacing
constexpr double kGapTolerance_mm = 0.01;
constexpr double kFarthest_mm = 1e5;
constexpr std::size_t kMostVoxels = std::size_t{1} << 27;  // 1 GiB of doubles

double along_normal(const DicomInstance& instance, const Vec3& normal) {
  return dot(*instance.image_position_lps, normal);
}

/// File, and frame or tile where one file holds many.
std::string file_name(const DicomInstance& instance) {
  std::string name = instance.path.filename().string();
  if (instance.frame && instance.number_of_frames.value_or(1) > 1)
    name += " frame " + std::to_string(*instance.frame + 1);
  if (instance.tile) name += " tile " + std::to_string(*instance.tile + 1);
  return name;
}
std::string mm(double value) {
  return format_fixed(value, 3) + " mm";
}

/// Every slice lies on the same grid within its plane. Returns the axes, orthonormal.
std::array<Vec3, 2> check_alike(const std::vector<DicomInstance>& slices) {
  const auto refuse = [](ErrorCode code, const std::string& what) { throw Error(code, what); };
  const DicomInstance& first = slices.front();
  for (const DicomInstance& s : slices) {
    const std::string name = s.path.string();
    if (!s.image_position_lps || !s.image_orientation || !s.pixel_spacing_mm)
      refuse(ErrorCode::domain, name + ": " +
                                    (!s.image_position_lps  ? "ImagePositionPatient"
                                     : !s.image_orientation ? "ImageOrientationPatient"
                                                            : "PixelSpacing") +
                                    " is absent, so the slice has no place in the patient; export the original series");
    if (s.rows != first.rows || s.columns != first.columns)
      refuse(ErrorCode::domain, "mixed matrix size: " + file_name(s) + " has " + std::to_string(*s.rows) + " x " +
                                    std::to_string(*s.columns) + " pixels, " + file_name(first) + " has " +
                                    std::to_string(*first.rows) + " x " + std::to_string(*first.columns) +
                                    "; take the odd images out of the series");
    if (!(length(*s.image_position_lps) < kFarthest_mm))
      refuse(ErrorCode::domain, name + ": ImagePositionPatient lies " + mm(length(*s.image_position_lps)) +
                                    " from the origin; correct the header");
    for (std::size_t a = 0; a < 2; ++a) {
      const double here = (*s.pixel_spacing_mm)[a], there = (*first.pixel_spacing_mm)[a];
      if (!(here > 0 && here < kFarthest_mm))
        refuse(ErrorCode::domain, name + ": PixelSpacing is not positive; correct the header");
      if (std::abs(here - there) > kSpacingTolerance * there)
        refuse(ErrorCode::domain, "mixed pixel spacing: " + file_name(s) + " has " + mm(here) + ", " +
                                      file_name(first) + " has " + mm(there) +
                                      "; take the odd images out of the series");
      for (std::size_t r = 0; r < 3; ++r)
        if (std::abs((*s.image_orientation)[a][r] - (*first.image_orientation)[a][r]) > kAxisTolerance)
          refuse(ErrorCode::domain, "mixed orientation: " + file_name(s) + " is turned against " + file_name(first) +
                                        "; split the series into one stack for each orientation");
    }
  }
  Vec3 row = (*first.image_orientation)[0], column = (*first.image_orientation)[1];
  if (!(std::abs(length(row) - 1) < 1e-3 && std::abs(length(column) - 1) < 1e-3 && std::abs(dot(row, column)) < 1e-3))
    refuse(ErrorCode::domain, first.path.string() +
                                  ": ImageOrientationPatient is not two unit vectors at right angles; "
                                  "correct the header");
  if (std::abs(dot(row, row) - 1) > 1e-14 || std::abs(dot(column, column) - 1) > 1e-14 ||
      std::abs(dot(row, column)) > 1e-14) {
    row = scaled(row, 1 / length(row));
    column = scaled(column, 1 / length(column));
    Vec3 diagonal = sum(row, column), across = sum(row, scaled(column, -1));
    diagonal = scaled(diagonal, std::sqrt(0.5) / length(diagonal));
    across = scaled(across, std::sqrt(0.5) / length(across));
    row = sum(diagonal, across);
    column = sum(diagonal, scaled(across, -1));
  }
  return {row, column};
}

/// How the slices follow each other along the normal.
struct Gaps {
  double spacing_mm = 0;
  bool even = true;
  std::string fault;  // of uneven ones
};

/// errors domain: duplicate positions, a single slice without height
Gaps find_gaps(const std::vector<DicomInstance>& slices, const Vec3& normal) {
  if (slices.size() == 1) {
    for (const double value : {slices.front().spacing_between_slices_mm, slices.front().slice_thickness_mm})
      if (value > 0) return {value, true, {}};
    throw Error(ErrorCode::domain,
                slices.front().path.string() +
                    ": a single slice without SpacingBetweenSlices and SliceThickness; its voxels have "
                    "no height, correct the header");
  }
  std::vector<double> gaps;
  for (std::size_t k = 1; k < slices.size(); ++k)
    gaps.push_back(along_normal(slices[k], normal) - along_normal(slices[k - 1], normal));
  for (std::size_t k = 0; k < gaps.size(); ++k)
    if (gaps[k] < kGapTolerance_mm) {
      const auto piled = 1 + std::count_if(gaps.begin(), gaps.end(), [](double g) { return g < kGapTolerance_mm; });
      const bool all = static_cast<std::size_t>(piled) == slices.size();
      throw Error(ErrorCode::domain,
                  (all ? "all " + std::to_string(slices.size()) + " images lie at one position"
                       : "duplicate positions: " + file_name(slices[k]) + " and " + file_name(slices[k + 1]) +
                             " lie at the same place") +
                      "; split the series into one stack for each b-value, echo or time, or remove the copies");
    }
  std::vector<double> ordered = gaps;
  const auto middle = ordered.begin() + static_cast<std::ptrdiff_t>((ordered.size() - 1) / 2);
  std::nth_element(ordered.begin(), middle, ordered.end());
  const double typical = *middle;
  const double tolerance = std::max(kGapTolerance * typical, kGapTolerance_mm);
  long missing = 0;
  std::string where;
  for (std::size_t k = 0; k < gaps.size(); ++k) {
    if (std::abs(gaps[k] - typical) <= tolerance) continue;
    const double steps = gaps[k] / typical;
    const std::string here = " between " + file_name(slices[k]) + " and " + file_name(slices[k + 1]) + " (slices " +
                             std::to_string(k + 1) + " and " + std::to_string(k + 2) + " of " +
                             std::to_string(slices.size()) + ") is " + mm(gaps[k]) + ", elsewhere " + mm(typical);
    const bool whole =
        steps > 1.5 && steps < 10.5 && std::abs(gaps[k] - std::round(steps) * typical) <= tolerance * std::round(steps);
    if (!whole)
      return {typical, false, "uneven gaps: the gap" + here + "; send the series again, or resample it to even slices"};
    missing += static_cast<long>(std::round(steps)) - 1;
    if (where.empty()) where = here;
  }
  if (missing > 0)
    return {typical, false,
            "missing slice: the gap" + where + ", so " + std::to_string(missing) +
                " missing; send the complete series again"};
  const double whole = along_normal(slices.back(), normal) - along_normal(slices.front(), normal);
  return {whole / static_cast<double>(gaps.size()), true, {}};
}

/// Empty where the slices stand above each other.
std::string find_tilt(const std::vector<DicomInstance>& slices, const std::array<Vec3, 2>& axes, double spacing) {
  const Vec3 origin = *slices.front().image_position_lps;
  for (std::size_t k = 1; k < slices.size(); ++k) {
    const Vec3 step = sum(*slices[k].image_position_lps, scaled(origin, -1));
    const double offset = std::hypot(dot(step, axes[0]), dot(step, axes[1]));
    const double tolerance = std::max(kGapTolerance * spacing, kGapTolerance_mm) + kAxisTolerance * length(step);
    if (offset > tolerance)
      return "tilt: " + file_name(slices[k]) + " is shifted by " + mm(offset) + " within its plane against " +
             file_name(slices.front()) + "; the slices do not stack to a rectangular grid, resample the series first";
  }
  return {};
}

}  // namespace

namespace {

/// The slices of a series in order, and the volume that they are, without voxels.
struct Stack {
  std::vector<DicomInstance> slices;
  image::Geometry geometry;
  Gaps gaps;
  std::string tilt;  // empty: none
};

Stack make_stack(const DicomSeries& series, const ReadOptions& options) {
  if (series.instances.empty()) throw Error(ErrorCode::domain, "a series without images; give its files");
  Stack stack;
  stack.slices = series.instances;
  auto& slices = stack.slices;
  check_slices(slices);
  const auto axes = check_alike(slices);
  sort_slices(slices);
  const Vec3 normal = cross(axes[0], axes[1]);
  stack.gaps = find_gaps(slices, normal);
  if (!stack.gaps.even && options.gaps == GapPolicy::refuse) throw Error(ErrorCode::domain, stack.gaps.fault);
  stack.tilt = find_tilt(slices, axes, stack.gaps.spacing_mm);
  if (!stack.tilt.empty() && options.tilt == TiltPolicy::refuse) throw Error(ErrorCode::domain, stack.tilt);

  const DicomInstance& first = slices.front();
  image::Geometry& g = stack.geometry;
  g.size = {*first.columns, *first.rows, static_cast<int>(slices.size())};
  g.spacing_mm = {(*first.pixel_spacing_mm)[1], (*first.pixel_spacing_mm)[0], stack.gaps.spacing_mm};
  g.origin_lps = *first.image_position_lps;
  for (std::size_t r = 0; r < 3; ++r)
    g.direction[r] = {axes[0][r] + 0.0, axes[1][r] + 0.0, normal[r] + 0.0};  // no negative zero
  image::check_geometry(g, "series");
  if (g.voxel_count() > kMostVoxels)
    throw Error(ErrorCode::unsupported, "a volume of " + std::to_string(g.voxel_count()) + " voxels; larc reads " +
                                            std::to_string(kMostVoxels) + ": crop the series or split it");
  return stack;
}

}  // namespace

SeriesVolume read_series(const DicomSeries& series, const ReadOptions& options) {
  const Stack stack = make_stack(series, options);
  SlicePlanes planes;
  planes.stored.geometry = stack.geometry;
  planes.stored.voxels.resize(stack.geometry.voxel_count());
  read_slices(stack.slices, planes.stored.voxels.data());
  SeriesVolume result;
  if (!stack.tilt.empty() || !stack.gaps.even) {
    for (const DicomInstance& slice : stack.slices) planes.corner_lps.push_back(*slice.image_position_lps);
    if (!stack.tilt.empty()) result.done.push_back(straighten(planes));
    if (!stack.gaps.even) result.done.push_back(even_out(planes, stack.gaps.spacing_mm));
    planes.stored.geometry.origin_lps = planes.corner_lps.front();
  }
  result.volume = std::move(planes.stored);
  return result;
}

image::Volume read_middle_slice(const DicomSeries& series) {
  Stack stack = make_stack(series, ReadOptions{});
  const int middle = stack.geometry.size[2] / 2;
  const DicomInstance& slice = stack.slices[static_cast<std::size_t>(middle)];
  image::Volume volume{stack.geometry, {}};
  volume.geometry.size[2] = 1;
  volume.geometry.origin_lps = *slice.image_position_lps;
  volume.voxels.resize(volume.geometry.voxel_count());
  read_slices({slice}, volume.voxels.data());
  return volume;
}

image::Volume read_series(const DicomSeries& series) {
  return read_series(series, ReadOptions{}).volume;
}

}  // namespace larc::io::dicom
