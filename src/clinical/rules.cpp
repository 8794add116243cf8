#include "clinical/rules.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.h"
#include "core/text.h"

namespace larc::clinical {

namespace {

const std::vector<std::string> kVariableTypes{"number", "category", "codes", "date", "text"};
const std::vector<std::string> kEndpointTypes{"binary", "ordinal", "survival", "competing"};

}  // namespace

std::string to_string(VariableType type) {
  return kVariableTypes[static_cast<std::size_t>(type)];
}

std::string to_string(EndpointType type) {
  return kEndpointTypes[static_cast<std::size_t>(type)];
}

std::string to_string(PredictionPoint point) {
  static constexpr const char* kNames[] = {"P0", "P1", "P2", "LABEL"};
  return kNames[static_cast<int>(point)];
}

namespace {

template <typename Enum>
Enum choice(Section& section, const std::string& key, const std::vector<std::string>& names,
            const std::string& fallback) {
  const std::string name = section.choice(key, names, fallback);
  return static_cast<Enum>(std::find(names.begin(), names.end(), name) - names.begin());
}

}  // namespace

PredictionPoint parse_point(Section& section, const std::string& key, const std::string& fallback) {
  return choice<PredictionPoint>(section, key, {"P0", "P1", "P2", "LABEL"}, fallback);
}

namespace {

/// The plausible range; null on one side: none there.
void parse_range(Section& section, Variable& variable) {
  const Json& range = section.raw("range");
  if (range.is_null()) return;
  if (!range.is_array() || range.size() != 2) section.fail("range", "must be a list of two numbers");
  for (const auto& bound : range)
    if (!bound.is_number() && !bound.is_null())
      section.fail("range", "holds " + dump_json(bound) + "; each bound must be a number, or null for none");
  if (range[0].is_number()) variable.lower = range[0].get<double>();
  if (range[1].is_number()) variable.upper = range[1].get<double>();
  if (!(variable.lower <= variable.upper)) section.fail("range", "must have the lower bound first");
}

void parse_codes(Section& section, Variable& variable) {
  const Json& codes = section.raw("codes");
  if (codes.is_object()) {
    Section map = section.section("codes");
    for (const auto& [code, label] : codes.items()) {
      variable.codes.push_back(code);
      variable.code_labels.push_back(map.label(code, code));
    }
  } else {
    variable.codes = section.texts("codes");
    for (const auto& code : variable.codes) variable.code_labels.push_back({code, code});
  }
}

Variable parse_variable(const std::string& id, Section section) {
  Variable variable;
  variable.id = id;
  variable.type = choice<VariableType>(section, "type", kVariableTypes, "number");
  variable.available_from = parse_point(section, "available_from", "LABEL");
  variable.label = section.label("label", id);
  variable.aliases = section.texts("aliases");
  variable.unit = section.text("unit", "");
  for (const auto& [unit, factor] : section.raw("units").items()) {
    const double value = factor.is_number() ? factor.get<double>() : 0;
    if (!(value > 0) || !std::isfinite(value))
      section.fail("units",
                   "gives the unit '" + unit + "' the factor " + dump_json(factor) + "; it must be a number above 0");
    variable.units[unit] = value;
  }
  parse_codes(section, variable);
  variable.ordered = section.flag("ordered", false);
  variable.log_scale = section.flag("log", false);
  variable.readers = section.flag("readers", false);
  variable.upper_normal = section.number("upper_normal", variable.upper_normal);
  variable.dated_by = section.text("dated_by", "");
  parse_range(section, variable);
  if (section.has("window")) {
    Section window = section.section("window");
    variable.window = Window{window.text("before"), window.integer("days", 28, 0)};
    window.finish();
    if (variable.dated_by.empty()) section.fail("dated_by", "is missing; a window needs the date of the value");
  }
  if (section.has("formula")) variable.formula = section.expression("formula");
  if ((variable.type == VariableType::category || variable.type == VariableType::codes) && variable.codes.empty())
    section.fail("codes", "is missing; a category needs its allowed values");
  section.finish();
  return variable;
}

std::vector<Expression> expressions_of(Section& section, const std::string& key) {
  std::vector<Expression> list;
  for (const auto& source : section.texts(key))
    list.push_back(in_context(section.where() + "." + key, [&] { return Expression::parse(source); }));
  return list;
}

DateRule parse_dates(Section& section) {
  DateRule rule;
  rule.origin = section.expression("origin");
  if (section.has("entry")) rule.entry = section.expression("entry");
  rule.events = expressions_of(section, "events");
  rule.competing = expressions_of(section, "competing");
  rule.last_seen = section.expression("last_seen");
  if (rule.events.empty()) section.fail("events", "is missing; name the dates that end the time");
  return rule;
}

Endpoint parse_endpoint(const std::string& id, Section section) {
  Endpoint endpoint;
  endpoint.id = id;
  endpoint.type = choice<EndpointType>(section, "type", kEndpointTypes, "binary");
  endpoint.at = parse_point(section, "at", "P0");
  endpoint.label = section.label("label", id);
  endpoint.primary = section.flag("primary", false);
  if (section.has("risk_set")) endpoint.risk_set = section.expression("risk_set");
  if (endpoint.type == EndpointType::binary) {
    endpoint.positive = section.expression("positive");
  } else if (endpoint.type == EndpointType::ordinal) {
    endpoint.level = section.expression("level");
    endpoint.levels = section.texts("levels");
    if (endpoint.levels.size() < 2) section.fail("levels", "must list at least two levels in their order");
  } else {
    if (endpoint.type == EndpointType::competing || section.has("origin")) {
      endpoint.dates = parse_dates(section);
      if ((endpoint.type == EndpointType::competing) == endpoint.dates->competing.empty())
        section.fail("competing", endpoint.type == EndpointType::competing
                                      ? "is missing; name the dates of the competing events"
                                      : "belongs to the type competing");
    } else {
      endpoint.time = section.expression("time");
      endpoint.event = section.expression("event");
    }
    endpoint.horizon_months = section.number("horizon_months", 120);
    endpoint.report_at = section.numbers("report_at");
    for (const double months : endpoint.report_at)
      if (!(months > 0)) section.fail("report_at", "must be a list of months above 0");
    if (endpoint.report_at.empty()) endpoint.report_at = {36, 60};
  }
  section.finish();
  return endpoint;
}

void parse_table(Section table, TableRule& rule) {
  rule.patient_column = table.text("patient", "patient_id");
  rule.centre_column = table.text("centre", "");
  rule.missing = table.texts("missing");
  rule.on_fault = choice<OnFault>(table, "on_fault", {"refuse_file", "drop_row", "drop_value"}, "refuse_file");
  for (const auto& [column, variable] : table.raw("columns").items())
    rule.columns[column] = variable.is_string() ? variable.get<std::string>() : dump_json(variable);
  for (const auto& [pattern, file] : table.raw("mappings").items()) {
    if (!file.is_string()) table.fail("mappings", "must give a mapping file for each pattern of file names");
    rule.mappings.emplace_back(pattern, file.get<std::string>());
  }
  if (const std::string mapping = table.text("mapping", ""); !mapping.empty()) rule.mappings.emplace_back("*", mapping);
  table.finish();
}

void parse_moments(Section points, std::array<Moment, 3>& moments) {
  for (std::size_t p = 0; p < moments.size(); ++p) {
    const std::string name = to_string(static_cast<PredictionPoint>(p));
    if (!points.has(name)) continue;
    Section point = points.section(name);
    moments[p] = {point.text("until"), point.integer("days", 0, 0)};
    point.finish();
  }
  points.finish();
}

[[noreturn]] void fail(const std::string& what) {
  throw Error(ErrorCode::format, what);
}

void check_variables(const Rules& rules, const Expression& expression, const std::string& where) {
  for (const auto& id : expression.variables())
    if (rules.find_variable(id) == nullptr)
      fail(where + ": variable '" + id + "' is not declared under variables; declare it or correct the name");
}

void check_date_variable(const Rules& rules, const std::string& id, const std::string& where) {
  if (id.empty()) return;
  const Variable* variable = rules.find_variable(id);
  if (variable == nullptr || variable->type != VariableType::date)
    fail(where + ": '" + id + "' is not a variable of type date");
}

/// A derived value is known no earlier than the values it is made of, and never made of itself. `open`: formulas on the
/// way here; `closed`: those already found good, so that none is followed twice.
void check_formula(const Rules& rules, const Variable& variable, std::set<std::string>& open,
                   std::set<std::string>& closed) {
  if (closed.contains(variable.id)) return;
  open.insert(variable.id);
  for (const auto& id : variable.formula->variables()) {
    const Variable& used = *rules.find_variable(id);
    if (open.contains(id)) fail("variables." + variable.id + ": its formula uses itself through '" + id + "'");
    if (used.available_from > variable.available_from)
      fail("variables." + variable.id + ": its formula uses '" + id + "', which is available from " +
           to_string(used.available_from) + "; set available_from to that or later");
    if (used.formula) check_formula(rules, used, open, closed);
  }
  open.erase(variable.id);
  closed.insert(variable.id);
}

void check_references(const Rules& rules) {
  std::set<std::string> endpoint_ids;
  for (const auto& endpoint : rules.endpoints) {
    endpoint_ids.insert(endpoint.id);
    for (const auto* expression : endpoint.expressions())
      check_variables(rules, *expression, "endpoints." + endpoint.id);
  }
  for (const auto& variable : rules.variables) {
    const std::string where = "variables." + variable.id;
    check_date_variable(rules, variable.dated_by, where + ".dated_by");
    if (variable.window) check_date_variable(rules, variable.window->before, where + ".window");
    if (variable.formula) check_variables(rules, *variable.formula, where + ".formula");
  }
  std::set<std::string> open, closed;
  for (const auto& variable : rules.variables)
    if (variable.formula) check_formula(rules, variable, open, closed);
  for (const auto& moment : rules.moments) check_date_variable(rules, moment.date, "prediction_points");
  for (const auto& criterion : rules.eligibility) check_variables(rules, criterion.rule, "eligibility " + criterion.id);
  for (const auto& check : rules.checks) {
    check_variables(rules, check.holds, "checks." + check.id);
    for (const auto& id : check.affects)
      if (!endpoint_ids.contains(id)) fail("checks." + check.id + ": endpoint '" + id + "' is not declared");
  }
  if (!rules.data_cut.empty() && !parse_date(rules.data_cut))
    fail("data_cut: '" + rules.data_cut + "' is not a date; write it as YYYY-MM-DD");
}

}  // namespace

std::vector<const Expression*> Endpoint::expressions() const {
  std::vector<const Expression*> list;
  for (const auto* expression : {&positive, &level, &time, &event, &risk_set})
    if (*expression) list.push_back(&**expression);
  if (!dates) return list;
  list.push_back(&dates->origin);
  if (dates->entry) list.push_back(&*dates->entry);
  for (const auto& expression : dates->events) list.push_back(&expression);
  for (const auto& expression : dates->competing) list.push_back(&expression);
  list.push_back(&dates->last_seen);
  return list;
}

const Variable* Rules::find_variable(const std::string& id) const {
  const auto found =
      std::find_if(variables.begin(), variables.end(), [&](const auto& variable) { return variable.id == id; });
  return found == variables.end() ? nullptr : &*found;
}

const Endpoint& Rules::endpoint(const std::string& id) const {
  std::vector<std::string> ids;
  for (const auto& candidate : endpoints) {
    if (candidate.id == id) return candidate;
    ids.push_back(candidate.id);
  }
  throw Error(ErrorCode::not_found, "endpoint '" + id + "' is not in study.yaml; it declares: " + join(ids, ", "));
}

void parse_rules(Section& root, Rules& rules) {
  parse_table(root.section("table"), rules.table);
  rules.data_cut = root.text("data_cut", "");
  for (auto& [id, section] : root.sections("variables")) rules.variables.push_back(parse_variable(id, section));
  parse_moments(root.section("prediction_points"), rules.moments);
  Section readers = root.section("readers");
  rules.reader_policy = choice<ReaderPolicy>(readers, "disagreement", {"unknown", "first"}, "unknown");
  readers.finish();
  for (auto& [id, section] : root.sections("checks")) {
    rules.checks.push_back({id, section.label("text", id), section.label("remedy", ""), section.expression("holds"),
                            section.texts("affects")});
    section.finish();
  }
  for (auto& [id, section] : root.sections("eligibility")) {
    const bool include = section.has("include");
    rules.eligibility.push_back(
        {id, section.label("text", id), include, section.expression(include ? "include" : "exclude")});
    section.finish();
  }
  for (auto& [id, section] : root.sections("endpoints")) rules.endpoints.push_back(parse_endpoint(id, section));
  if (rules.endpoints.empty()) root.fail("endpoints", "is missing; declare at least one");
  check_references(rules);
}

}  // namespace larc::clinical
