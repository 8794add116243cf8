#include "core/error.h"
#include "core/number.h"
#include "filters/gradient_magnitude.h"
#include "filters/pyradiomics_image_types.h"
#include "filters/recursive_log.h"
#include "filters/stationary_wavelet.h"
#include "image/box.h"

namespace larc::filters {

namespace {

using Type = PyRadiomicsImageType;

std::optional<int> filtered_slice_axis(const Type& type, const Type::Log& log) {
  return log.slice_wise ? std::optional<int>(type.slice_axis) : std::nullopt;
}

std::string log_name(const Type::Log& log, std::size_t scale) {
  return "log-sigma-" + log.sigma_names[scale] + (log.slice_wise ? "-mm-2D" : "-mm-3D");
}

StationaryWaveletOptions wavelet_options(const Type& type, const Type::Wavelet& wavelet) {
  StationaryWaveletOptions options{wavelet.filters, wavelet.start_level, wavelet.level, {true, true, true}};
  if (type.force_2d) options.axes[static_cast<std::size_t>(type.slice_axis)] = false;
  return options;
}

std::string band_name(int level, const std::string& letters) {
  return (level == 1 ? "wavelet-" : "wavelet" + std::to_string(level) + "-") + letters;
}

std::vector<std::string> wavelet_names(const Type& type, const Type::Wavelet& wavelet) {
  const int axes = type.force_2d ? 2 : 3;
  std::vector<std::string> names;
  for (int level = 1; level <= wavelet.level; ++level)
    for (int band = 1; band < 1 << axes; ++band) {
      std::string letters;
      for (int a = axes - 1; a >= 0; --a) letters += (band >> a & 1) != 0 ? 'H' : 'L';
      names.push_back(band_name(level, letters));
    }
  names.push_back(band_name(wavelet.level, std::string(static_cast<std::size_t>(axes), 'L')));
  return names;
}

const char* point_name(Type::Point point) {
  switch (point) {
    case Type::Point::square:
      return "square";
    case Type::Point::square_root:
      return "squareroot";
    case Type::Point::logarithm:
      return "logarithm";
    case Type::Point::exponential:
      break;
  }
  return "exponential";
}

/// Why the formula gives nothing for this image; empty if it does.
std::string undefined_point(Type::Point point, double largest) {
  if (std::isnan(largest)) return "voxels are NaN or infinite; mend the image";
  if (largest == 0 && point != Type::Point::square_root) return "the image is 0 everywhere: its scale is undefined";
  return "";
}

void apply_point(Type::Point point, double largest, std::vector<double>& voxels) {
  if (point == Type::Point::square) {
    const double factor = 1 / std::sqrt(largest);
    for (double& v : voxels) v = (factor * v) * (factor * v);
  } else if (point == Type::Point::square_root) {
    for (double& v : voxels) v = std::copysign(std::sqrt(std::abs(v) * largest), v);
  } else if (point == Type::Point::logarithm) {
    const double factor = largest / std::log(largest + 1);
    for (double& v : voxels) v = std::copysign(std::log(std::abs(v) + 1), v) * factor;
  } else {
    const double factor = std::log(largest) / largest;
    for (double& v : voxels) v = std::exp(factor * v);
  }
}

/// Why PyRadiomics gives no LoG of this scale; empty if it does.
std::string unfit_for_log(const image::Geometry& geometry, double sigma_mm, const std::optional<int>& slice_axis) {
  for (std::size_t a = 0; a < 3; ++a) {
    if (slice_axis && static_cast<std::size_t>(*slice_axis) == a) continue;
    const double needed = std::max(4.0, std::ceil(sigma_mm / geometry.spacing_mm[a]) + 1);
    if (geometry.size[a] < needed)
      return "the image has " + std::to_string(geometry.size[a]) + " voxels along axis " + std::to_string(a) +
             ", sigma " + format_double(sigma_mm) + " mm needs at least " + format_double(needed);
  }
  return "";
}

void check_box(const image::Geometry& geometry, const image::Box& box) {
  for (std::size_t a = 0; a < 3; ++a)
    if (box.lower[a] < 0 || box.upper[a] < box.lower[a] || box.upper[a] >= geometry.size[a])
      throw Error(ErrorCode::domain, "the box to filter is empty or not inside the image");
}

/// Makes the images of one type; one member function a kind.
class Maker {
 public:
  Maker(const image::Volume& image, const image::Box& box, const Type& type, const DerivedImageSink& sink,
        ImageFacts& facts)
      : image_(image),
        box_(box),
        type_(type),
        sink_(sink),
        facts_(facts),
        geometry_(image::part_of(image.geometry, box)) {}

  void operator()(const Type::Original&) { give("original", image::crop(image_, box_).voxels); }

  void operator()(const Type::Log& log) {
    const auto slice_axis = filtered_slice_axis(type_, log);
    if (log.sigmas_mm.empty()) skip("log-sigma", "no scale is given; set 'sigma' to a list of mm");
    RecursiveLogOptions options{{}, slice_axis};
    std::vector<std::string> names;
    for (std::size_t s = 0; s < log.sigmas_mm.size(); ++s) {
      const std::string reason = unfit_for_log(image_.geometry, log.sigmas_mm[s], slice_axis);
      if (!reason.empty()) {
        skip(log_name(log, s), reason);
        continue;
      }
      options.sigmas_mm.push_back(log.sigmas_mm[s]);
      names.push_back(log_name(log, s));
    }
    recursive_log(image_, box_, options,
                  [&](std::size_t scale, std::vector<double>&& values) { give(names[scale], std::move(values)); });
  }

  void operator()(const Type::Wavelet& wavelet) {
    stationary_wavelet(image_, box_, wavelet_options(type_, wavelet),
                       [&](int level, const std::string& letters, std::vector<double>&& values) {
                         give(band_name(level, letters), std::move(values));
                       });
  }

  void operator()(Type::Point point) {
    if (!facts_.largest_magnitude) facts_.largest_magnitude = largest_magnitude(image_);
    const std::string reason = undefined_point(point, *facts_.largest_magnitude);
    if (!reason.empty()) return skip(point_name(point), reason);
    std::vector<double> values = image::crop(image_, box_).voxels;
    apply_point(point, *facts_.largest_magnitude, values);
    give(point_name(point), std::move(values));
  }

  void operator()(const Type::Gradient& gradient) {
    give("gradient", gradient_magnitude(image_, box_, gradient.use_spacing));
  }

  void operator()(const Lbp2dOptions& lbp) {
    std::vector<double> values = lbp_2d(image_, box_, lbp);
    // PyRadiomics puts the patterns back into an image of the input's type.
    if (lbp.method == Lbp2dMethod::variance && whole_numbers())
      for (double& v : values) v = std::trunc(v);
    give("lbp-2D", std::move(values));
  }

  void operator()(Lbp3dOptions lbp) {
    lbp.whole_numbers = whole_numbers();
    lbp_3d(image_, box_, lbp, [&](int n, std::vector<double>&& values) {
      give(n < lbp.levels ? "lbp-3D-m" + std::to_string(n + 1) : "lbp-3D-k", std::move(values));
    });
  }

  std::vector<SkippedImage> skipped;

 private:
  void give(const std::string& name, std::vector<double>&& values) { sink_({name, {geometry_, std::move(values)}}); }
  void skip(const std::string& name, const std::string& reason) { skipped.push_back({name, reason}); }
  bool whole_numbers() {
    if (!facts_.whole_numbers) facts_.whole_numbers = holds_whole_numbers(image_);
    return *facts_.whole_numbers;
  }

  const image::Volume& image_;
  const image::Box& box_;
  const Type& type_;
  const DerivedImageSink& sink_;
  ImageFacts& facts_;
  image::Geometry geometry_;
};

}  // namespace

double largest_magnitude(const image::Volume& image) {
  // Eight chains side by side, for speed.
  constexpr std::size_t kChains = 8;
  double largest[kChains] = {}, not_finite[kChains] = {};
  const double* v = image.voxels.data();
  std::size_t at = 0;
  for (; at + kChains <= image.voxels.size(); at += kChains)
    for (std::size_t c = 0; c < kChains; ++c) {
      const double magnitude = std::abs(v[at + c]);
      largest[c] = magnitude > largest[c] ? magnitude : largest[c];
      not_finite[c] += v[at + c] - v[at + c];
    }
  for (; at < image.voxels.size(); ++at) {
    largest[0] = std::max(largest[0], std::abs(v[at]));
    not_finite[0] += v[at] - v[at];
  }
  for (std::size_t c = 1; c < kChains; ++c) {
    largest[0] = std::max(largest[0], largest[c]);
    not_finite[0] += not_finite[c];
  }
  return not_finite[0] == 0 ? largest[0] : kNaN;
}

bool holds_whole_numbers(const image::Volume& image) {
  return std::all_of(image.voxels.begin(), image.voxels.end(), [](double v) { return v == std::trunc(v); });
}

std::vector<std::string> derived_image_names(const PyRadiomicsImageType& type) {
  std::vector<std::string> names;
  if (const auto* log = std::get_if<Type::Log>(&type.options)) {
    for (std::size_t s = 0; s < log->sigmas_mm.size(); ++s) names.push_back(log_name(*log, s));
  } else if (const auto* wavelet = std::get_if<Type::Wavelet>(&type.options)) {
    names = wavelet_names(type, *wavelet);
  } else if (const auto* point = std::get_if<Type::Point>(&type.options)) {
    names = {point_name(*point)};
  } else if (std::holds_alternative<Type::Gradient>(type.options)) {
    names = {"gradient"};
  } else if (std::holds_alternative<Lbp2dOptions>(type.options)) {
    names = {"lbp-2D"};
  } else if (const auto* lbp = std::get_if<Lbp3dOptions>(&type.options)) {
    for (int n = 1; n <= lbp->levels; ++n) names.push_back("lbp-3D-m" + std::to_string(n));
    names.emplace_back("lbp-3D-k");
  } else {
    names = {"original"};
  }
  return names;
}

Support support_of(const PyRadiomicsImageType& type, const image::Geometry& geometry, const image::Box& box) {
  check_box(geometry, box);
  Support support{box, std::holds_alternative<Type::Point>(type.options), false};
  image::Index3 below{0, 0, 0}, above{0, 0, 0};
  bool wraps = false;
  if (const auto* log = std::get_if<Type::Log>(&type.options)) {
    for (const double sigma : log->sigmas_mm) {
      const image::Index3 margin = recursive_log_margin(geometry.spacing_mm, sigma, filtered_slice_axis(type, *log));
      for (std::size_t a = 0; a < 3; ++a) below[a] = std::max(below[a], margin[a]);
    }
    above = below;
  } else if (const auto* wavelet = std::get_if<Type::Wavelet>(&type.options)) {
    const StationaryWaveletOptions options = wavelet_options(type, *wavelet);
    const auto reach = stationary_wavelet_reach(options);
    for (std::size_t a = 0; a < 3; ++a)
      if (options.axes[a]) {
        below[a] = reach[0];
        above[a] = reach[1];
      }
    wraps = true;
  } else if (std::holds_alternative<Type::Gradient>(type.options)) {
    below = above = {1, 1, 1};
  } else if (const auto* lbp2 = std::get_if<Lbp2dOptions>(&type.options)) {
    const int reach = lbp_2d_reach(*lbp2);
    below = above = {reach, reach, reach};
    below[static_cast<std::size_t>(lbp2->slice_axis)] = above[static_cast<std::size_t>(lbp2->slice_axis)] = 0;
    support.whole_numbers = lbp2->method == Lbp2dMethod::variance;
  } else if (const auto* lbp3 = std::get_if<Lbp3dOptions>(&type.options)) {
    const int reach = lbp_3d_reach(*lbp3);
    below = above = {reach, reach, reach};
    support.whole_numbers = true;
  }
  for (std::size_t a = 0; a < 3; ++a) {
    const int last = geometry.size[a] - 1, lower = box.lower[a] - below[a], upper = box.upper[a] + above[a];
    const bool whole_axis = wraps && (lower < 0 || upper > last);
    support.box.lower[a] = whole_axis ? 0 : std::max(0, lower);
    support.box.upper[a] = whole_axis ? last : std::min(last, upper);
  }
  return support;
}

std::vector<SkippedImage> for_each_derived_image(const image::Volume& image, const image::Box& box,
                                                 const PyRadiomicsImageType& type, const DerivedImageSink& sink,
                                                 ImageFacts* facts) {
  check_box(image.geometry, box);
  ImageFacts own;
  Maker maker(image, box, type, sink, facts != nullptr ? *facts : own);
  std::visit(maker, type.options);
  return std::move(maker.skipped);
}

}  // namespace larc::filters
