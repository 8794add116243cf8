#pragma once
#include <optional>

#include "core/json.h"
#include "image/volume.h"

namespace larc::study {

/// The slice with the largest part of the mask, cut around it with a margin, grey values between the 1st and 99th
/// percentile of the cut, mask outline drawn: {"png": base64, "width", "height"}.
/// side_mm  edge of the square that is shown, at least the mask and a margin
Json thumbnail(const image::Volume& volume, const image::Mask& mask, double side_mm = 110);

/// The slice that holds most of the mask.
int widest_slice(const image::Mask& mask);

/// A whole slice without outline, in greys; the middle one unless said.
Json thumbnail_of_slice(const image::Volume& volume, std::optional<int> slice = std::nullopt);

/// The slice of an image on which most of a map of the same grid lies, in greys, the map over it: red above 0, blue
/// below.
Json map_over_image(const image::Volume& volume, const image::Volume& map);

/// The same picture at half its width and height, in greys. errors format: it is no picture of this file
Json smaller_picture(const Json& picture);

}  // namespace larc::study
