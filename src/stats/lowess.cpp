#include "stats/lowess.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/number.h"
#include "stats/check.h"

namespace larc::stats {

namespace {

/// The local line at `at`, from the points begin .. and as many beyond as lie within the same distance; NaN when no
/// point has a weight.
double local_fit(const std::vector<double>& x, const std::vector<double>& y, std::size_t begin, std::size_t last,
                 double at, std::vector<double>& weight) {
  const std::size_t n = x.size();
  const double range = x[n - 1] - x[0];
  const double reach = std::max(at - x[begin], x[last] - at);
  const double far = 0.999 * reach, near = 0.001 * reach;
  double total = 0.0;
  std::size_t end = begin;
  for (; end < n; ++end) {
    weight[end] = 0.0;
    const double way = std::abs(x[end] - at);
    if (way <= far) {
      const double cube = way / reach * (way / reach) * (way / reach);
      weight[end] = way <= near ? 1.0 : (1.0 - cube) * (1.0 - cube) * (1.0 - cube);
      total += weight[end];
    } else if (x[end] > at) {
      break;
    }
  }
  if (!(total > 0.0)) return kNaN;
  double centre = 0.0;
  for (std::size_t i = begin; i < end; ++i) {
    weight[i] /= total;
    centre += weight[i] * x[i];
  }
  double spread = 0.0, value = 0.0;
  for (std::size_t i = begin; i < end; ++i) spread += weight[i] * (x[i] - centre) * (x[i] - centre);
  // A line only where the neighbourhood is wide enough to hold one.
  const double slope = reach > 0.0 && std::sqrt(spread) > 0.001 * range ? (at - centre) / spread : 0.0;
  for (std::size_t i = begin; i < end; ++i) value += weight[i] * (slope * (x[i] - centre) + 1.0) * y[i];
  return value;
}

}  // namespace

std::vector<double> lowess(const std::vector<double>& x, const std::vector<double>& y, double span, double delta) {
  check_same_size("y", y.size(), "x", x.size());
  check_finite("x", x);
  check_finite("y", y);
  for (std::size_t i = 1; i < x.size(); ++i)
    if (x[i] < x[i - 1])
      throw Error(ErrorCode::domain, "x falls in row " + std::to_string(i + 1) + "; give it in ascending order");
  if (!(span > 0.0 && span <= 1.0)) throw Error(ErrorCode::domain, "span " + format_double(span) + " is not in (0, 1]");
  const std::size_t n = x.size();
  std::vector<double> smooth(y);
  if (n < 2) return smooth;
  if (delta < 0.0) delta = 0.01 * (x[n - 1] - x[0]);
  const auto wanted = static_cast<std::size_t>(span * static_cast<double>(n) + 1e-7);
  const std::size_t neighbours = std::clamp<std::size_t>(wanted, 2, n);
  std::vector<double> weight(n);
  std::size_t begin = 0, last = neighbours - 1;  // the neighbourhood
  std::size_t i = 0, fitted = 0;
  bool any = false;
  while (true) {
    while (last + 1 < n && x[i] - x[begin] > x[last + 1] - x[i]) {
      ++begin;
      ++last;
    }
    const double value = local_fit(x, y, begin, last, x[i], weight);
    smooth[i] = std::isnan(value) ? y[i] : value;
    if (any && i > fitted + 1)
      for (std::size_t j = fitted + 1; j < i; ++j) {
        const double share = (x[j] - x[fitted]) / (x[i] - x[fitted]);
        smooth[j] = share * smooth[i] + (1.0 - share) * smooth[fitted];
      }
    fitted = i;
    any = true;
    // Equal x share their value; the next point to fit is the last one within delta.
    const double until = x[fitted] + delta;
    std::size_t next = fitted + 1;
    for (; next < n && x[next] <= until; ++next)
      if (x[next] == x[fitted]) {
        smooth[next] = smooth[fitted];
        fitted = next;
      }
    i = std::max(fitted + 1, next - 1);
    if (fitted + 1 >= n) return smooth;
  }
}

}  // namespace larc::stats
