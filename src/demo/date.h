#pragma once
#include <chrono>
#include <string>

namespace larc::demo {

using Day = std::chrono::sys_days;
/// "2019-03-07"
std::string iso_date(Day day);
/// "20190307"
std::string dicom_date(Day day);
/// Of "2019-03-07", which has to be one.
Day parse_day(const std::string& iso);

inline constexpr double kDaysPerMonth = 30.4375;

}  // namespace larc::demo
