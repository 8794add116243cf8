#include "radiomics/enclosing_ellipsoid.h"

#include <Eigen/Dense>

namespace larc::radiomics {

namespace {

constexpr double kGap = 1e-12;
constexpr int kMaxSteps = 100;

// A symmetric 4 x 4 matrix has 10 entries; off the diagonal they count sqrt(2) times, so that products of matrices are
// products of vectors.
constexpr int kEntries = 10;
using Entries = Eigen::Matrix<double, kEntries, 1>;

struct Place {
  Eigen::Index row, column;
  double factor;
};

const std::array<Place, kEntries>& places() {
  static const std::array<Place, kEntries> list = [] {
    std::array<Place, kEntries> all{};
    std::size_t n = 0;
    for (Eigen::Index row = 0; row < 4; ++row)
      for (Eigen::Index column = row; column < 4; ++column)
        all[n++] = {row, column, row == column ? 1.0 : std::sqrt(2.0)};
    return all;
  }();
  return list;
}

Entries entries_of(const Eigen::Matrix4d& matrix) {
  Entries entries;
  for (std::size_t n = 0; n < kEntries; ++n)
    entries(static_cast<Eigen::Index>(n)) = places()[n].factor * matrix(places()[n].row, places()[n].column);
  return entries;
}

Eigen::Matrix4d matrix_of(const Entries& entries) {
  Eigen::Matrix4d matrix;
  for (std::size_t n = 0; n < kEntries; ++n)
    matrix(places()[n].row, places()[n].column) = matrix(places()[n].column, places()[n].row) =
        entries(static_cast<Eigen::Index>(n)) / places()[n].factor;
  return matrix;
}

// The step along which values stay positive, kept a little short.
double longest_step(const Eigen::VectorXd& values, const Eigen::VectorXd& change) {
  double step = 1;
  for (Eigen::Index n = 0; n < values.size(); ++n)
    if (change(n) < 0) step = std::min(step, -0.99 * values(n) / change(n));
  return step;
}

// Columns are lifted points as entries of q q^T.
Eigen::Matrix4d solve(const Eigen::Matrix<double, kEntries, Eigen::Dynamic>& lifted) {
  const Eigen::Index count = lifted.cols();
  // Points lie in the unit ball, so q^T q <= 2.
  Eigen::Matrix4d h = Eigen::Matrix4d::Identity() / 4;
  Eigen::VectorXd slack = (1 - (lifted.transpose() * entries_of(h)).array()).matrix();
  Eigen::VectorXd dual = (4.0 / static_cast<double>(count) / slack.array()).matrix();
  for (int step = 0; step < kMaxSteps; ++step) {
    const Eigen::Matrix4d inverse = h.inverse();
    const double gap = slack.dot(dual) / static_cast<double>(count);
    const Entries unmet = entries_of(inverse) - lifted * dual;  // of the dual condition
    if (gap * static_cast<double>(count) < kGap && unmet.norm() < 1e-9 * inverse.norm()) break;
    const double aim = 0.1 * gap;

    // Newton on  H^-1 = sum of dual q q^T,  dual slack = aim,  reduced to the entries of H.
    Eigen::Matrix<double, kEntries, kEntries> system;
    for (std::size_t a = 0; a < kEntries; ++a)
      for (std::size_t b = 0; b < kEntries; ++b) {
        const Place &p = places()[a], &q = places()[b];
        system(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b)) =
            p.factor * q.factor / 2 *
            (inverse(p.row, q.row) * inverse(p.column, q.column) + inverse(p.row, q.column) * inverse(p.column, q.row));
      }
    const Eigen::VectorXd weight = dual.cwiseQuotient(slack);
    system += lifted * weight.asDiagonal() * lifted.transpose();
    const Entries right = entries_of(inverse) - lifted * (aim / slack.array()).matrix();
    const Entries change = system.ldlt().solve(right);
    const Eigen::VectorXd slack_change = -(lifted.transpose() * change);
    const Eigen::VectorXd dual_change =
        ((aim - dual.array() * (slack + slack_change).array()) / slack.array()).matrix();
    double primal_step = longest_step(slack, slack_change);
    while (Eigen::LLT<Eigen::Matrix4d>(h + primal_step * matrix_of(change)).info() != Eigen::Success) primal_step /= 2;
    const double dual_step = longest_step(dual, dual_change);
    h += primal_step * matrix_of(change);
    slack = (1 - (lifted.transpose() * entries_of(h)).array()).matrix();
    if (slack.minCoeff() <= 0) {  // rounding has taken over
      h -= primal_step * matrix_of(change);
      break;
    }
    dual += dual_step * dual_change;
  }
  return h;
}

}  // namespace

std::array<double, 3> enclosing_ellipsoid(const std::vector<GridPoint>& points, const image::Vec3& unit) {
  // Points in mm, then turned and scaled to be alike in all directions: the ellipsoid follows such changes.
  const auto count = static_cast<Eigen::Index>(points.size());
  Eigen::Matrix<double, 3, Eigen::Dynamic> at(3, count);
  for (Eigen::Index p = 0; p < count; ++p)
    for (std::size_t axis = 0; axis < 3; ++axis)
      at(static_cast<Eigen::Index>(axis), p) =
          (points[static_cast<std::size_t>(p)][axis] - points[0][axis]) * unit[axis];
  at.colwise() -= Eigen::Vector3d(at.rowwise().mean());
  const Eigen::Matrix3d spread = Eigen::LLT<Eigen::Matrix3d>(at * at.transpose()).matrixL();
  Eigen::Matrix<double, 3, Eigen::Dynamic> even = spread.triangularView<Eigen::Lower>().solve(at);
  const double radius = std::sqrt(even.colwise().squaredNorm().maxCoeff());
  even /= radius;
  Eigen::Matrix<double, kEntries, Eigen::Dynamic> lifted(kEntries, count);
  for (Eigen::Index p = 0; p < count; ++p) {
    const Eigen::Vector4d q(even(0, p), even(1, p), even(2, p), 1);
    lifted.col(p) = entries_of(q * q.transpose());
  }

  // The slice of the lifted ellipsoid that holds the points, blown up until it holds the farthest.
  const Eigen::Matrix4d h = solve(lifted);
  const Eigen::Matrix3d form = h.topLeftCorner<3, 3>();
  const Eigen::Vector3d centre = -form.ldlt().solve(h.topRightCorner<3, 1>());
  double farthest = 0;
  for (Eigen::Index p = 0; p < count; ++p) {
    const Eigen::Vector3d from = even.col(p) - centre;
    farthest = std::max(farthest, from.dot(form * from));
  }
  const Eigen::Matrix3d back = radius * spread, shape = back * (form.inverse() * farthest) * back.transpose();
  const Eigen::Vector3d squares =
      Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(shape, Eigen::EigenvaluesOnly).eigenvalues();
  return {std::sqrt(squares(2)), std::sqrt(squares(1)), std::sqrt(squares(0))};
}

}  // namespace larc::radiomics
