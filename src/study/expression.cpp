#include "study/expression.h"

#include <chrono>
#include <optional>

#include "core/error.h"
#include "core/number.h"

namespace larc::study {

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

constexpr double kDaysPerMonth = 30.4375;

struct Token {
  enum class Kind { number, text, name, symbol, end } kind;
  std::string text;
  std::size_t position;
};

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
  NodePtr parse_not() {
    if (accept("not")) return make(Node::Kind::unary, "not", {parse_not()});
    return parse_comparison();
  }
  NodePtr parse_comparison() {
    const NodePtr left = parse_sum();
    if (accept("in")) {
      if (!accept("[")) fail("'[' after in");
      std::vector<NodePtr> children{left};
      do children.push_back(parse_sum());
      while (accept(","));
      if (!accept("]")) fail("',' or ']'");
      return make(Node::Kind::in, "in", std::move(children));
    }
    for (const char* sign : {"==", "!=", "<=", ">=", "<", ">"})
      if (accept(sign)) return make(Node::Kind::binary, sign, {left, parse_sum()});
    return left;
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
    if (accept("-")) return make(Node::Kind::unary, "-", {parse_unary()});
    return parse_primary();
  }
  NodePtr parse_primary() {
    const Token token = current();
    if (accept("(")) {
      NodePtr inner = parse_or();
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
    static const std::set<std::string> kFunctions{"known", "months", "coalesce", "min", "max"};
    if (!kFunctions.contains(token.text)) fail("one of the functions known, months, coalesce, min, max");
    std::vector<NodePtr> arguments;
    do arguments.push_back(parse_or());
    while (accept(","));
    if (!accept(")")) fail("',' or ')'");
    if (token.text == "months" && arguments.size() != 2) fail("two arguments of months()");
    return make(Node::Kind::call, token.text, std::move(arguments));
  }

  const std::string& source_;
  std::vector<Token> tokens_;
  std::size_t next_ = 0;
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

bool as_truth(const Datum& datum) {
  if (const auto* truth = std::get_if<bool>(&datum)) return *truth;
  throw Error(ErrorCode::domain, show(datum) + " stands where true or false is needed");
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

Datum evaluate_call(const Node& node, const Lookup& lookup) {
  std::vector<Datum> values;
  for (const auto& child : node.children) values.push_back(evaluate_node(*child, lookup));
  if (node.name == "known") return !is_unknown(values[0]);
  if (node.name == "coalesce") {
    for (const Datum& value : values)
      if (!is_unknown(value)) return value;
    return {};
  }
  for (const Datum& value : values)
    if (is_unknown(value)) return {};
  if (node.name == "months") {
    std::array<long, 2> days{};
    for (std::size_t i = 0; i < 2; ++i) {
      const auto* text = std::get_if<std::string>(&values[i]);
      const auto date = text ? parse_date(*text) : std::nullopt;
      if (!date) throw Error(ErrorCode::domain, show(values[i]) + " is not a date YYYY-MM-DD");
      days[i] = *date;
    }
    return static_cast<double>(days[1] - days[0]) / kDaysPerMonth;
  }
  Datum best = values[0];
  for (const Datum& value : values)
    if (as_truth(compare(node.name == "min" ? "<" : ">", value, best))) best = value;
  return best;
}

Datum evaluate_binary(const Node& node, const Lookup& lookup) {
  const Datum a = evaluate_node(*node.children[0], lookup);
  const Datum b = evaluate_node(*node.children[1], lookup);
  if (node.name == "and" || node.name == "or") {
    const bool decisive = node.name == "or";
    if (!is_unknown(a) && as_truth(a) == decisive) return decisive;
    if (!is_unknown(b) && as_truth(b) == decisive) return decisive;
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
      if (node.name == "not") return !as_truth(value);
      return -as_number(value);
    }
    case Node::Kind::in: {
      const Datum value = evaluate_node(*node.children[0], lookup);
      if (is_unknown(value)) return {};
      for (std::size_t i = 1; i < node.children.size(); ++i)
        if (as_truth(compare("==", value, evaluate_node(*node.children[i], lookup)))) return true;
      return false;
    }
  }
  return {};
}

}  // namespace

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

}  // namespace larc::study
