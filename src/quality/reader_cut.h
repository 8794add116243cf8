#pragma once
#include <vector>

namespace larc::quality {

struct ReaderCut {
  double youden = 0;       // smoothed, at the best cut
  double sensitivity = 0;  // the same
  double exclude = 0;      // distance above which images are refused
  double doubtful = 0;     // least distance of 0.9 of that index
};

/// The cut between accepted and refused images of greatest Youden index among those that refuse no more than
/// `most_false` of the accepted ones, smoothed. See fit in limits.h.
/// accepted, refused  distances to the worse side, at least one each. Cuts are above 0.
ReaderCut reader_cut(const std::vector<double>& accepted, const std::vector<double>& refused, double most_false);

}  // namespace larc::quality
