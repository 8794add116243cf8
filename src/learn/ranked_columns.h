#pragma once
#include <Eigen/Dense>
#include <cstdint>
#include <vector>

namespace larc::learn {

/// Each column as integer codes that keep its order: what trees sort and split. Up to 65,536 distinct values a column
/// keeps all of them (one code each, so splits are exact); beyond, neighbouring values share a code, in equal shares.
class RankedColumns {
 public:
  /// x (n, p). errors domain: a missing or infinite value (names row and column), no rows or no columns
  explicit RankedColumns(const Eigen::MatrixXd& x);

  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_.size(); }
  /// (n,) codes 0 .. codes(column) - 1
  const std::uint16_t* code(std::size_t column) const { return code_.data() + column * rows_; }
  /// (n,) rows by ascending code; nullptr with more than 4,096 rows, where it would take more memory than it saves
  /// time.
  const std::uint16_t* order(std::size_t column) const {
    return order_.empty() ? nullptr : order_.data() + column * rows_;
  }
  std::size_t codes(std::size_t column) const { return columns_[column].low.size(); }
  std::size_t most_codes() const { return most_codes_; }
  /// Smallest and largest value that has this code.
  double low(std::size_t column, std::size_t code) const { return columns_[column].low[code]; }
  double high(std::size_t column, std::size_t code) const {
    return columns_[column].high.empty() ? columns_[column].low[code] : columns_[column].high[code];
  }
  /// Halfway between two codes; values up to it (inclusive) belong to the lower side.
  double threshold(std::size_t column, std::size_t lower_code, std::size_t upper_code) const;
  /// Largest code whose lowest value is <= value; value must be >= low(column, 0).
  std::size_t code_below(std::size_t column, double value) const;

 private:
  struct Column {
    std::vector<double> low;
    std::vector<double> high;  // empty when each code is one value
  };
  void sort_rows();

  std::size_t rows_ = 0;
  std::size_t most_codes_ = 0;
  std::vector<std::uint16_t> code_;
  std::vector<std::uint16_t> order_;
  std::vector<Column> columns_;
};

}  // namespace larc::learn
