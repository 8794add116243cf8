#pragma once

namespace larc::stats {

inline constexpr double kLevel95 = 0.95;

/// P(Z <= x), relative accuracy kept in both tails.
double normal_cdf(double x);
/// Inverse of normal_cdf; -inf at 0, +inf at 1, NaN outside [0, 1].
double normal_quantile(double p);
/// 2 P(Z > |z|)
double normal_two_sided_p(double z);
/// The z of a two-sided interval: 1.96 for 0.95. errors domain
double critical_value(double level);

/// P(X > x) of a chi-squared with `df` > 0 degrees of freedom; NaN when df <= 0 or x is NaN.
double chi_squared_survival(double x, double df);
/// Upper regularised incomplete gamma Q(a, x), a > 0, x >= 0.
/// source series and Lentz's continued fraction (Abramowitz, Stegun 1964, 6.5.29 and 6.5.31)
double gamma_q(double a, double x);

/// P(X <= x) of a beta with parameters a, b > 0; NaN outside the domain. Absolute accuracy about 1e-14.
/// source Lentz's continued fraction (Abramowitz, Stegun 1964, 26.5.8)
double beta_cdf(double x, double a, double b);

/// P(X > f) of an F with df1, df2 > 0 degrees of freedom, not necessarily whole; 0 at infinity, NaN for f < 0.
double f_survival(double f, double df1, double df2);
/// The value below which an F lies with probability p; 0 at 0, infinity at 1, NaN outside [0, 1].
double f_quantile(double p, double df1, double df2);

}  // namespace larc::stats
