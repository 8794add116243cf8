#pragma once
#include <cstddef>
#include <vector>

namespace larc::radiomics {

/// Fourier transforms of eight complex lines side by side (mixed-radix Stockham; Temperton 1983): forward, without
/// scaling. The processor works on the same place of several lines at once.
class LineTransforms {
 public:
  static constexpr std::size_t kLanes = 8;

  /// length  without prime factors above 5
  explicit LineTransforms(int length);

  std::size_t length() const { return length_; }
  /// Replaces the lines by their transforms. re, im: [length][kLanes]
  void run(std::vector<double>& re, std::vector<double>& im);

 private:
  struct Pass {
    int radix;
    std::size_t groups, width;     // butterflies with the same twiddle factors lie side by side
    std::vector<double> twiddles;  // cosine and sine of the factors 1 .. radix - 1 of each group
  };

  std::size_t length_;
  std::vector<Pass> passes_;
  std::vector<double> other_re_, other_im_;
};

/// The least length, at least `length`, that LineTransforms takes.
int transform_length(int length);

}  // namespace larc::radiomics
