#pragma once

namespace larc::stats {

/// P(|T| > |t|) of Student's t with df > 0 degrees of freedom, not necessarily whole; NaN when df <= 0 or t is NaN.
double student_two_sided_p(double t, double df);
/// The t of a two-sided interval: 2.23 for 0.95 and 10 degrees of freedom; NaN when df <= 0. errors domain: level
double student_critical_value(double level, double df);

}  // namespace larc::stats
