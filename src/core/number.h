#pragma once
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace larc {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// A decimal number, independent of the locale; white space around it is allowed, anything else is not.
std::optional<double> parse_double(std::string_view text);
std::optional<std::int64_t> parse_integer(std::string_view text);

/// The shortest decimal that reads back as the same double; "nan", "inf", "-inf".
std::string format_double(double value);
/// Fixed number of digits after the point, independent of the locale.
std::string format_fixed(double value, int digits);

}  // namespace larc
