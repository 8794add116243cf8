#include "clinical/queries.h"

#include <algorithm>

#include "core/csv.h"
#include "core/text.h"

namespace larc::clinical {

Assessment assess(const Rules& rules, const PatientValues& values, PatientScreening screening) {
  Assessment assessment;
  assessment.failed = failed_checks(rules, values);
  assessment.screening = std::move(screening);
  for (const auto& endpoint : rules.endpoints)
    assessment.outcomes.push_back(derive_outcome(rules, endpoint, values, assessment.failed));
  return assessment;
}

namespace {

/// The variables of one patient that are missing, each with the criteria and endpoints that wait for it.
using Missing = std::map<std::string, std::vector<std::string>>;

class Writer {
 public:
  Writer(const Rules& rules, const std::string& patient, const SourceOf& source_of)
      : rules_(rules), patient_(patient), source_of_(source_of) {}

  std::vector<Finding> list;

  void add(const std::string& kind, const std::string& item, Label text, Label remedy, const ValueSource& source = {}) {
    list.push_back({kind, patient_, item, std::move(text), std::move(remedy), source.file, source.row});
  }

  void add_check(const FailedCheck& failed) {
    const Check& check = *failed.check;
    const std::string waiting = join(check.affects, ", ");
    Label text = check.text;
    if (!failed.error.empty()) text = {text.en + "? " + failed.error, text.zh + "？" + failed.error};
    if (!waiting.empty()) text = {text.en + " (waiting: " + waiting + ")", text.zh + "（待定：" + waiting + "）"};
    add("check", check.id, text, check.remedy, first_source(check.holds));
  }

  void add_missing(const Missing& missing) {
    for (const auto& [id, needed_by] : missing) {
      const Variable* variable = rules_.find_variable(id);
      const std::string who = join(needed_by, ", ");
      if (variable->formula)
        add("contradiction", id,
            {variable->label.en + " cannot be derived from what is recorded; needed by " + who,
             variable->label.zh + "无法由记录推导；用于 " + who},
            {"Compare what it is derived from: " + variable->formula->text(),
             "核对其来源：" + variable->formula->text()},
            first_source(*variable->formula));
      else
        add("unknown", id,
            {variable->label.en + " is not recorded; needed by " + who,
             "未记录" + variable->label.zh + "；用于 " + who},
            {"Record it, or confirm that it is not known", "补录，或确认未知"});
    }
  }

  void add_contradiction(const std::string& item, const Label& label, const std::string& reason) {
    add("contradiction", item, {label.en + ": " + reason, label.zh + "：" + reason},
        {"Correct the value that cannot be understood", "更正无法理解的值"});
  }

 private:
  ValueSource first_source(const Expression& expression) const {
    for (const auto& id : expression.variables()) {
      const ValueSource source = source_of_(id);
      if (!source.file.empty()) return source;
      const Variable* variable = rules_.find_variable(id);
      if (variable != nullptr && variable->formula) {
        const ValueSource inner = first_source(*variable->formula);
        if (!inner.file.empty()) return inner;
      }
    }
    return {};
  }

  const Rules& rules_;
  const std::string& patient_;
  const SourceOf& source_of_;
};

}  // namespace

std::vector<Finding> patient_queries(const Rules& rules, const std::string& patient, const Assessment& assessment,
                                     const SourceOf& source_of) {
  Writer writer(rules, patient, source_of);
  for (const auto& failed : assessment.failed) writer.add_check(failed);
  if (assessment.screening.state == Eligibility::excluded) return writer.list;

  Missing missing;
  for (std::size_t c = 0; c < assessment.screening.answers.size(); ++c) {
    const CriterionAnswer& answer = assessment.screening.answers[c];
    const Criterion& criterion = rules.eligibility[c];
    if (answer.state != CriterionState::unknown) continue;
    for (const auto& id : answer.missing) missing[id].push_back(criterion.id);
    if (answer.missing.empty()) writer.add_contradiction(criterion.id, criterion.text, answer.reason);
  }
  std::vector<std::string> outside;
  std::string risk_sets;
  for (std::size_t e = 0; assessment.screening.state == Eligibility::eligible && e < rules.endpoints.size(); ++e) {
    const Endpoint& endpoint = rules.endpoints[e];
    const Outcome& outcome = assessment.outcomes[e];
    for (const auto& id : outcome.missing) missing[id].push_back(endpoint.id);
    const bool open = outcome.state == OutcomeState::unknown && outcome.missing.empty();
    if (open || (outcome.state == OutcomeState::contradictory && outcome.checks.empty()))
      writer.add_contradiction(endpoint.id, endpoint.label, outcome.reason);
    if (outcome.state != OutcomeState::not_at_risk) continue;
    outside.push_back(endpoint.id);
    const std::string& rule = endpoint.risk_set->text();
    if (risk_sets.find(rule) == std::string::npos) risk_sets += (risk_sets.empty() ? "" : "; ") + rule;
  }
  writer.add_missing(missing);
  if (!outside.empty())
    writer.add(
        "persistent_disease", join(outside, ", "),
        {"Outside the risk set (" + risk_sets + ")", "不在风险集内（" + risk_sets + "）"},
        {"Nothing, if this is right: the patient leaves these analyses", "如属实则无需处理：该患者不进入这些分析"});
  return writer.list;
}

void sort_queries(std::vector<Finding>& queries) {
  std::stable_sort(queries.begin(), queries.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.patient, a.kind, a.item, a.row) < std::tie(b.patient, b.kind, b.item, b.row);
  });
}

std::string queries_csv(const std::vector<Finding>& queries, const std::map<std::string, std::string>& centre_of) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& query : queries) {
    const auto centre = centre_of.find(query.patient);
    std::vector<std::string> row{query.patient,   centre == centre_of.end() ? "" : centre->second,
                                 query.kind,      query.item,
                                 query.text.en,   query.text.zh,
                                 query.remedy.en, query.remedy.zh,
                                 query.source,    query.row == 0 ? "" : std::to_string(query.row)};
    for (auto& cell : row) cell = spreadsheet_safe(cell);
    rows.push_back(std::move(row));
  }
  // With the mark of UTF-8 first, or spreadsheets show the Chinese texts as noise.
  return "\xEF\xBB\xBF" + format_csv({"patient_id", "centre", "kind", "item", "text_en", "text_zh", "remedy_en",
                                      "remedy_zh", "source", "row"},
                                     rows);
}

}  // namespace larc::clinical
