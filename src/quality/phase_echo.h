#pragma once
#include "quality/number.h"
#include "quality/scene.h"

namespace larc::quality {

/// Copies of the image displaced along one axis of the slices, found without any air.
///
/// A copy of relative amplitude g at a distance of t voxels multiplies the power spectrum along the axis by
/// |1 + g exp(-2 pi i k t / n)|^2, a ripple of 2 g cos(2 pi k t / n) in its logarithm, whatever the anatomy: the
/// power cepstrum of Bogert, Healy, Tukey 1963, which finds echoes. Spectra of all lines of all slices are averaged,
/// of differences between neighbours so that they are flat and the ends of a line do not count; the slow part of the
/// logarithm is taken away and frequencies count by the share of their power that is not noise.
struct PhaseEchoes {
  Number nyquist;  // %: amplitude at half the field of view, as even and odd lines of echo-planar imaging leave it
                   // (ghost to signal ratio, Giannelli 2010, who measures it in air)
  Number motion;   // %: greatest amplitude at another distance from a fourteenth of the field on, as motion with a
                   // period leaves it (Wood, Henkelman 1985); both copies of a pair together
};

/// axis  0 or 1
PhaseEchoes phase_echoes(const Scene& scene, int axis);

}  // namespace larc::quality
