#pragma once
#include <Eigen/Dense>
#include <vector>

namespace larc::test {

/// Thirty patients of a simulated table: a number far from 0, a class, weights, an outcome.
struct LogisticTable {
  std::vector<double> a{1995.6, 2004.7, 1997.1, 1997.2, 1994,   1999.2, 1999.1, 1998.1, 1999.7, 2001.3,
                        1997.7, 1996.1, 1997.7, 2000,   1999.5, 1997.9, 2003.6, 2001,   2001.5, 1999.1,
                        2000.7, 2006,   2003,   1999.1, 1996.9, 1999.2, 1999.4, 2000.4, 2000.4, 2001.1};
  std::vector<double> b{1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0};
  std::vector<double> w{3, 2, 2, 2, 2, 2, 1, 1, 3, 2, 3, 2, 1, 3, 1, 2, 2, 3, 2, 2, 2, 3, 2, 2, 3, 2, 1, 3, 3, 1};
  std::vector<double> y{1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1};
  Eigen::MatrixXd x() const {
    Eigen::MatrixXd columns(30, 2);
    columns.col(0) = Eigen::Map<const Eigen::VectorXd>(a.data(), 30);
    columns.col(1) = Eigen::Map<const Eigen::VectorXd>(b.data(), 30);
    return columns;
  }
};

}  // namespace larc::test
