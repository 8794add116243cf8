#include "demo/endpoint_truth.h"

#include <algorithm>

#include "demo/course.h"
#include "demo/screening_truth.h"

namespace larc::demo {

namespace {

using Kind = OutcomeTruth::Kind;

std::optional<int> t_level(const std::optional<std::string>& category) {
  if (!category) return std::nullopt;
  for (const char c : *category)
    if (c >= '0' && c <= '4') return c - '0';
  return 0;  // is
}

OutcomeTruth binary(const char* id, std::optional<bool> answer) {
  OutcomeTruth result{id, answer ? "known" : "unknown", 0, "", 0, 0, Kind::binary};
  result.label = answer && *answer ? 1 : 0;
  return result;
}

OutcomeTruth ordinal(const char* id, std::optional<std::string> level) {
  return {id, level ? "known" : "unknown", 0, level.value_or(""), 0, 0, Kind::ordinal};
}

std::optional<bool> complete_response(const Record& r) {
  const auto t = r.text("ypT"), n = r.text("ypN");
  const auto deposits = r.number("tumour_deposit_count");
  if ((t && *t != "0") || (n && *n != "0") || (deposits && *deposits != 0)) return false;
  if (!t || !n || !deposits) return std::nullopt;
  return true;
}

std::optional<std::string> nar_class(const Record& r) {
  const auto ct = t_level(r.text("cT_1")), pt = t_level(r.text("ypT"));
  const auto n = r.text("ypN");
  if (!ct || !pt || !n) return std::nullopt;
  const double sum = 5.0 * (n->front() - '0') - 3.0 * (*ct - *pt) + 12.0;
  const double nar = sum * sum / 9.61;
  return nar < 8 ? "low" : nar <= 16 ? "intermediate" : "high";
}

struct FirstDay {
  std::optional<Day> day;
  bool after_cut = false;  // one happened, but only after the data cut
};
FirstDay first_of(const Record& r, std::initializer_list<const char*> variables) {
  FirstDay first;
  for (const char* variable : variables) {
    const auto day = r.day(variable);
    if (!day) continue;
    if (*day > kDataCut)
      first.after_cut = true;
    else if (!first.day || *day < *first.day)
      first.day = day;
  }
  return first;
}

OutcomeTruth from_dates(const Record& r, const char* id, bool at_risk, std::initializer_list<const char*> events,
                        std::initializer_list<const char*> competing) {
  OutcomeTruth result{id, "unknown", 0, "", 0, 0, Kind::time};
  if (!at_risk) {
    result.state = "not_at_risk";
    return result;
  }
  const auto surgery = r.day("surgery_date"), seen = r.day("last_contact_date");
  const auto event = first_of(r, events), other = first_of(r, competing);
  // Whoever has an event after the data cut was free of it until then.
  const bool ended = seen || event.day || other.day || event.after_cut || other.after_cut;
  Day end = std::min(seen.value_or(kDataCut), kDataCut);
  if (event.day && (!other.day || *event.day <= *other.day)) {
    end = *event.day;
    result.event = 1;
  } else if (other.day) {
    end = *other.day;
    result.event = 2;
  }
  const Day origin = surgery.value_or(end);
  if (!ended || end <= origin) {
    result.event = 0;
    return result;
  }
  result.state = "known";
  result.time_months = static_cast<double>((end - origin).count()) / kDaysPerMonth;
  if (result.time_months > kHorizonMonths) {
    result.time_months = kHorizonMonths;
    result.event = 0;
  }
  return result;
}

}  // namespace

std::vector<OutcomeTruth> endpoint_truth(const Record& r) {
  const auto regression = regression_of(r);
  const auto ct = t_level(r.text("cT_1")), pt = t_level(r.text("ypT"));
  const auto crm = r.number("crm_mm"), deposits = r.number("tumour_deposit_count");
  const auto good = regression ? std::optional(*regression != "partial" && *regression != "poor") : std::nullopt;
  const auto grade = deposits ? std::optional<std::string>(*deposits < 1   ? "0"
                                                           : *deposits < 3 ? "1-2"
                                                                           : "3+")
                              : std::nullopt;
  // Nobody is left out of a risk set for want of knowledge.
  const bool complete_resection = r.text("resection") != "R2";
  const bool no_metastasis = r.text("cM_2") != "M1";
  const char *local = "local_recurrence_date", *regional = "regional_recurrence_date",
             *distant = "distant_metastasis_date", *death = "death_date";
  std::vector<OutcomeTruth> all{
      from_dates(r, "os", true, {death}, {}),
      binary("pcr", complete_response(r)),
      binary("good_response", good),
      binary("t_downstage", ct && pt ? std::optional(*pt < *ct) : std::nullopt),
      binary("crm_positive", crm ? std::optional(*crm <= 1) : std::nullopt),
      binary("deposits", deposits ? std::optional(*deposits >= 1) : std::nullopt),
      ordinal("deposits_grade", grade),
      ordinal("nar_class", nar_class(r)),
      from_dates(r, "dfs", complete_resection && no_metastasis, {local, regional, distant, "second_crc_date", death},
                 {}),
      from_dates(r, "lrfs", complete_resection, {local, death}, {}),
      from_dates(r, "dmfs", no_metastasis, {distant, death}, {}),
      from_dates(r, "time_to_local_recurrence", complete_resection, {local}, {death}),
      from_dates(r, "time_to_distant_metastasis", no_metastasis, {distant}, {death}),
  };
  for (const auto& check : broken_checks(r)) {
    const auto& affected = endpoints_affected(check);
    for (auto& outcome : all)
      if (std::find(affected.begin(), affected.end(), outcome.endpoint) != affected.end())
        outcome = {outcome.endpoint, "contradictory", 0, "", 0, 0, outcome.kind};
  }
  return all;
}

}  // namespace larc::demo
