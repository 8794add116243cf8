#include "clinical/expression.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <optional>

#include "clinical/rectal.h"
#include "core/error.h"
#include "core/number.h"
#include "core/text.h"

namespace larc::clinical {

struct Expression::Node {
  enum class Kind { literal, variable, call, unary, binary, in } kind;
  std::string name;  // variable, function or operator
  Datum literal;
  std::vector<std::shared_ptr<const Node>> children;
};

using Node = Expression::Node;
using NodePtr = std::shared_ptr<const Node>;

std::optional<long> parse_date(const std::string& text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = parse_integer(text.substr(0, 4)), month = parse_integer(text.substr(5, 2)),
             day = parse_integer(text.substr(8, 2));
  if (!year || !month || !day || *month < 1 || *day < 1) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

namespace {

struct Token {
  enum class Kind { number, text, name, symbol, end } kind;
  std::string text;
  std::size_t position;
};

/// Functions and how many arguments each takes; 0: one or more.
const std::map<std::string, std::size_t>& functions() {
  static const std::map<std::string, std::size_t> kFunctions{
      {"known", 1},    {"months", 2},   {"days", 2},   {"coalesce", 0}, {"min", 0},
      {"max", 0},      {"earliest", 0}, {"latest", 0}, {"abs", 1},      {"if", 3},
      {"has_code", 2}, {"trg", 2},      {"nar", 3},    {"t_level", 1},  {"n_level", 1},
  };
  return kFunctions;
}

class Parser {
 public:
  explicit Parser(const std::string& source) : source_(source) { tokenize(); }

  NodePtr parse_all() {
    NodePtr root = parse_or();
    if (current().kind != Token::Kind::end) fail("an operator or the end");
    return root;
  }

  std::set<std::string> variables;

 private:
  const Token& current() const { return tokens_[next_]; }
  bool accept(const std::string& text) {
    if (current().kind == Token::Kind::text || current().text != text || current().kind == Token::Kind::end)
      return false;
    ++next_;
    return true;
  }
  [[noreturn]] void fail(const std::string& expected) const {
    throw Error(ErrorCode::format, "expression \"" + source_ + "\", character " +
                                       std::to_string(current().position + 1) + ": expected " + expected);
  }

  void tokenize() {
    std::size_t i = 0;
    const auto is_name = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
             static_cast<unsigned char>(c) >= 0x80;
    };
    while (i < source_.size()) {
      const char c = source_[i];
      const std::size_t start = i;
      if (c == ' ' || c == '\t' || c == '\n') {
        ++i;
      } else if (c == '\'' || c == '"') {
        const auto end = source_.find(c, i + 1);
        if (end == std::string::npos)
          throw Error(ErrorCode::format, "expression \"" + source_ + "\": a quote is opened and never closed");
        tokens_.push_back({Token::Kind::text, source_.substr(i + 1, end - i - 1), start});
        i = end + 1;
      } else if (c >= '0' && c <= '9') {
        while (i < source_.size() && ((source_[i] >= '0' && source_[i] <= '9') || source_[i] == '.')) ++i;
        tokens_.push_back({Token::Kind::number, source_.substr(start, i - start), start});
      } else if (is_name(c)) {
        while (i < source_.size() && is_name(source_[i])) ++i;
        tokens_.push_back({Token::Kind::name, source_.substr(start, i - start), start});
      } else {
        i +=
            i + 1 < source_.size() && source_[i + 1] == '=' && std::string("=!<>").find(c) != std::string::npos ? 2 : 1;
        tokens_.push_back({Token::Kind::symbol, source_.substr(start, i - start), start});
      }
    }
    if (tokens_.size() > 10'000)
      throw Error(ErrorCode::format, "an expression has more than 10,000 words; divide it into derived variables");
    tokens_.push_back({Token::Kind::end, "", source_.size()});
  }

  static NodePtr make(Node::Kind kind, std::string name, std::vector<NodePtr> children) {
    return std::make_shared<Node>(Node{kind, std::move(name), {}, std::move(children)});
  }
  static NodePtr literal(Datum value) {
    return std::make_shared<Node>(Node{Node::Kind::literal, "", std::move(value), {}});
  }

  NodePtr parse_or() {
    NodePtr left = parse_and();
    while (accept("or")) left = make(Node::Kind::binary, "or", {left, parse_and()});
    return left;
  }
  NodePtr parse_and() {
    NodePtr left = parse_not();
    while (accept("and")) left = make(Node::Kind::binary, "and", {left, parse_not()});
    return left;
  }
  /// A part inside a part; so many that they could use up the stack are no expression of a person.
  NodePtr nested(NodePtr (Parser::*rule)()) {
    if (++depth_ > 100) fail("parts that lie less deep than 100");
    NodePtr node = (this->*rule)();
    --depth_;
    return node;
  }
  NodePtr parse_not() {
    if (accept("not")) return make(Node::Kind::unary, "not", {nested(&Parser::parse_not)});
    return parse_comparison();
  }
  NodePtr parse_comparison() {
    const NodePtr left = parse_sum();
    if (accept("in")) {
      if (!accept("[")) fail("'[' after in");
      std::vector<NodePtr> children{left};
      do children.push_back(parse_literal());
      while (accept(","));
      if (!accept("]")) fail("',' or ']'");
      return make(Node::Kind::in, "in", std::move(children));
    }
    for (const char* sign : {"==", "!=", "<=", ">=", "<", ">"})
      if (accept(sign)) return make(Node::Kind::binary, sign, {left, parse_sum()});
    return left;
  }
  /// What a value may be one of: written out, so that nothing in the list can be unknown.
  NodePtr parse_literal() {
    const bool negative = accept("-");
    const Token token = current();
    const bool truth = token.kind == Token::Kind::name && (token.text == "true" || token.text == "false");
    const bool number = token.kind == Token::Kind::number;
    if (!number && (negative || (!truth && token.kind != Token::Kind::text)))
      fail(negative ? "a number" : "a number, a text in quotes, true or false");
    const NodePtr node = parse_primary();
    return negative ? literal(-std::get<double>(node->literal)) : node;
  }
  NodePtr parse_sum() {
    NodePtr left = parse_product();
    while (true) {
      if (accept("+"))
        left = make(Node::Kind::binary, "+", {left, parse_product()});
      else if (accept("-"))
        left = make(Node::Kind::binary, "-", {left, parse_product()});
      else
        return left;
    }
  }
  NodePtr parse_product() {
    NodePtr left = parse_unary();
    while (true) {
      if (accept("*"))
        left = make(Node::Kind::binary, "*", {left, parse_unary()});
      else if (accept("/"))
        left = make(Node::Kind::binary, "/", {left, parse_unary()});
      else
        return left;
    }
  }
  NodePtr parse_unary() {
    if (accept("-")) return make(Node::Kind::unary, "-", {nested(&Parser::parse_unary)});
    return parse_primary();
  }
  NodePtr parse_primary() {
    const Token token = current();
    if (accept("(")) {
      NodePtr inner = nested(&Parser::parse_or);
      if (!accept(")")) fail("')'");
      return inner;
    }
    if (token.kind == Token::Kind::number) {
      const auto value = parse_double(token.text);
      if (!value) fail("a number");
      ++next_;
      return literal(*value);
    }
    if (token.kind == Token::Kind::text) {
      ++next_;
      return literal(token.text);
    }
    if (token.kind != Token::Kind::name) fail("a value, a variable or '('");
    ++next_;
    if (token.text == "true" || token.text == "false") return literal(token.text == "true");
    if (!accept("(")) {
      variables.insert(token.text);
      return make(Node::Kind::variable, token.text, {});
    }
    const auto function = functions().find(token.text);
    if (function == functions().end()) {
      std::string names;
      for (const auto& [name, count] : functions()) names += (names.empty() ? "" : ", ") + name;
      fail("one of the functions " + names);
    }
    std::vector<NodePtr> arguments;
    do arguments.push_back(nested(&Parser::parse_or));
    while (accept(","));
    if (!accept(")")) fail("',' or ')'");
    if (function->second != 0 && arguments.size() != function->second)
      fail(std::to_string(function->second) + " argument(s) of " + token.text + "()");
    return make(Node::Kind::call, token.text, std::move(arguments));
  }

  const std::string& source_;
  std::vector<Token> tokens_;
  std::size_t next_ = 0;
  int depth_ = 0;
};

std::string show(const Datum& datum) {
  if (const auto* text = std::get_if<std::string>(&datum)) return "'" + *text + "'";
  if (const auto* number = std::get_if<double>(&datum)) return format_double(*number);
  if (const auto* truth = std::get_if<bool>(&datum)) return *truth ? "true" : "false";
  return "unknown";
}

double as_number(const Datum& datum) {
  if (const auto* number = std::get_if<double>(&datum)) return *number;
  throw Error(ErrorCode::domain, show(datum) + " stands where a number is needed");
}

Datum compare(const std::string& sign, const Datum& a, const Datum& b) {
  if (is_unknown(a) || is_unknown(b)) return {};
  if (a.index() != b.index())
    throw Error(ErrorCode::domain, show(a) + " and " + show(b) + " cannot be compared; they differ in type");
  if (sign == "==") return a == b;
  if (sign == "!=") return a != b;
  if (sign == "<") return a < b;
  if (sign == "<=") return a <= b;
  if (sign == ">") return a > b;
  return a >= b;
}

using Lookup = std::function<Datum(const std::string&)>;

Datum evaluate_node(const Node& node, const Lookup& lookup);

const std::string& as_text(const Datum& datum) {
  if (const auto* text = std::get_if<std::string>(&datum)) return *text;
  throw Error(ErrorCode::domain, show(datum) + " stands where a text is needed");
}

Datum extreme(const std::vector<Datum>& values, const char* sign) {
  Datum best;
  for (const Datum& value : values)
    if (!is_unknown(value) && (is_unknown(best) || truth_in(compare(sign, value, best)))) best = value;
  return best;
}

template <typename T>
Datum known_or(const std::optional<T>& value) {
  if (!value) return {};
  if constexpr (std::is_same_v<T, int>)
    return static_cast<double>(*value);
  else
    return *value;
}

/// trg, nar, t_level, n_level: scales of rectal cancer.
Datum evaluate_scale(const std::string& name, const std::vector<Datum>& values) {
  if (name == "trg") return known_or(harmonised_regression(as_number(values[0]), as_text(values[1])));
  if (name == "n_level") return known_or(n_level(as_text(values[0])));
  const auto t = t_level(as_text(values[0]));
  if (name == "t_level") return known_or(t);
  const auto pt = t_level(as_text(values[1])), pn = n_level(as_text(values[2]));
  return t && pt && pn ? known_or(neoadjuvant_rectal_score(*t, *pt, *pn)) : Datum{};
}

/// From the first date to the second.
double days_between(const std::vector<Datum>& dates) {
  return static_cast<double>(day_in(dates[1]) - day_in(dates[0]));
}

Datum evaluate_call(const Node& node, const Lookup& lookup) {
  std::vector<Datum> values;
  for (const auto& child : node.children) values.push_back(evaluate_node(*child, lookup));
  if (node.name == "known") return !is_unknown(values[0]);
  if (node.name == "coalesce") {
    for (const Datum& value : values)
      if (!is_unknown(value)) return value;
    return {};
  }
  if (node.name == "if") return is_unknown(values[0]) ? Datum{} : values[truth_in(values[0]) ? 1 : 2];
  if (node.name == "earliest") return extreme(values, "<");
  if (node.name == "latest") return extreme(values, ">");
  if (std::any_of(values.begin(), values.end(), is_unknown)) return {};
  if (node.name == "months") return days_between(values) / kDaysPerMonth;
  if (node.name == "days") return days_between(values);
  if (node.name == "abs") return std::abs(as_number(values[0]));
  if (node.name == "has_code") {
    for (const auto& code : split(as_text(values[0]), ';'))
      if (trim(code) == as_text(values[1])) return true;
    return false;
  }
  if (node.name == "min" || node.name == "max") return extreme(values, node.name == "min" ? "<" : ">");
  return evaluate_scale(node.name, values);
}

Datum evaluate_binary(const Node& node, const Lookup& lookup) {
  const Datum a = evaluate_node(*node.children[0], lookup);
  const Datum b = evaluate_node(*node.children[1], lookup);
  if (node.name == "and" || node.name == "or") {
    const bool decisive = node.name == "or";
    if (!is_unknown(a) && truth_in(a) == decisive) return decisive;
    if (!is_unknown(b) && truth_in(b) == decisive) return decisive;
    if (is_unknown(a) || is_unknown(b)) return {};
    return !decisive;
  }
  if (node.name != "+" && node.name != "-" && node.name != "*" && node.name != "/") return compare(node.name, a, b);
  if (is_unknown(a) || is_unknown(b)) return {};
  const double x = as_number(a), y = as_number(b);
  if (node.name == "+") return x + y;
  if (node.name == "-") return x - y;
  if (node.name == "*") return x * y;
  if (y == 0) return {};
  return x / y;
}

Datum evaluate_node(const Node& node, const Lookup& lookup) {
  switch (node.kind) {
    case Node::Kind::literal:
      return node.literal;
    case Node::Kind::variable:
      return lookup(node.name);
    case Node::Kind::call:
      return evaluate_call(node, lookup);
    case Node::Kind::binary:
      return evaluate_binary(node, lookup);
    case Node::Kind::unary: {
      const Datum value = evaluate_node(*node.children[0], lookup);
      if (is_unknown(value)) return {};
      if (node.name == "not") return !truth_in(value);
      return -as_number(value);
    }
    case Node::Kind::in: {
      const Datum value = evaluate_node(*node.children[0], lookup);
      if (is_unknown(value)) return {};
      for (std::size_t i = 1; i < node.children.size(); ++i)
        if (truth_in(compare("==", value, evaluate_node(*node.children[i], lookup)))) return true;
      return false;
    }
  }
  return {};
}

}  // namespace

long day_in(const Datum& datum) {
  const auto* text = std::get_if<std::string>(&datum);
  const auto date = text != nullptr ? parse_date(*text) : std::nullopt;
  if (!date) throw Error(ErrorCode::domain, show(datum) + " is not a date YYYY-MM-DD");
  return *date;
}

bool truth_in(const Datum& datum) {
  if (const auto* truth = std::get_if<bool>(&datum)) return *truth;
  throw Error(ErrorCode::domain, show(datum) + " stands where true or false is needed");
}

Expression Expression::parse(const std::string& text) {
  Expression expression;
  expression.text_ = text;
  Parser parser(expression.text_);
  expression.root_ = parser.parse_all();
  expression.variables_ = std::move(parser.variables);
  return expression;
}

Datum Expression::evaluate(const Lookup& lookup) const {
  return in_context("expression \"" + text_ + "\"", [&] { return evaluate_node(*root_, lookup); });
}

}  // namespace larc::clinical
