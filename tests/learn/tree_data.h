#pragma once
#include <cstdint>

#include "learn_data.h"

namespace larc::test {

/// A table that any language can make: a linear congruential stream u in [0, 1) of 21 bits; x0 .. x(p-1) and, last in
/// each row, a u that is the outcome when below 0.85 if exactly one of x0 > 0.5 and x1 > 0.3 holds, else 0.15.
struct StreamTable {
  Eigen::MatrixXd x;
  learn::Outcome outcome;
};

inline StreamTable stream_table(Eigen::Index n, Eigen::Index p) {
  StreamTable table{Eigen::MatrixXd(n, p), {}};
  std::uint64_t state = 12345;
  const auto next = [&state] {
    state = (state * 1103515245 + 12345) % 2147483648;
    return static_cast<double>(state / 1024) / 2097152.0;
  };
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = 0; j < p; ++j) table.x(i, j) = next();
    const bool likely = (table.x(i, 0) > 0.5) != (table.x(i, 1) > 0.3);
    table.outcome.label.push_back(next() < 0.15 + (likely ? 0.7 : 0.0) ? 1.0 : 0.0);
  }
  return table;
}

}  // namespace larc::test
