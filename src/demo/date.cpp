#include "demo/date.h"

#include <array>

namespace larc::demo {

namespace {

std::array<int, 3> parts(Day day) {
  const std::chrono::year_month_day date(day);
  return {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day()))};
}

std::string two(int number) {
  return std::string(number < 10 ? 1 : 0, '0') + std::to_string(number);
}

}  // namespace

std::string iso_date(Day day) {
  const auto p = parts(day);
  return std::to_string(p[0]) + "-" + two(p[1]) + "-" + two(p[2]);
}

std::string dicom_date(Day day) {
  const auto p = parts(day);
  return std::to_string(p[0]) + two(p[1]) + two(p[2]);
}

Day parse_day(const std::string& iso) {
  return std::chrono::year(std::stoi(iso.substr(0, 4))) /
         std::chrono::month(static_cast<unsigned>(std::stoi(iso.substr(5, 2)))) /
         std::chrono::day(static_cast<unsigned>(std::stoi(iso.substr(8, 2))));
}

}  // namespace larc::demo
