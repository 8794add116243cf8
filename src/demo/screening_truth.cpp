#include "demo/screening_truth.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "demo/course.h"

namespace larc::demo {

namespace {

/// yes, no, or not known
using Answer = std::optional<bool>;

template <typename T, typename Test>
Answer ask(const std::optional<T>& value, Test test) {
  return value ? Answer(test(*value)) : std::nullopt;
}

Answer is(const Record& r, const char* variable, const char* code) {
  return ask(r.text(variable), [&](const std::string& text) { return text == code; });
}

Answer is_one_of(const Record& r, const char* variable, std::initializer_list<const char*> codes) {
  return ask(r.text(variable), [&](const std::string& text) {
    return std::any_of(codes.begin(), codes.end(), [&](const char* code) { return text == code; });
  });
}

bool surely(const Answer& answer) {
  return answer && *answer;
}

/// The first day is after the second, both being known.
bool later(const std::optional<Day>& first, const std::optional<Day>& second) {
  return first && second && *first > *second;
}

std::optional<Day> extreme_day(const Record& r, std::initializer_list<const char*> variables, bool latest) {
  std::optional<Day> best;
  for (const char* variable : variables)
    if (const auto day = r.day(variable); day && (!best || (latest ? *day > *best : *day < *best))) best = day;
  return best;
}

bool nodes_do_not_fit(const Record& r) {
  const auto category = r.text("ypN");
  const auto positive = r.number("nodes_positive");
  if (!category || !positive) return false;
  const double n = *positive;
  if (*category == "0" || *category == "1c") return n != 0;
  if (*category == "1a") return n != 1;
  if (*category == "1b") return n < 2 || n > 3;
  if (*category == "2a") return n < 4 || n > 6;
  return n < 7;
}

bool n1c_does_not_fit(const Record& r) {
  if (!surely(is(r, "ypN", "1c"))) return false;
  const auto deposits = r.number("tumour_deposit_count"), positive = r.number("nodes_positive");
  return (deposits && *deposits < 1) || (positive && *positive != 0);
}

bool mass_does_not_fit(const Record& r) {
  const auto bmi = r.number("bmi"), weight = r.number("weight_kg"), height = r.number("height_cm");
  return bmi && weight && height && std::abs(*bmi - *weight / (*height / 100) / (*height / 100)) > 1;
}

bool more(const Record& r, const char* first, const char* second) {
  const auto a = r.number(first), b = r.number(second);
  return a && b && *a > *b;
}

bool above_zero(const Record& r, const char* variable) {
  return surely(ask(r.number(variable), [](double x) { return x > 0; }));
}

}  // namespace

std::optional<std::string> regression_of(const Record& record) {
  static const std::map<std::string, std::map<int, std::string>> kTable{
      {"AJCC", {{0, "complete"}, {1, "near_complete"}, {2, "partial"}, {3, "poor"}}},
      {"Mandard", {{1, "complete"}, {2, "near_complete"}, {3, "partial"}, {4, "poor"}, {5, "poor"}}},
      {"Dworak", {{4, "complete"}, {3, "near_complete"}, {2, "partial"}, {1, "poor"}, {0, "poor"}}},
      {"Ryan3", {{1, "complete_or_near"}, {2, "partial"}, {3, "poor"}}}};
  const auto system = record.text("trg_system");
  const auto grade = record.number("trg_value");
  if (!system || !grade) return std::nullopt;
  const auto& grades = kTable.at(*system);
  const auto found = grades.find(static_cast<int>(*grade));
  return found == grades.end() ? std::nullopt : std::optional(found->second);
}

ScreeningTruth screening_truth(const Record& r) {
  const auto height = r.number("anal_verge_distance_cm_1");
  const auto therapy = is(r, "actual_regimen", "none");
  const auto poor = is(r, "mri_quality_1", "poor");
  const bool staged = r.known("cT_1") && r.known("cN_1") && r.known("cM_1");
  const std::pair<const char*, Answer> passes[] = {
      {"I1", is_one_of(r, "biopsy_histology", {"adenocarcinoma", "mucinous", "signet_ring"})},
      {"I2", is_one_of(r, "cT_1", {"T4a", "T4b"})},
      {"I3", ask(therapy, [](bool none) { return !none; })},
      {"I4", ask(height, [](double cm) { return cm <= 12; })},
      {"I5", is_one_of(r, "surgery_type", {"LAR", "ISR", "APR", "Hartmann", "exenteration"})},
      {"E1", staged},
      {"E2", ask(poor, [](bool bad) { return !bad; })},
  };
  for (const auto& [criterion, pass] : passes)
    if (pass && !*pass) return {"excluded", criterion};
  for (const auto& [criterion, pass] : passes)
    if (!pass) return {"unknown", criterion};
  return {"eligible", ""};
}

std::vector<std::string> broken_checks(const Record& r) {
  const auto regression = regression_of(r);
  const auto day = [&](const char* variable) { return r.day(variable); };
  const auto surgery = day("surgery_date"), death = day("death_date"), seen = day("last_contact_date");
  const auto first =
      extreme_day(r, {"local_recurrence_date", "regional_recurrence_date", "distant_metastasis_date"}, false);
  const auto last = extreme_day(
      r, {"local_recurrence_date", "regional_recurrence_date", "distant_metastasis_date", "second_crc_date"}, true);
  const auto is_t0 = is(r, "ypT", "0");
  // The state of a patient who was last seen after the data cut is not known yet.
  const bool state_counts = !later(seen, std::optional(kDataCut));
  const std::pair<const char*, bool> broken[] = {
      {"C01", n1c_does_not_fit(r)},
      {"C02", more(r, "nodes_positive", "nodes_examined")},
      {"C03", nodes_do_not_fit(r)},
      {"C04", r.known("trg_value") && r.known("trg_system") && !regression},
      {"C05", regression == "complete" && is_t0 && !*is_t0},
      {"C06", regression == "poor" && surely(is_t0)},
      {"C07", surely(is(r, "ypN", "0")) && above_zero(r, "tumour_deposit_count")},
      {"C08", later(day("diagnosis_date"), day("nat_start"))},
      {"C09", later(day("mri_date_1"), day("nat_start"))},
      {"C10", later(day("nat_start"), day("nat_end"))},
      {"C11", later(day("nat_end"), day("mri_date_2"))},
      {"C12", later(day("nat_end"), surgery)},
      {"C13", later(surgery, seen)},
      {"C14", later(seen, death)},
      {"C15", state_counts && surely(is(r, "vital_status", "dead")) && !death},
      {"C16", state_counts && surely(is(r, "vital_status", "alive")) && death},
      {"C17", first && surgery && *first <= *surgery},
      {"C18", later(last, death ? death : seen)},
      {"C19", mass_does_not_fit(r)},
      {"C20", r.known("ct4b_organs_1") && r.known("cT_1") && !surely(is(r, "cT_1", "T4b"))},
      {"C21", (surely(is(r, "mmr", "dMMR")) && surely(is(r, "msi", "MSS"))) ||
                  (surely(is(r, "mmr", "pMMR")) && surely(is(r, "msi", "MSI-H")))},
      {"C22", surely(is(r, "actual_regimen", "chemotherapy_only")) && above_zero(r, "rt_dose_gy")},
  };
  std::vector<std::string> ids;
  for (const auto& [id, is_broken] : broken)
    if (is_broken) ids.emplace_back(id);
  return ids;
}

const std::vector<std::string>& endpoints_affected(const std::string& check) {
  static const std::vector<std::string> kNone, kNodes{"pcr", "nar_class"},
      kDeposits{"pcr", "deposits", "deposits_grade"}, kRegression{"good_response"}, kResponse{"pcr", "good_response"},
      kFollowUp{"os", "dfs", "lrfs", "dmfs", "time_to_local_recurrence", "time_to_distant_metastasis"},
      kRecurrence{"dfs", "lrfs", "dmfs", "time_to_local_recurrence", "time_to_distant_metastasis"};
  static const std::map<std::string, const std::vector<std::string>*> kAffected{
      {"C01", &kDeposits}, {"C02", &kNodes},    {"C03", &kNodes},      {"C04", &kRegression}, {"C05", &kResponse},
      {"C06", &kResponse}, {"C07", &kNodes},    {"C12", &kFollowUp},   {"C13", &kFollowUp},   {"C14", &kFollowUp},
      {"C15", &kFollowUp}, {"C16", &kFollowUp}, {"C17", &kRecurrence}, {"C18", &kRecurrence}};
  const auto found = kAffected.find(check);
  return found == kAffected.end() ? kNone : *found->second;
}

}  // namespace larc::demo
