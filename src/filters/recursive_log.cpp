#include "filters/recursive_log.h"

#include "core/error.h"
#include "core/number.h"
#include "filters/recursive_kernels.h"

namespace larc::filters {

namespace {

/// One axis: the voxels `first` .. `first + count - 1` are read, of which the window from `lower` to `upper` is wanted.
struct Range {
  int first, count, lower, upper;
  int window() const { return upper - lower + 1; }
};

/// What one scale does along one axis.
struct Axis {
  RecursiveGaussian gaussian;
  Range range;
  std::vector<RowWeights> below, above;  // rows counted from range.first
};

RecursiveGaussian gaussian_of(double sigma_mm, double spacing_mm) {
  const double sigma = sigma_mm / spacing_mm;
  return recursive_gaussian(sigma, sigma * sigma);
}

Axis make_axis(double sigma_mm, double spacing_mm, int size, int lower, int upper, double relative_error) {
  Axis axis{gaussian_of(sigma_mm, spacing_mm), {}, {}, {}};
  const int margin = recursive_reach(axis.gaussian, relative_error / 4);
  const int first = std::max(0, lower - margin), last = std::min(size - 1, upper + margin);
  axis.range = {first, last - first + 1, lower, upper};
  axis.below = rows_below(axis.gaussian, lower - first);
  axis.above = rows_above(axis.gaussian, upper - first, axis.range.count);
  return axis;
}

/// Which index axes play which part: rows are filtered first, then lanes (contiguous in the slice), slices last or
/// never.
struct Roles {
  std::size_t lane, row, slice;
  bool filter_slices;
};

Roles roles_of(const std::optional<int>& slice_axis) {
  if (!slice_axis) return {0, 1, 2, true};
  if (*slice_axis == 0) return {1, 2, 0, false};
  if (*slice_axis == 1) return {0, 2, 1, false};
  return {0, 1, 2, false};
}

/// Buffers that all scales use in turn. A plane holds the window of rows within the window of lanes: (lane, row), rows
/// fastest.
struct Buffers {
  std::vector<double> slice, state, row_smoothed, row_second, turned_smoothed, turned_second;
  std::vector<double> smoothed, second;  // (slice window + 1, plane): the last one serves the slices of the margin
  std::vector<double> slice_state;       // (smoothed below, above, second below, above; 4, plane)
  std::vector<double> result;            // (slice window, plane)
};

double* at_least(std::vector<double>& buffer, std::size_t size) {
  if (buffer.size() < size) buffer.resize(size);
  return buffer.data();
}

/// One scale: what is done along each axis.
struct Scale {
  Axis lane, row, slice;
  bool filter_slices;
  std::size_t plane;  // elements
};

Scale make_scale(const image::Geometry& geometry, const image::Box& box, double sigma_mm, const Roles& roles,
                 double relative_error) {
  const auto axis = [&](std::size_t a) {
    return make_axis(sigma_mm, geometry.spacing_mm[a], geometry.size[a], box.lower[a], box.upper[a], relative_error);
  };
  Scale scale{axis(roles.lane), axis(roles.row), {}, roles.filter_slices, 0};
  const int lower = box.lower[roles.slice], upper = box.upper[roles.slice];
  if (roles.filter_slices)
    scale.slice = axis(roles.slice);
  else
    scale.slice.range = {lower, upper - lower + 1, lower, upper};
  scale.plane =
      static_cast<std::size_t>(scale.lane.range.window()) * static_cast<std::size_t>(scale.row.range.window());
  return scale;
}

/// Filters a slice within its plane. `voxels` is the element at the first row and lane to be read; `smoothed` may be
/// null.
void filter_plane(const Scale& scale, const double* voxels, std::ptrdiff_t row_stride, double* smoothed, double* second,
                  Buffers& buffers) {
  const Axis &row = scale.row, &lane = scale.lane;
  const int lanes = lane.range.count, rows = row.range.window();
  const auto count = static_cast<std::size_t>(lanes) * static_cast<std::size_t>(rows);
  double* state = at_least(buffers.state, 16 * static_cast<std::size_t>(std::max(lanes, rows)));
  std::fill_n(state, 8 * lanes, 0.0);
  feed_rows(voxels, row_stride, row.below, state, lanes);
  feed_rows(voxels, row_stride, row.above, state + 4 * lanes, lanes);
  double* s = at_least(buffers.row_smoothed, count);
  double* d = at_least(buffers.row_second, count);
  const FieldWindow window{voxels + (row.range.lower - row.range.first) * row_stride, row_stride, state,
                           state + 4 * lanes};
  smooth_and_second(row.gaussian, window, rows, lanes, s, d, lanes);

  double* st = at_least(buffers.turned_smoothed, count);
  double* dt = at_least(buffers.turned_second, count);
  transpose(s, lanes, rows, lanes, st, rows);
  transpose(d, lanes, rows, lanes, dt, rows);
  std::fill_n(state, 16 * rows, 0.0);
  feed_rows(st, rows, lane.below, state, rows);
  feed_rows(st, rows, lane.above, state + 4 * rows, rows);
  feed_rows(dt, rows, lane.below, state + 8 * rows, rows);
  feed_rows(dt, rows, lane.above, state + 12 * rows, rows);
  const std::ptrdiff_t start = static_cast<std::ptrdiff_t>(lane.range.lower - lane.range.first) * rows;
  const FieldWindow p{st + start, rows, state, state + 4 * rows};
  const FieldWindow q{dt + start, rows, state + 8 * rows, state + 12 * rows};
  if (smoothed != nullptr)
    smooth_and_mix(lane.gaussian, p, q, lane.range.window(), rows, smoothed, second, rows);
  else
    mix(lane.gaussian, p, q, lane.range.window(), rows, second, rows);
}

/// What a slice in the margin, or at the border, adds to the recursion along the slices.
void feed_slice(const Scale& scale, int row_of_slice, const double* smoothed, const double* second, double* state) {
  const int lanes = static_cast<int>(scale.plane);
  const auto feed = [&](const std::vector<RowWeights>& feeds, double* side) {
    for (const RowWeights& item : feeds)
      if (item.row == row_of_slice) {
        feed_row(smoothed, item.weights, side, lanes);
        feed_row(second, item.weights, side + 8 * scale.plane, lanes);
      }
  };
  feed(scale.slice.below, state);
  feed(scale.slice.above, state + 4 * scale.plane);
}

/// The planes of the result, valid until the buffers are used again.
const double* filter_planes(const image::Volume& image, const Scale& scale, const Roles& roles, Buffers& buffers) {
  const image::Index3& size = image.geometry.size;
  const std::ptrdiff_t strides[] = {1, size[0], static_cast<std::ptrdiff_t>(size[0]) * size[1]};
  const std::ptrdiff_t lane_stride = strides[roles.lane], row_stride = strides[roles.row];
  const Range &slices = scale.slice.range, &lanes = scale.lane.range, &rows = scale.row.range;
  const std::size_t planes = static_cast<std::size_t>(slices.window());
  double* second = at_least(buffers.second, (planes + 1) * scale.plane);
  double* smoothed = scale.filter_slices ? at_least(buffers.smoothed, (planes + 1) * scale.plane) : nullptr;
  if (scale.filter_slices) buffers.slice_state.assign(16 * scale.plane, 0);
  double* state = buffers.slice_state.data();
  for (int k = slices.first; k < slices.first + slices.count; ++k) {
    const double* voxels =
        image.voxels.data() + k * strides[roles.slice] + rows.first * row_stride + lanes.first * lane_stride;
    std::ptrdiff_t stride = row_stride;
    if (lane_stride != 1) {
      double* slice =
          at_least(buffers.slice, static_cast<std::size_t>(lanes.count) * static_cast<std::size_t>(rows.count));
      for (int row = 0; row < rows.count; ++row)
        for (int lane = 0; lane < lanes.count; ++lane)
          slice[row * lanes.count + lane] = voxels[row * row_stride + lane * lane_stride];
      voxels = slice;
      stride = lanes.count;
    }
    const bool inside = k >= slices.lower && k <= slices.upper;
    const std::size_t at = (inside ? static_cast<std::size_t>(k - slices.lower) : planes) * scale.plane;
    filter_plane(scale, voxels, stride, scale.filter_slices ? smoothed + at : nullptr, second + at, buffers);
    if (scale.filter_slices) feed_slice(scale, k - slices.first, smoothed + at, second + at, state);
  }
  if (!scale.filter_slices) return second;
  const auto lanes_of_plane = static_cast<std::ptrdiff_t>(scale.plane);
  const FieldWindow p{smoothed, lanes_of_plane, state, state + 4 * scale.plane};
  const FieldWindow q{second, lanes_of_plane, state + 8 * scale.plane, state + 12 * scale.plane};
  double* result = at_least(buffers.result, planes * scale.plane);
  mix(scale.slice.gaussian, p, q, slices.window(), static_cast<int>(scale.plane), result, lanes_of_plane);
  return result;
}

/// Planes of (lane, row) as a box, i fastest.
void put_in_image_order(const Scale& scale, const double* planes, const Roles& roles, std::vector<double>& values) {
  const int lanes = scale.lane.range.window(), rows = scale.row.range.window(), slices = scale.slice.range.window();
  values.resize(scale.plane * static_cast<std::size_t>(slices));
  for (int k = 0; k < slices; ++k) {
    const double* from = planes + static_cast<std::size_t>(k) * scale.plane;
    if (roles.slice == 2) {
      transpose(from, rows, lanes, rows, values.data() + static_cast<std::size_t>(k) * scale.plane, lanes);
    } else if (roles.slice == 1) {  // lanes along i, rows along k of the image
      transpose(from, rows, lanes, rows, values.data() + static_cast<std::ptrdiff_t>(k) * lanes,
                static_cast<std::ptrdiff_t>(lanes) * slices);
    } else {  // lanes along j, rows along k of the image
      for (int row = 0; row < rows; ++row)
        for (int lane = 0; lane < lanes; ++lane)
          values[(static_cast<std::size_t>(row) * static_cast<std::size_t>(lanes) + static_cast<std::size_t>(lane)) *
                     static_cast<std::size_t>(slices) +
                 static_cast<std::size_t>(k)] = from[lane * rows + row];
    }
  }
}

}  // namespace

void recursive_log(const image::Volume& image, const image::Box& box, const RecursiveLogOptions& options,
                   const std::function<void(std::size_t, std::vector<double>&&)>& sink) {
  for (std::size_t a = 0; a < 3; ++a)
    if (box.lower[a] < 0 || box.upper[a] < box.lower[a] || box.upper[a] >= image.geometry.size[a])
      throw Error(ErrorCode::domain, "the box to filter is empty or not inside the image");
  for (const double sigma : options.sigmas_mm)
    if (!(sigma > 0) || !std::isfinite(sigma))
      throw Error(ErrorCode::domain, "sigma must be above 0 mm, it is " + format_double(sigma));
  const Roles roles = roles_of(options.slice_axis);
  Buffers buffers;
  for (std::size_t s = 0; s < options.sigmas_mm.size(); ++s) {
    const Scale scale = make_scale(image.geometry, box, options.sigmas_mm[s], roles, options.relative_error);
    const double* planes = filter_planes(image, scale, roles, buffers);
    // The smoothed planes are done with: their memory holds the values.
    std::vector<double> values = std::move(buffers.smoothed);
    buffers.smoothed = {};
    put_in_image_order(scale, planes, roles, values);
    sink(s, std::move(values));
  }
}

image::Index3 recursive_log_margin(const image::Vec3& spacing_mm, double sigma_mm, std::optional<int> slice_axis,
                                   double relative_error) {
  image::Index3 margin{0, 0, 0};
  for (std::size_t a = 0; a < 3; ++a)
    if (!slice_axis || static_cast<std::size_t>(*slice_axis) != a)
      margin[a] = recursive_reach(gaussian_of(sigma_mm, spacing_mm[a]), relative_error / 4);
  return margin;
}

}  // namespace larc::filters
