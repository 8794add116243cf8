#pragma once

namespace larc::stats {

/// A sum from which terms are also taken away: kept in double-double, so that what is left is as exact as if the
/// others had never been there. source Knuth's two-sum
class RunningSum {
 public:
  void add(double term) {
    const double sum = high_ + term;
    const double back = sum - high_;
    low_ += (high_ - (sum - back)) + (term - back);
    high_ = sum;
  }
  double value() const { return high_ + low_; }

 private:
  double high_ = 0.0;
  double low_ = 0.0;
};

}  // namespace larc::stats
