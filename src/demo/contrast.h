#pragma once
#include "demo/acquisition.h"

namespace larc::demo {

/// How a tissue looks in the sequences that surround the staging ones.
enum class Contrast { t2, t2_fat_sat, t1, t1_contrast, gradient };

/// Which way the slices lie: across the body, across the rectum as the T2w, along the body from left to right or from
/// front to back.
enum class View { axial, oblique, sagittal, coronal };

/// A slice package in one of these views about a middle, mm.
image::Geometry view_geometry(View view, const image::Geometry& t2w, int matrix, int slices, double pixel_mm,
                              double slice_mm);

/// The phantom in another contrast, with the outline of the body, without scanner errors, muscle about 1.
image::Volume render_contrast(const Phantom& phantom, int examination, const SlicePlan& plan, Contrast contrast);

/// Noise, gain and rounding of a small series; `seed` alone decides.
void finish(image::Volume& volume, double gain, double noise, std::uint64_t seed);

/// Slices of something else than the pelvis: a liver, a spine, vessels.
image::Volume other_body_part(const image::Geometry& geometry, std::uint64_t seed);
/// A phase map: -pi .. pi as 0 .. 4095.
image::Volume phase_map(const image::Geometry& geometry, std::uint64_t seed);
/// Lines of text as a picture of a screen, 8 bit.
image::Volume screen(const std::vector<std::string>& lines);

}  // namespace larc::demo
