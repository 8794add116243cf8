#pragma once
#include <string>
#include <vector>

namespace larc::filters {

/// The two analysis filters of a discrete wavelet: both of one even length, low pass with sum sqrt(2).
struct WaveletFilters {
  std::vector<double> low;
  std::vector<double> high;
};

/// haar, db1 .. db38, sym2 .. sym20, coif1 .. coif5, bior and rbio 1.1 1.3 1.5 2.2 2.4 2.6 2.8 3.1 3.3 3.5 3.7 3.9
/// 4.4 5.5 6.8: length, order, sign and zero padding of the coefficients as PyWavelets has them
/// (pywt.Wavelet(name).dec_lo and .dec_hi). They are computed from their definitions (spectral factorisation of the
/// maximally flat half-band polynomial in extended precision); Coiflets are the tabulated solution of their moment
/// equations. Against the tables of PyWavelets 1.1.1 they differ by at most
///   1e-15   haar, coif, db1 .. db20, bior and rbio 1.x to 3.x
///   1e-10   db21 .. db38: the factorisation loses digits
///   1e-12   bior and rbio 4.4, 5.5, 6.8, and 2e-11 sym: so far are these tables from the definition
/// errors unsupported: dmey, whose table has no definition to compute it from; domain: any other name (lists choices)
/// source Daubechies 1992, Ten Lectures on Wavelets, chapters 6 and 8; Cohen, Daubechies, Feauveau 1992
WaveletFilters wavelet_filters(const std::string& name);

}  // namespace larc::filters
