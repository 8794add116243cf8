#include "preprocess/itk_grid.h"

#include <itkImageBase.h>

#include "preprocess/itk_image.h"

namespace larc::preprocess {

namespace {

using Grid = itk::ImageBase<3>;

Grid::Pointer grid_of(const image::Geometry& g) {
  const auto grid = Grid::New();
  set_grid(*grid, g);
  return grid;
}

}  // namespace

void for_each_row_as_itk(const image::Geometry& source, const image::Geometry& target, const RowSink& sink) {
  start_itk();
  const Grid::Pointer from = grid_of(source), to = grid_of(target);
  const auto index_of = [&](int i, int j, int k) {
    const auto point = to->TransformIndexToPhysicalPoint<double>({{i, j, k}});
    const auto index = from->TransformPhysicalPointToContinuousIndex<double>(point);
    return image::Vec3{index[0], index[1], index[2]};
  };
  for (int k = 0; k < target.size[2]; ++k)
    for (int j = 0; j < target.size[1]; ++j) sink(j, k, index_of(0, j, k), index_of(target.size[0], j, k));
}

}  // namespace larc::preprocess
