#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>

namespace larc::clinical {

/// What an expression can be: unknown, true or false, a number, a text. Dates are texts "YYYY-MM-DD".
using Datum = std::variant<std::monostate, bool, double, std::string>;

inline bool is_unknown(const Datum& datum) {
  return std::holds_alternative<std::monostate>(datum);
}

/// A month of every duration in larc: 365.25 days / 12.
inline constexpr double kDaysPerMonth = 30.4375;

/// Days since 1970-01-01 of "YYYY-MM-DD"; nullopt if it is no such date.
std::optional<long> parse_date(const std::string& text);

/// What a datum says where a day, or true or false, is wanted. errors domain: it says something else, or is unknown
long day_in(const Datum& datum);
bool truth_in(const Datum& datum);

/// A rule over the variables of one patient, with three-valued logic (Kleene): a comparison with an unknown value is
/// unknown; `unknown or true` is true, `unknown and false` is false.
///
///   expression := or;  or := and ("or" and)*;  and := not ("and" not)*;  not := "not" not | comparison
///   comparison := sum (("==" | "!=" | "<" | "<=" | ">" | ">=") sum | "in" "[" literals "]")?
///   sum := product (("+" | "-") product)*;  product := unary (("*" | "/") unary)*
///   primary := number | 'text' | true | false | variable | function "(" arguments ")" | "(" expression ")"
///   literals := literal ("," literal)*;  literal := "-"? number | 'text' | true | false
///
/// Functions: known(x); if(condition, a, b), unknown where the condition is; months(from, to) in months of 30.4375
/// days, days(from, to); coalesce(a, b, ...); min(a, b, ...), max(a, b, ...) (unknown if one is unknown); earliest(a,
/// b, ...), latest(a, b, ...) of the known ones; abs(x); has_code(codes, 'code'); trg(grade, system), nar(cT, ypT,
/// ypN), t_level(T), n_level(N) as in rectal.h.
class Expression {
 public:
  /// errors format: says where and what was expected
  static Expression parse(const std::string& text);
  /// `lookup` gives the value of a variable. errors domain: text compared with a number, not a date, ...
  Datum evaluate(const std::function<Datum(const std::string&)>& lookup) const;
  const std::set<std::string>& variables() const { return variables_; }
  const std::string& text() const { return text_; }

  struct Node;

 private:
  std::shared_ptr<const Node> root_;
  std::set<std::string> variables_;
  std::string text_;
};

}  // namespace larc::clinical
