#include "stats/student_t.h"

#include <cmath>

#include "stats/check.h"
#include "stats/distributions.h"

namespace larc::stats {

// The square of a t is an F with one and df degrees of freedom.
double student_two_sided_p(double t, double df) {
  return f_survival(t * t, 1.0, df);
}

double student_critical_value(double level, double df) {
  check_level(level);
  return std::sqrt(f_quantile(level, 1.0, df));
}

}  // namespace larc::stats
