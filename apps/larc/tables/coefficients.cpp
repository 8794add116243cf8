#include "tables/coefficients.h"

#include <cmath>

#include "core/number.h"
#include "stats/distributions.h"

namespace larc::app {

Json coefficient_answer(const std::vector<std::string>& names, const Eigen::VectorXd& coef, const Eigen::VectorXd& se) {
  const double half = stats::critical_value(stats::kLevel95);
  Json answer = Json::array();
  for (std::size_t j = 0; j < names.size(); ++j) {
    const double b = coef[static_cast<Eigen::Index>(j)], s = se[static_cast<Eigen::Index>(j)];
    answer.push_back({{"name", names[j]},
                      {"coef", number_or_null(b)},
                      {"se", number_or_null(s)},
                      {"hr", number_or_null(std::exp(b))},
                      {"lower", number_or_null(std::exp(b - half * s))},
                      {"upper", number_or_null(std::exp(b + half * s))},
                      {"z", number_or_null(b / s)},
                      {"p", number_or_null(stats::normal_two_sided_p(b / s))}});
  }
  return answer;
}

std::string coefficient_text(const Json& coef) {
  const auto number = [](const Json& value, int digits) {
    return value.is_null() ? std::string("-") : format_fixed(value.get<double>(), digits);
  };
  std::string text;
  for (const Json& row : coef)
    text += "\n" + row["name"].get<std::string>() + ": HR " + number(row["hr"], 3) + " (" + number(row["lower"], 3) +
            " to " + number(row["upper"], 3) + "), p " + number(row["p"], 4);
  return text;
}

Json profile_answer(const std::string& name, const stats::ProfiledCoefficient& coefficient, Json& notes) {
  add_note(notes, name, coefficient.reason);
  return {{"coef", number_or_null(coefficient.value)},
          {"se", number_or_null(coefficient.se)},
          {"hr", number_or_null(std::exp(coefficient.value))},
          {"lower", number_or_null(std::exp(coefficient.lower))},
          {"upper", number_or_null(std::exp(coefficient.upper))},
          {"z", number_or_null(coefficient.value / coefficient.se)},
          {"chi2", number_or_null(coefficient.chi2)},
          {"p", number_or_null(coefficient.p)}};
}

Json profile_answers(const std::vector<std::string>& names, const std::vector<stats::ProfiledCoefficient>& coef,
                     Json& notes) {
  Json answer = Json::array();
  for (std::size_t j = 0; j < coef.size(); ++j) {
    Json row{{"name", names[j]}};
    row.update(profile_answer(names[j], coef[j], notes));
    answer.push_back(row);
  }
  return answer;
}

Eigen::VectorXd estimates(const std::vector<stats::ProfiledCoefficient>& coef) {
  Eigen::VectorXd values(static_cast<Eigen::Index>(coef.size()));
  for (std::size_t j = 0; j < coef.size(); ++j) values[static_cast<Eigen::Index>(j)] = coef[j].value;
  return values;
}

std::string with_column_names(const std::string& reason, const std::vector<std::string>& names) {
  static const std::string word = "column ";
  std::string result;
  for (std::size_t at = 0; at < reason.size();) {
    const std::size_t number = at + word.size();
    std::size_t end = number;
    while (end < reason.size() && reason[end] >= '0' && reason[end] <= '9') ++end;
    const bool counted = reason.compare(at, word.size(), word) == 0 && end > number && end - number < 10;
    const std::size_t column = counted ? std::stoul(reason.substr(number, end - number)) : 0;
    if (column == 0 || column > names.size()) {
      result += reason[at++];
      continue;
    }
    result += word + names[column - 1];
    at = end;
  }
  return result;
}

}  // namespace larc::app
