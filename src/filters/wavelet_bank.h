#pragma once
#include <string>
#include <vector>

namespace larc::filters {

/// Decomposition filters of an orthogonal wavelet, in the order and with the signs of PyWavelets' dec_lo and dec_hi.
struct WaveletBank {
  std::vector<double> low;   // sums to sqrt(2)
  std::vector<double> high;  // high[k] = (-1)^(k + 1) low[size - 1 - k]
};

/// name  haar, db1 .. db20, sym2 .. sym20, coif1 .. coif5
/// errors domain (names the choices)
WaveletBank wavelet_bank(const std::string& name);

}  // namespace larc::filters
