#include "study/time_point.h"

#include "clinical/expression.h"
#include "core/text.h"

namespace larc::study {

using clinical::Label;
using clinical::PatientValues;

namespace {

std::optional<long> day_of(const PatientValues& values, const std::string& variable) {
  const auto found = variable.empty() ? values.end() : values.find(variable);
  return found == values.end() ? std::nullopt : clinical::parse_date(found->second);
}

bool described(const TimeRule& rule, const std::string& description) {
  return std::any_of(rule.described.begin(), rule.described.end(),
                     [&](const std::string& glob) { return glob_match(to_lower(glob), to_lower(description)); });
}

TimeJudgement by_dates(const TimeRule& rule, const TherapyDates& dates, const PatientValues& values, long day) {
  const auto start = day_of(values, dates.start), end = day_of(values, dates.end),
             surgery = day_of(values, dates.surgery);
  const auto say = [](TimeAnswer answer, const char* en, const char* zh) {
    return TimeJudgement{answer, {en, zh}, false};
  };
  if (surgery && day > *surgery) return say(TimeAnswer::no, "taken after surgery", "摄于手术之后");
  if (rule.point == TimePoint::before_therapy) {
    if (start && day <= *start) return say(TimeAnswer::yes, "taken before therapy", "摄于治疗开始之前");
    if (start) return say(TimeAnswer::no, "taken after therapy had started", "摄于治疗开始之后");
    if (end && day >= *end) return say(TimeAnswer::no, "taken after therapy", "摄于治疗结束之后");
  } else {
    if (end && day >= *end) return say(TimeAnswer::yes, "taken after therapy", "摄于治疗结束之后");
    if (end) return say(TimeAnswer::no, "taken before therapy had ended", "摄于治疗结束之前");
    if (start && day <= *start) return say(TimeAnswer::no, "taken before therapy", "摄于治疗开始之前");
  }
  return {};
}

}  // namespace

TimeJudgement judge_time(const TimeRule& rule, const TherapyDates& dates, const PatientValues& values,
                         const SeriesAttributes& series, const std::vector<TimeRule>& others) {
  if (rule.point == TimePoint::any) return {TimeAnswer::yes, {}, false};
  const auto text = [&](const char* name) {
    const auto found = series.find(name);
    return found == series.end() ? std::string() : found->second;
  };
  const std::string description = text("study_description");
  const bool says_this = described(rule, description);
  const bool says_other = std::any_of(others.begin(), others.end(), [&](const TimeRule& other) {
    return other.point != rule.point && described(other, description);
  });
  const auto day = clinical::parse_date(text("date"));
  if (day) {
    TimeJudgement judgement = by_dates(rule, dates, values, *day);
    if (judgement.answer != TimeAnswer::unknown) {
      judgement.description_differs = judgement.answer == TimeAnswer::yes && says_other && !says_this;
      return judgement;
    }
    if (day_of(values, rule.date) == day)
      return {
          TimeAnswer::yes, {"taken on the day the tables name", "与数据表中的检查日期一致"}, says_other && !says_this};
    for (const TimeRule& other : others)
      if (other.point != rule.point && day_of(values, other.date) == day)
        return {TimeAnswer::no, {"taken on the day of the other examination", "摄于另一次检查当日"}, false};
  }
  if (says_this != says_other)
    return {says_this ? TimeAnswer::yes : TimeAnswer::no,
            {"by the description of the examination; no date tells", "依据检查描述判断，缺少可用日期"},
            false};
  return {TimeAnswer::unknown,
          day ? Label{"the dates of therapy are not known", "治疗日期未知"}
              : Label{"the images carry no date", "图像没有日期"},
          false};
}

}  // namespace larc::study
