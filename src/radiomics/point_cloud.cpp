#include "radiomics/point_cloud.h"

#include <Eigen/Eigenvalues>

namespace larc::radiomics {

PointCloud point_cloud(const BitRows& rows) {
  PointCloud cloud;
  for (int k = 0; k < rows.size()[2]; ++k)
    for (int j = 0; j < rows.size()[1]; ++j) {
      std::int64_t n = 0, x = 0;
      long double xx = 0;
      for_each_run(rows.row(j, k), rows.words(), [&](int begin, int end) {
        const std::int64_t length = end - begin, twice_sum = length * (begin + end - 1);
        n += length;
        x += twice_sum / 2;
        // Steiner: the spread about the run's middle, and the middle.
        const auto run = static_cast<long double>(length), middle = (begin + end - 1) * 0.5L;
        xx += run * (run * run - 1) / 12 + run * middle * middle;
      });
      if (n == 0) continue;
      cloud.count += n;
      cloud.sum[0] += x;
      cloud.sum[1] += n * j;
      cloud.sum[2] += n * k;
      const auto voxels = static_cast<long double>(n), moment = static_cast<long double>(x);
      cloud.product[0][0] += xx;
      cloud.product[0][1] += moment * j;
      cloud.product[0][2] += moment * k;
      cloud.product[1][1] += voxels * j * j;
      cloud.product[1][2] += voxels * j * k;
      cloud.product[2][2] += voxels * k * k;
    }
  return cloud;
}

std::array<double, 3> principal_variances(const PointCloud& cloud, const image::Vec3& spacing_mm) {
  Eigen::Matrix3d covariance;
  const auto count = static_cast<long double>(cloud.count);
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = a; b < 3; ++b) {
      const long double centred =
          cloud.product[a][b] - static_cast<long double>(cloud.sum[a]) * static_cast<long double>(cloud.sum[b]) / count;
      const auto row = static_cast<Eigen::Index>(a), column = static_cast<Eigen::Index>(b);
      covariance(row, column) = covariance(column, row) =
          static_cast<double>(centred / count) * spacing_mm[a] * spacing_mm[b];
    }
  const Eigen::Vector3d eigen =
      Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(covariance, Eigen::EigenvaluesOnly).eigenvalues();
  std::array<double, 3> variances{eigen[2], eigen[1], eigen[0]};
  // What rounding leaves of an axis without extent.
  for (double& variance : variances)
    if (variance < 1e-12 * variances[0]) variance = 0;
  return variances;
}

}  // namespace larc::radiomics
