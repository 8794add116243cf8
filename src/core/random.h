#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace larc {

/// A seed for one named piece of work, so that streams do not depend on the order or the thread in which work is done:
/// derive_seed(study_seed, "fold", repeat, fold).
std::uint64_t derive_seed(std::uint64_t seed, std::string_view name, std::uint64_t a = 0, std::uint64_t b = 0);

/// xoshiro256++ (Blackman, Vigna 2019), seeded through splitmix64. Its own distributions, because those of the standard
/// library differ between implementations.
class Random {
 public:
  explicit Random(std::uint64_t seed);
  std::uint64_t bits();
  /// [0, 1)
  double uniform();
  double uniform(double lower, double upper) { return lower + (upper - lower) * uniform(); }
  /// 0 .. count - 1, without modulo bias; count > 0
  std::uint64_t below(std::uint64_t count);
  /// mean 0, standard deviation 1
  double normal();
  /// Fisher-Yates order of 0 .. count - 1
  std::vector<std::size_t> permutation(std::size_t count);

 private:
  std::uint64_t state_[4];
};

}  // namespace larc
