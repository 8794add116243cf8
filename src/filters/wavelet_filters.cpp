#include "filters/wavelet_filters.h"

#include <complex>
#include <mutex>

#include "core/error.h"
#include "core/number.h"

namespace larc::filters {

namespace {

using Real = long double;
using Complex = std::complex<Real>;
using Polynomial = std::vector<Real>;  // ascending powers

Polynomial operator*(const Polynomial& a, const Polynomial& b) {
  Polynomial product(a.size() + b.size() - 1, 0);
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < b.size(); ++j) product[i + j] += a[i] * b[j];
  return product;
}

Polynomial power(const Polynomial& base, int exponent) {
  Polynomial product{1};
  for (int i = 0; i < exponent; ++i) product = product * base;
  return product;
}

Polynomial with_sum_sqrt2(Polynomial p) {
  Real sum = 0;
  for (const Real c : p) sum += c;
  for (Real& c : p) c *= std::sqrt(Real(2)) / sum;
  return p;
}

/// Coefficients of the half-band polynomial of `order`: sum over k of binomial(order - 1 + k, k) y^k.
Polynomial half_band(int order) {
  Polynomial c(static_cast<std::size_t>(order), 1);
  for (int k = 1; k < order; ++k)
    c[static_cast<std::size_t>(k)] = c[static_cast<std::size_t>(k - 1)] * (order - 1 + k) / k;
  return c;
}

/// All roots at once (Ehrlich and Aberth's iteration).
std::vector<Complex> roots(const Polynomial& c) {
  const std::size_t degree = c.size() - 1;
  std::vector<Complex> y(degree);
  for (std::size_t i = 0; i < degree; ++i)
    y[i] = std::polar(Real(0.8), Real(6.283185307179586) * (Real(i) + Real(0.5)) / Real(degree) + Real(0.1));
  for (int round = 0; round < 200; ++round) {
    Real largest_step = 0;
    for (std::size_t i = 0; i < degree; ++i) {
      Complex value = c[degree], slope = 0, repulsion = 0;
      for (std::size_t k = degree; k-- > 0;) {
        slope = slope * y[i] + value;
        value = value * y[i] + c[k];
      }
      for (std::size_t j = 0; j < degree; ++j)
        if (j != i) repulsion += Real(1) / (y[i] - y[j]);
      const Complex newton = value / slope;
      const Complex step = newton / (Real(1) - newton * repulsion);
      y[i] -= step;
      largest_step = std::max(largest_step, std::abs(step) / std::abs(y[i]));
    }
    if (largest_step < 1e-19L) break;
  }
  return y;
}

/// A factor of the half-band polynomial: one real root, or a pair of conjugate ones, as the root in z inside the unit
/// circle (upper half plane).
struct RootGroup {
  Complex inside;
  bool pair;
};

/// Real roots first, then pairs, each by growing magnitude.
std::vector<RootGroup> root_groups(int order) {
  std::vector<RootGroup> groups;
  for (const Complex& y : roots(half_band(order))) {
    const Complex w = Real(1) - Real(2) * y;
    const Complex root = std::sqrt(w * w - Real(1));
    Complex z = w + root;
    if (std::abs(z) > 1) z = w - root;
    const bool pair = std::abs(z.imag()) > 1e-9L;
    if (!pair) groups.push_back({z.real(), false});
    if (pair && z.imag() > 0) groups.push_back({z, true});
  }
  std::sort(groups.begin(), groups.end(), [](const RootGroup& a, const RootGroup& b) {
    return a.pair != b.pair ? !a.pair : std::abs(a.inside) < std::abs(b.inside);
  });
  return groups;
}

/// The factor with roots at z, or at 1 / z.
Polynomial factor(const RootGroup& group, bool outside) {
  const Complex z = outside ? Real(1) / group.inside : group.inside;
  if (group.pair) return {1, -2 * z.real(), std::norm(z)};
  return {1, -z.real()};
}

/// Synthesis low pass of the orthogonal wavelet with `order` vanishing moments: bit g of `outside` takes group g's
/// roots outside the unit circle.
Polynomial orthogonal(int order, unsigned outside) {
  Polynomial p = power({1, 1}, order);
  const auto groups = root_groups(order);
  for (std::size_t g = 0; g < groups.size(); ++g) p = p * factor(groups[g], (outside >> g & 1U) != 0);
  return with_sum_sqrt2(p);
}

/// Which groups a symlet takes outside: the choice of least asymmetry, by order from 2.
constexpr unsigned kSymletOutside[] = {0, 0, 2, 1, 5, 1, 10, 6, 21, 6, 21, 28, 44, 28, 89, 142, 333, 116, 357};

/// Synthesis low pass of Coiflets 1 .. 5: the solution of 2K vanishing moments of the wavelet, 2K - 1 of the scaling
/// function about its centre, and orthonormality, that is nearest to symmetry.
const std::vector<double>& coiflet(int order) {
  static const std::vector<double> kTable[] = {
      {-0.072732619512526448, 0.33789766245748177, 0.85257202021160042, 0.38486484686485775, -0.072732619512526448,
       -0.015655728135791993},
      {0.01638733646320364, -0.041464936786871774, -0.067372554723725594, 0.38611006682276285, 0.8127236354494135,
       0.41700518442323905, -0.076488599078280754, -0.059434418646431087, 0.023680171946847769, 0.0056114348193688342,
       -0.0018232088709110321, -0.000720549445520347},
      {-0.0037935128643808017, 0.0077825964256727458, 0.023452696142077166, -0.065771911281469367,
       -0.061123390002972541, 0.4051769024091182, 0.79377722262608717, 0.42848347637736998, -0.071799821619154834,
       -0.082301927106299818, 0.034555027573297733, 0.015880544863669451, -0.0090079761367306239, -0.002574517688136797,
       0.0011175187708306302, 0.00046621695982040287, -7.0983302506379006e-5, -3.4599773197272774e-5},
      {0.00089231390253700296, -0.0016294924252267858, -0.0073461679362680498,  0.016068947131575027,
       0.026682304669604833,   -0.081266710249193723,  -0.056077319603569256,   0.41530842700068227,
       0.78223893442428259,    0.43438603311435654,    -0.066627472366817157,   -0.096220424535952637,
       0.039334422605589146,   0.025082253337949607,   -0.015211728187697212,   -0.0056582838001308837,
       0.0037514346971460863,  0.0012665610789256602,  -0.00058902022463321648, -0.0002599743371222568,
       6.2338854312787181e-5,  3.1229861599195265e-5,  -3.2596479400307507e-6,  -1.7849909144933467e-6},
      {-0.000212081862067494,  0.00035857774116175769,  0.0021782943778456948,  -0.0041593126275786397,
       -0.010131584846900275,  0.023408322118927783,    0.028169744270532352,   -0.091921588060086083,
       -0.052046670253554757,  0.42157126673075435,     0.77429362286032745,    0.43798230665916332,
       -0.062037751574981951,  -0.10556315130733723,    0.041287530472117831,   0.032674799467057351,
       -0.019758391600965465,  -0.009159507338676163,   0.0067615202206204168,  0.0024315754425382885,
       -0.0016616273039298788, -0.00063755892612588111, 0.00030185794166824475, 0.00014035632812373243,
       -4.1219861924265502e-5, -2.1270221672515614e-5,  3.7007277113394795e-6,  2.0612203985788782e-6,
       -1.6237995172048335e-7, -9.6040101127678921e-8}};
  return kTable[order - 1];
}

/// The low passes of a biorthogonal pair, both of even length.
struct LowPair {
  std::vector<double> analysis, synthesis;
};

/// Both filters share one length; symmetric ones of odd length lie about length / 2 (analysis) and length / 2 - 1.
LowPair centred(const Polynomial& analysis, const Polynomial& synthesis) {
  const std::size_t longest = std::max(analysis.size(), synthesis.size());
  const std::size_t length = longest % 2 == 0 ? longest : longest + 1;
  const auto place = [&](const Polynomial& p, std::size_t first) {
    std::vector<double> padded(length, 0);
    for (std::size_t i = 0; i < p.size(); ++i) padded[first + i] = static_cast<double>(p[i]);
    return padded;
  };
  const std::size_t odd = longest % 2;
  return {place(analysis, (length - analysis.size() + odd) / 2),
          place(synthesis, (length - synthesis.size() - odd) / 2)};
}

/// Biorthogonal spline pair: `synthesis_zeros` and `analysis_zeros` zeros at -1. The remaining roots all go to the
/// analysis filter, except those of `synthesis_group` (none if negative).
LowPair biorthogonal(int synthesis_zeros, int analysis_zeros, int synthesis_group) {
  Polynomial analysis = power({1, 1}, analysis_zeros), synthesis = power({1, 1}, synthesis_zeros);
  const auto groups = root_groups((synthesis_zeros + analysis_zeros) / 2);
  for (int g = 0; g < static_cast<int>(groups.size()); ++g) {
    const RootGroup& group = groups[static_cast<std::size_t>(g)];
    Polynomial& side = g == synthesis_group ? synthesis : analysis;
    side = side * factor(group, false) * factor(group, true);
  }
  return centred(with_sum_sqrt2(analysis), with_sum_sqrt2(synthesis));
}

LowPair biorthogonal(int numerator, int denominator) {
  if (numerator == 4) return biorthogonal(4, 4, 0);
  if (numerator == 5) return biorthogonal(6, 4, 0);
  if (numerator == 6) return biorthogonal(6, 8, 1);
  return biorthogonal(numerator, denominator, -1);
}

/// The high pass that belongs to a synthesis low pass.
WaveletFilters filters_from(std::vector<double> analysis_low, const std::vector<double>& synthesis_low) {
  WaveletFilters filters{std::move(analysis_low), synthesis_low};
  for (std::size_t i = 0; i < filters.high.size(); i += 2) filters.high[i] = -filters.high[i];
  return filters;
}

WaveletFilters orthogonal_filters(const std::vector<double>& synthesis_low) {
  return filters_from({synthesis_low.rbegin(), synthesis_low.rend()}, synthesis_low);
}

std::vector<double> rounded(const Polynomial& p) {
  return {p.begin(), p.end()};
}

/// The number after `family` in `name`, if that is how it is made and it lies in first .. last; else 0.
int order_of(const std::string& name, const std::string& family, int first, int last) {
  if (name.rfind(family, 0) != 0 || name.size() == family.size() || name[family.size()] == '0') return 0;
  const auto order = parse_integer(name.substr(family.size()));
  return order && *order >= first && *order <= last ? static_cast<int>(*order) : 0;
}

constexpr const char* kBiorthogonal[] = {"1.1", "1.3", "1.5", "2.2", "2.4", "2.6", "2.8", "3.1",
                                         "3.3", "3.5", "3.7", "3.9", "4.4", "5.5", "6.8"};

WaveletFilters computed(const std::string& name) {
  if (name == "haar") return orthogonal_filters(rounded(orthogonal(1, 0)));
  if (const int order = order_of(name, "db", 1, 38)) return orthogonal_filters(rounded(orthogonal(order, 0)));
  if (const int order = order_of(name, "sym", 2, 20))
    return orthogonal_filters(rounded(orthogonal(order, kSymletOutside[order - 2])));
  if (const int order = order_of(name, "coif", 1, 5)) return orthogonal_filters(coiflet(order));
  for (const std::string numbers : kBiorthogonal) {
    const bool forward = name == "bior" + numbers;
    if (!forward && name != "rbio" + numbers) continue;
    const LowPair pair = biorthogonal(numbers[0] - '0', numbers[2] - '0');
    if (forward) return filters_from(pair.analysis, pair.synthesis);
    return filters_from({pair.synthesis.rbegin(), pair.synthesis.rend()},
                        {pair.analysis.rbegin(), pair.analysis.rend()});
  }
  if (name == "dmey")
    throw Error(
        ErrorCode::unsupported,
        "wavelet 'dmey' is not provided: its table in PyWavelets follows from no definition (it is 8e-4 away from "
        "Meyer's wavelet); choose another, such as coif5 or db20");
  throw Error(
      ErrorCode::domain,
      "wavelet is '" + name +
          "'; choose haar, db1 .. db38, sym2 .. sym20, coif1 .. coif5, or bior and rbio with 1.1, 1.3, 1.5, 2.2, "
          "2.4, 2.6, 2.8, 3.1, 3.3, 3.5, 3.7, 3.9, 4.4, 5.5, 6.8 (bior2.2)");
}

}  // namespace

WaveletFilters wavelet_filters(const std::string& name) {
  static std::mutex mutex;
  static std::map<std::string, WaveletFilters> known;  // long ones take milliseconds
  const std::lock_guard lock(mutex);
  const auto found = known.find(name);
  return found != known.end() ? found->second : known.emplace(name, computed(name)).first->second;
}

}  // namespace larc::filters
