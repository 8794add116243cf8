#pragma once
#include <Eigen/Dense>
#include <vector>

namespace larc::learn {

/// The three passes over a tall matrix that penalised fits live on, vectorised over rows. Sums run in four-row lanes in
/// an order that depends on the number of rows alone, so a result does not depend on the processor or on which other
/// columns were asked for. The same over columns in single precision, which take half the memory: sums over columns and
/// rows are in double, but for the products, whose blocks of 512 rows are summed in single precision.

/// out[k] = x.col(columns[k]) . r      x (n, p); r (n,)
void column_dots(const Eigen::MatrixXd& x, const std::vector<Eigen::Index>& columns, const Eigen::VectorXd& r,
                 std::vector<double>& out);
void column_dots(const Eigen::MatrixXf& x, const std::vector<Eigen::Index>& columns, const Eigen::VectorXd& r,
                 std::vector<double>& out);

/// eta += sum_k coef[k] x.col(columns[k]); zero coefficients are passed over. eta (n,)
void add_columns(const Eigen::MatrixXd& x, const std::vector<Eigen::Index>& columns, const std::vector<double>& coef,
                 Eigen::VectorXd& eta);
void add_columns(const Eigen::MatrixXf& x, const std::vector<Eigen::Index>& columns, const std::vector<double>& coef,
                 Eigen::VectorXd& eta);

/// out[a + b * stride] += scale * x.col(rows[a]) . v.col(b) for a >= first[b]; `first` must ascend, and entries above
/// it may be filled too. v (n, at least first.size())
void column_products(const Eigen::MatrixXd& x, const std::vector<Eigen::Index>& rows, const Eigen::MatrixXd& v,
                     const std::vector<std::size_t>& first, double scale, double* out, std::size_t stride);
void column_products(const Eigen::MatrixXf& x, const std::vector<Eigen::Index>& rows, const Eigen::MatrixXf& v,
                     const std::vector<std::size_t>& first, double scale, float* out, std::size_t stride);

/// y += sum_k coef[k] columns[k], each of count entries; zero coefficients are passed over. Both lists may be changed.
void add_scaled(std::vector<const double*>& columns, std::vector<double>& coef, std::size_t count, double* y);
void add_scaled(std::vector<const float*>& columns, std::vector<double>& coef, std::size_t count, double* y);

/// y += a x over count entries.
void add_scaled(double a, const double* x, double* y, std::size_t count);
void add_scaled(double a, const float* x, double* y, std::size_t count);

}  // namespace larc::learn
