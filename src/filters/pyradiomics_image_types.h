#pragma once
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/json.h"
#include "filters/lbp_2d.h"
#include "filters/lbp_3d.h"
#include "filters/wavelet_filters.h"
#include "image/volume.h"

namespace larc::filters {

/// An image made from another one. The volume covers exactly the box that was asked for, in its place.
struct DerivedImage {
  std::string name;  // PyRadiomics' name: "original", "log-sigma-1-0-mm-3D", "wavelet-LLH", "lbp-3D-m1", ...
  image::Volume volume;
};

/// A derived image that PyRadiomics, or the definition, does not give for this image.
struct SkippedImage {
  std::string name;
  std::string reason;
};

/// What some types need to know of the whole image, also when they are handed a part of it.
struct ImageFacts {
  std::optional<double> largest_magnitude;  // NaN if a voxel is NaN or infinite
  std::optional<bool> whole_numbers;        // every voxel is one: PyRadiomics holds such an image in an integer type
};
double largest_magnitude(const image::Volume& image);
bool holds_whole_numbers(const image::Volume& image);

/// One entry of `imageType` in a PyRadiomics parameter file, with its options.
struct PyRadiomicsImageType {
  struct Original {};
  struct Log {
    std::vector<double> sigmas_mm;
    std::vector<std::string> sigma_names;  // as in the file: 3 gives "3", 3.0 gives "3-0"
    /// larc's own key `log2D`: filter within the slices across `slice_axis` only. PyRadiomics filters in three
    /// dimensions whatever force2D says.
    bool slice_wise = false;
  };
  struct Wavelet {
    std::string wavelet = "coif1";
    WaveletFilters filters;
    int start_level = 0, level = 1;
  };
  /// Formulas of the largest magnitude of the WHOLE image.
  enum class Point { square, square_root, logarithm, exponential };
  struct Gradient {
    bool use_spacing = true;
  };

  std::string type;  // "Original", "LoG", "Wavelet", "Square", "SquareRoot", "Logarithm", "Exponential", "Gradient",
                     // "LBP2D", "LBP3D"
  bool force_2d = false;
  int slice_axis = 2;  // index axis across the slices: 2 - force2Ddimension
  std::variant<Original, Log, Wavelet, Point, Gradient, Lbp2dOptions, Lbp3dOptions> options;

  /// `options`: an object (or null) with the keys of `image_type_keys(type)`.
  /// errors domain: unknown type (lists the types), key not of this type (names it and the choices), value of the wrong
  /// kind or outside its range (names the key); unsupported: wavelet dmey
  static PyRadiomicsImageType from_json(const std::string& type, const Json& options);
};

/// All types, and the keys each understands: LoG sigma, log2D; Wavelet wavelet, level, start_level; Gradient
/// gradientUseSpacing; LBP2D lbp2DRadius, lbp2DSamples, lbp2DMethod; LBP3D lbp3DLevels, lbp3DIcosphereRadius,
/// lbp3DIcosphereSubdivision; every type force2D, force2Ddimension.
const std::vector<std::string>& image_types();
/// errors domain: unknown type
std::vector<std::string> image_type_keys(const std::string& type);

/// Names in the order in which the images come.
std::vector<std::string> derived_image_names(const PyRadiomicsImageType& type);

/// What the values inside a box depend on.
struct Support {
  /// Voxels that are read. On a crop to it the values inside the box are the same: LoG within its error bound (1e-12,
  /// see recursive_log.h), LBP3D to about 1e-15, the others exactly.
  image::Box box;
  bool largest_magnitude;  // also on the whole image's largest magnitude: pass ImageFacts
  bool whole_numbers;      // also on whether the whole image holds whole numbers: pass ImageFacts
};
Support support_of(const PyRadiomicsImageType& type, const image::Geometry& geometry, const image::Box& box);

using DerivedImageSink = std::function<void(DerivedImage&&)>;

/// Makes the derived images of one type inside `box`, one at a time, in PyRadiomics' order.
/// image   the whole image, or a part that holds `support_of` the box
/// facts   of the whole image: what is absent is taken from `image` and kept for the next call; null computes it anew
/// Returns the images that were left out, with the reason: LoG of an image with fewer than 4 voxels, or fewer than
/// ceil(sigma / spacing) + 1, along a filtered axis; LoG without sigma; Square, Logarithm and Exponential of an image
/// that is 0 everywhere; formulas of the largest magnitude where voxels are not finite.
/// Everything is computed in double precision; PyRadiomics' LoG and gradient are single precision inside.
/// lbp-2D (method var, flat surroundings) and lbp-3D-k (all samples equal) hold NaN where they are undefined.
/// One thread; deterministic.
/// errors domain: box not inside the image
std::vector<SkippedImage> for_each_derived_image(const image::Volume& image, const image::Box& box,
                                                 const PyRadiomicsImageType& type, const DerivedImageSink& sink,
                                                 ImageFacts* facts = nullptr);

}  // namespace larc::filters
