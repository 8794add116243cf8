#include "io/dicom/series.h"

#include <map>
#include <tuple>

#include "core/error.h"
#include "core/number.h"
#include "io/dicom/pixels.h"

namespace larc::io::dicom {

using image::Vec3;

namespace {

constexpr double kAxisTolerance = 2e-4;     // direction cosines written with four decimals
constexpr double kSpacingTolerance = 1e-4;  // relative
constexpr double kGapTolerance = 0.01;      // of the slice spacing
constexpr double kGapTolerance_mm = 0.01;

Vec3 cross(const Vec3& a, const Vec3& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}
double dot(const Vec3& a, const Vec3& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
Vec3 scaled(const Vec3& a, double factor) {
  return {a[0] * factor, a[1] * factor, a[2] * factor};
}
Vec3 sum(const Vec3& a, const Vec3& b) {
  return {a[0] + b[0], a[1] + b[1], a[2] + b[2]};
}
double length(const Vec3& a) {
  return std::sqrt(dot(a, a));
}

/// Distance along the slice normal, NaN without geometry.
double along_normal(const DicomInstance& instance, const Vec3& normal) {
  return instance.image_position_lps ? dot(*instance.image_position_lps, normal) : kNaN;
}

void sort_instances(std::vector<DicomInstance>& instances) {
  const auto first = std::find_if(instances.begin(), instances.end(), [](const DicomInstance& i) {
    return i.image_orientation.has_value() && i.image_position_lps.has_value();
  });
  Vec3 normal{0, 0, 0};
  if (first != instances.end()) normal = cross((*first->image_orientation)[0], (*first->image_orientation)[1]);
  const auto key = [&](const DicomInstance& i) {
    const double place = along_normal(i, normal);
    // Absent positions last. Places within a micrometre are equal, so that rounding does not decide.
    return std::make_tuple(std::isnan(place), std::isnan(place) ? 0.0 : std::round(place * 1e3) / 1e3,
                           i.instance_number.value_or(std::numeric_limits<int>::max()), i.sop_instance_uid, i.path);
  };
  std::sort(instances.begin(), instances.end(),
            [&](const DicomInstance& a, const DicomInstance& b) { return key(a) < key(b); });
}

std::string file_name(const DicomInstance& instance) {
  return instance.path.filename().string();
}
std::string mm(double value) {
  return format_fixed(value, 3) + " mm";
}

/// Every slice is a classic image of the same grid. Returns the axes, orthonormal.
std::array<Vec3, 2> check_alike(const std::vector<DicomInstance>& slices) {
  const auto refuse = [](ErrorCode code, const std::string& what) { throw Error(code, what); };
  const DicomInstance& first = slices.front();
  for (const DicomInstance& s : slices) {
    const std::string name = s.path.string();
    if (s.number_of_frames.value_or(1) > 1)
      refuse(ErrorCode::unsupported, name + ": multi-frame image with " + std::to_string(*s.number_of_frames) +
                                         " frames; export it as classic single-frame images");
    if (std::find(s.image_type.begin(), s.image_type.end(), "MOSAIC") != s.image_type.end())
      refuse(ErrorCode::unsupported, name + ": a Siemens mosaic, many slices in one image; export it as single slices");
    if (!s.has_pixel_data)
      refuse(ErrorCode::unsupported, name + ": no integer pixel data; give image files of one series");
    if (!s.rows || !s.columns) refuse(ErrorCode::format, name + ": Rows or Columns is absent; export the file again");
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
    for (std::size_t a = 0; a < 2; ++a) {
      const double here = (*s.pixel_spacing_mm)[a], there = (*first.pixel_spacing_mm)[a];
      if (!(here > 0)) refuse(ErrorCode::domain, name + ": PixelSpacing is not positive; correct the header");
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

/// The common distance of the slices along the normal.
double slice_spacing(const std::vector<DicomInstance>& slices, const Vec3& normal) {
  if (slices.size() == 1) {
    for (const double value : {slices.front().spacing_between_slices_mm, slices.front().slice_thickness_mm})
      if (value > 0) return value;
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
  std::nth_element(ordered.begin(), ordered.begin() + static_cast<std::ptrdiff_t>((ordered.size() - 1) / 2),
                   ordered.end());
  const double typical = ordered[(ordered.size() - 1) / 2];
  const double tolerance = std::max(kGapTolerance * typical, kGapTolerance_mm);
  for (std::size_t k = 0; k < gaps.size(); ++k) {
    if (std::abs(gaps[k] - typical) <= tolerance) continue;
    const double steps = gaps[k] / typical;
    const std::string where = " between " + file_name(slices[k]) + " and " + file_name(slices[k + 1]) + " (slices " +
                              std::to_string(k + 1) + " and " + std::to_string(k + 2) + " of " +
                              std::to_string(slices.size()) + ") is " + mm(gaps[k]) + ", elsewhere " + mm(typical);
    if (steps > 1.5 && steps < 10.5 && std::abs(gaps[k] - std::round(steps) * typical) <= tolerance * std::round(steps))
      throw Error(ErrorCode::domain, "missing slice: the gap" + where + ", so " +
                                         std::to_string(static_cast<long>(std::round(steps)) - 1) +
                                         " missing; send the complete series again");
    throw Error(ErrorCode::domain,
                "uneven gaps: the gap" + where + "; send the series again, or resample it to even slices");
  }
  return (along_normal(slices.back(), normal) - along_normal(slices.front(), normal)) /
         static_cast<double>(gaps.size());
}

void check_not_tilted(const std::vector<DicomInstance>& slices, const std::array<Vec3, 2>& axes, double spacing) {
  const Vec3 origin = *slices.front().image_position_lps;
  for (std::size_t k = 1; k < slices.size(); ++k) {
    const Vec3 step = sum(*slices[k].image_position_lps, scaled(origin, -1));
    const double offset = std::hypot(dot(step, axes[0]), dot(step, axes[1]));
    const double tolerance = std::max(kGapTolerance * spacing, kGapTolerance_mm) + kAxisTolerance * length(step);
    if (offset > tolerance)
      throw Error(ErrorCode::domain, "tilt: " + file_name(slices[k]) + " is shifted by " + mm(offset) +
                                         " within its plane against " + file_name(slices.front()) +
                                         "; the slices do not stack to a rectangular grid, resample the series first");
  }
}

}  // namespace

std::vector<DicomSeries> group_series(std::vector<DicomInstance> instances) {
  std::sort(instances.begin(), instances.end(),
            [](const DicomInstance& a, const DicomInstance& b) { return a.path < b.path; });
  std::map<std::pair<std::string, std::string>, DicomSeries> groups;
  std::set<std::string> seen;
  for (DicomInstance& instance : instances) {
    if (!instance.sop_instance_uid.empty() && !seen.insert(instance.sop_instance_uid).second) continue;
    groups[{instance.study_uid, instance.series_uid}].instances.push_back(std::move(instance));
  }
  std::vector<DicomSeries> all;
  for (auto& [uids, series] : groups) {
    sort_instances(series.instances);
    const DicomInstance& first = series.instances.front();
    series.study_uid = uids.first;
    series.series_uid = uids.second;
    series.frame_of_reference_uid = first.frame_of_reference_uid;
    series.patient_id = first.patient_id;
    series.modality = first.modality;
    series.series_description = first.series_description;
    series.series_number = first.series_number;
    all.push_back(std::move(series));
  }
  const auto key = [](const DicomSeries& s) {
    return std::make_tuple(s.study_uid, s.series_number.value_or(std::numeric_limits<int>::max()), s.series_uid);
  };
  std::sort(all.begin(), all.end(), [&](const DicomSeries& a, const DicomSeries& b) { return key(a) < key(b); });
  return all;
}

std::vector<DicomSeries> split_stacks(const DicomSeries& series) {
  const auto number = [](double value) { return std::isnan(value) ? -1.0 : value; };
  std::vector<std::array<Vec3, 2>> orientations;
  const auto orientation = [&](const DicomInstance& i) {
    if (!i.image_orientation) return std::size_t{0};
    for (std::size_t o = 0; o < orientations.size(); ++o) {
      double worst = 0;
      for (std::size_t a = 0; a < 2; ++a)
        for (std::size_t r = 0; r < 3; ++r)
          worst = std::max(worst, std::abs((*i.image_orientation)[a][r] - orientations[o][a][r]));
      if (worst <= kAxisTolerance) return o + 1;
    }
    orientations.push_back(*i.image_orientation);
    return orientations.size();
  };
  const auto split = [&](const DicomSeries& whole, const auto& key) {
    std::map<decltype(key(whole.instances.front())), DicomSeries> parts;
    DicomSeries empty = whole;
    empty.instances.clear();
    for (const DicomInstance& instance : whole.instances)
      parts.try_emplace(key(instance), empty).first->second.instances.push_back(instance);
    std::vector<DicomSeries> stacks;
    for (auto& [value, part] : parts) {
      sort_instances(part.instances);
      stacks.push_back(std::move(part));
    }
    return stacks;
  };
  const auto repeats = [&](const DicomSeries& stack) {
    for (std::size_t k = 1; k < stack.instances.size(); ++k)
      if (stack.instances[k].image_position_lps == stack.instances[k - 1].image_position_lps) return true;
    return false;
  };
  std::vector<DicomSeries> stacks;
  for (DicomSeries& stack : split(series, [&](const DicomInstance& i) {
         return std::make_tuple(i.rows.value_or(0), i.columns.value_or(0), orientation(i), i.image_type,
                                number(i.b_value), number(i.echo_time_ms), number(i.inversion_time_ms),
                                i.temporal_position.value_or(0));
       })) {
    if (repeats(stack)) {
      for (DicomSeries& part : split(stack, [](const DicomInstance& i) { return i.acquisition_number.value_or(0); }))
        stacks.push_back(std::move(part));
    } else {
      stacks.push_back(std::move(stack));
    }
  }
  return stacks;
}

image::Volume read_series(const DicomSeries& series) {
  if (series.instances.empty()) throw Error(ErrorCode::domain, "a series without images; give its files");
  std::vector<DicomInstance> slices = series.instances;
  const auto axes = check_alike(slices);
  sort_instances(slices);
  const Vec3 normal = cross(axes[0], axes[1]);
  const double spacing = slice_spacing(slices, normal);
  check_not_tilted(slices, axes, spacing);

  const DicomInstance& first = slices.front();
  image::Volume volume;
  image::Geometry& g = volume.geometry;
  g.size = {*first.columns, *first.rows, static_cast<int>(slices.size())};
  g.spacing_mm = {(*first.pixel_spacing_mm)[1], (*first.pixel_spacing_mm)[0], spacing};
  g.origin_lps = *first.image_position_lps;
  for (std::size_t r = 0; r < 3; ++r)
    g.direction[r] = {axes[0][r] + 0.0, axes[1][r] + 0.0, normal[r] + 0.0};  // no negative zero
  image::check_geometry(g, "series");
  volume.voxels.reserve(g.voxel_count());
  for (const DicomInstance& slice : slices) {
    const auto pixels = read_pixels(slice);
    volume.voxels.insert(volume.voxels.end(), pixels.begin(), pixels.end());
  }
  return volume;
}

}  // namespace larc::io::dicom
