#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace larc::stats {

/// Argument checks shared by every statistic. `name` is the argument's name; rows are counted from 1 in messages.

/// errors shape_mismatch
void check_same_size(const std::string& name, std::size_t actual, const std::string& other, std::size_t expected);
/// errors domain: NaN or infinite
void check_finite(const std::string& name, const std::vector<double>& values);
/// errors domain: anything but 0 and 1
void check_binary(const std::string& name, const std::vector<double>& values);
/// time (n,) finite, >= 0; event (n,) 0 or 1. errors shape_mismatch, domain
void check_survival(const std::vector<double>& time, const std::vector<int>& event);
/// Late entry: entry (n,) finite, before time (n,). errors shape_mismatch, domain
void check_entry(const std::vector<double>& entry, const std::vector<double>& time);
/// errors domain: outside [0, 1]
void check_probability(const std::string& name, const std::vector<double>& values);
/// errors domain: negative, NaN or infinite
void check_not_negative(const std::string& name, const std::vector<double>& values);
/// errors domain: not inside (0, 1)
void check_level(double level);

}  // namespace larc::stats
