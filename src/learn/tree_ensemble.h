#pragma once
#include <Eigen/Dense>
#include <vector>

#include "core/parallel.h"
#include "learn/tree.h"

namespace larc::learn {

/// work(begin, end) over blocks of `size` of 0 .. count - 1, on up to `threads` threads.
template <typename Work>
void for_blocks(std::size_t count, std::size_t size, int threads, const Work& work) {
  parallel_for((count + size - 1) / size, threads,
               [&](std::size_t block) { work(block * size, std::min(count, (block + 1) * size)); });
}

inline constexpr std::size_t kTreesPerBlock = 10;
inline constexpr std::size_t kRowsPerBlock = 1024;

/// (n,) mean over trees, in their order, of the value of the row's leaf.
Eigen::VectorXd mean_leaf_value(const std::vector<Tree>& trees, const RowMatrix& x, int threads);

/// The same over the trees whose bag misses the row: outside[tree][row]; NaN where there is none.
Eigen::VectorXd mean_leaf_value_outside(const std::vector<Tree>& trees, const RowMatrix& x,
                                        const std::vector<std::vector<bool>>& outside, int threads);

/// The rows that a bag misses.
std::vector<bool> rows_outside(const std::vector<std::uint32_t>& bag);

}  // namespace larc::learn
