#include "learn/ranked_columns.h"

#include <numeric>

#include "core/error.h"

namespace larc::learn {

namespace {

constexpr std::size_t kMostCodes = 65536;
constexpr std::size_t kMostOrdered = 4096;  // rows

}  // namespace

RankedColumns::RankedColumns(const Eigen::MatrixXd& x) : rows_(static_cast<std::size_t>(x.rows())) {
  if (x.rows() < 1 || x.cols() < 1) throw Error(ErrorCode::domain, "x: a tree needs rows and columns");
  columns_.resize(static_cast<std::size_t>(x.cols()));
  code_.resize(rows_ * columns_.size());
  std::vector<double> values;
  for (std::size_t j = 0; j < columns_.size(); ++j) {
    const auto column = x.col(static_cast<Eigen::Index>(j));
    values.assign(column.begin(), column.end());
    for (std::size_t i = 0; i < rows_; ++i)
      if (!std::isfinite(values[i]))
        throw Error(ErrorCode::domain,
                    "x: column " + std::to_string(j + 1) + ", row " + std::to_string(i + 1) + " is missing");
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    std::vector<double>& low = columns_[j].low;
    if (values.size() > kMostCodes) {
      for (std::size_t c = 0; c < kMostCodes; ++c) {
        low.push_back(values[c * values.size() / kMostCodes]);
        columns_[j].high.push_back(values[(c + 1) * values.size() / kMostCodes - 1]);
      }
    } else {
      low = values;
    }
    most_codes_ = std::max(most_codes_, low.size());
    for (std::size_t i = 0; i < rows_; ++i)
      code_[j * rows_ + i] = static_cast<std::uint16_t>(code_below(j, column[static_cast<Eigen::Index>(i)]));
  }
  if (rows_ <= kMostOrdered) sort_rows();
}

void RankedColumns::sort_rows() {
  order_.resize(code_.size());
  std::vector<std::uint32_t> start;
  for (std::size_t j = 0; j < columns_.size(); ++j) {
    start.assign(codes(j) + 1, 0);
    for (std::size_t i = 0; i < rows_; ++i) ++start[code(j)[i] + 1u];
    std::partial_sum(start.begin(), start.end(), start.begin());
    for (std::size_t i = 0; i < rows_; ++i) order_[j * rows_ + start[code(j)[i]]++] = static_cast<std::uint16_t>(i);
  }
}

double RankedColumns::threshold(std::size_t column, std::size_t lower_code, std::size_t upper_code) const {
  const double lower = high(column, lower_code);
  const double upper = low(column, upper_code);
  const double middle = lower / 2 + upper / 2;
  return middle > lower && middle < upper ? middle : lower;  // neighbouring doubles have no middle
}

std::size_t RankedColumns::code_below(std::size_t column, double value) const {
  const std::vector<double>& low = columns_[column].low;
  return static_cast<std::size_t>(std::upper_bound(low.begin(), low.end(), value) - low.begin()) - 1;
}

}  // namespace larc::learn
