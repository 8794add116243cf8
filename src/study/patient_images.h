#pragma once
#include <functional>
#include <string>

#include "image/volume.h"

namespace larc::study {

/// Images and masks of one patient by role, read when asked for.
struct PatientImages {
  /// Why the patient has no such image or mask; empty if there is one.
  std::function<std::string(const std::string& role)> missing;
  std::function<image::Volume(const std::string& role)> image;
  std::function<image::Mask(const std::string& role)> mask;
};

}  // namespace larc::study
