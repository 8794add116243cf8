#include "quality/limits.h"

#include "core/error.h"
#include "quality/reader_cut.h"
#include "quality/robust.h"

namespace larc::quality {

namespace {

constexpr int kRounds = 3;  // of leaving out what lies beyond the exclusion

double scaled(const MeasureInfo& info, double value) {
  return info.logarithm ? std::log(std::max(value + info.offset, 1e-12)) : value;
}

double unscaled(const MeasureInfo& info, double value) {
  return info.logarithm ? std::exp(value) - info.offset : value;
}

/// Distance to the worse side, in spreads.
double distance(const MeasureInfo& info, const MeasureLimit& limit, double value) {
  const double above = (scaled(info, value) - limit.centre) / limit.spread;
  return info.worse == Worse::high ? above : -above;
}

const Measure* find(const std::vector<Measure>& measures, const std::string& id) {
  for (const auto& measure : measures)
    if (measure.id == id) return std::isfinite(measure.value) ? &measure : nullptr;
  return nullptr;
}

double median_distance(const std::vector<double>& values, double centre) {
  std::vector<double> apart;
  for (const double value : values) apart.push_back(std::abs(value - centre));
  return take_median(apart);
}

/// values  on the scale of the table
MeasureLimit usual(const MeasureInfo& info, const std::vector<double>& values, double exclude) {
  MeasureLimit limit;
  limit.id = info.id;
  limit.images = values.size();
  auto kept = values;
  for (int round = 0; round < kRounds; ++round) {
    auto sorted = kept;
    limit.centre = take_median(sorted);
    std::vector<double> better;
    for (const double value : kept)
      if (info.worse == Worse::high ? value <= limit.centre : value >= limit.centre) better.push_back(value);
    const double clean = kMadToSd * median_distance(better, limit.centre);
    const double whole = round == 0 ? clean : kMadToSd * median_distance(kept, limit.centre);
    limit.spread = std::max({clean, whole, info.least_spread});
    kept.clear();
    for (const double value : values) {
      const double above = (value - limit.centre) / limit.spread;
      if ((info.worse == Worse::high ? above : -above) <= exclude) kept.push_back(value);
    }
  }
  return limit;
}

/// Distances of all rows in one measure; NaN where it is undefined.
std::vector<double> distances(const MeasureLimit& limit, const std::vector<const QualityRow*>& rows) {
  std::vector<double> result;
  for (const auto* row : rows) {
    const auto* measure = find(row->measures, limit.id);
    result.push_back(measure != nullptr ? distance(measure_info(limit.id), limit, measure->value) : kNaN);
  }
  return result;
}

/// Cuts after the readers' decisions. See fit.
void follow_readers(RoleLimits& role, const std::vector<const QualityRow*>& rows, const LimitSettings& settings) {
  std::vector<std::vector<double>> far;
  for (const auto& limit : role.measures) far.push_back(distances(limit, rows));
  std::vector<bool> left;  // refused, and not by a cut found so far
  for (const auto* row : rows) left.push_back(!row->accepted.value_or(true));
  const auto best_cut = [&](std::size_t m) {
    std::vector<double> accepted, refused;
    std::size_t undefined = 0;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      if (std::isnan(far[m][r]))
        undefined += left[r] ? 1 : 0;
      else if (left[r])
        refused.push_back(far[m][r]);
      else if (rows[r]->accepted.value_or(false))
        accepted.push_back(far[m][r]);
    }
    if (refused.size() < 2 || accepted.size() < 2) return ReaderCut{};
    auto cut = reader_cut(accepted, refused, settings.most_false);
    // Images without the measure are not found by it.
    const double known = static_cast<double>(refused.size()), all = known + static_cast<double>(undefined);
    cut.youden = cut.sensitivity * known / all - (cut.sensitivity - cut.youden);
    return cut;
  };
  for (;;) {
    std::size_t best = role.measures.size();
    ReaderCut cut;
    for (std::size_t m = 0; m < role.measures.size(); ++m) {
      if (role.measures[m].by_readers) continue;
      const auto found = best_cut(m);
      if (found.youden > cut.youden) {
        cut = found;
        best = m;
      }
    }
    if (best == role.measures.size() || cut.youden < settings.least_youden) break;
    std::size_t gained = 0;
    for (std::size_t r = 0; r < rows.size(); ++r) gained += left[r] && far[best][r] > cut.exclude ? 1 : 0;
    if (gained < 2) break;
    auto& limit = role.measures[best];
    limit.by_readers = true;
    limit.doubtful = cut.doubtful;
    limit.exclude = cut.exclude;
    for (std::size_t r = 0; r < rows.size(); ++r) left[r] = left[r] && !(far[best][r] > cut.exclude);
  }
  for (std::size_t m = 0; m < role.measures.size(); ++m) {
    auto& limit = role.measures[m];
    if (limit.by_readers) continue;
    for (std::size_t r = 0; r < rows.size(); ++r)
      if (rows[r]->accepted.value_or(false) && far[m][r] > limit.exclude) limit.exclude = far[m][r];
    limit.doubtful = std::min(limit.doubtful, limit.exclude);
  }
}

/// Share of rows that some cut excludes.
double excluded_share(const RoleLimits& role, const std::vector<const QualityRow*>& rows, bool accepted) {
  double count = 0, out = 0;
  for (const auto* row : rows) {
    if (row->accepted.value_or(!accepted) != accepted) continue;
    count += 1;
    const bool beyond = std::any_of(role.measures.begin(), role.measures.end(), [&](const MeasureLimit& limit) {
      return distances(limit, {row}).front() > limit.exclude;
    });
    out += beyond ? 1 : 0;
  }
  return out / count;
}

RoleLimits fit_role(const std::string& role, const std::vector<const QualityRow*>& rows,
                    const LimitSettings& settings) {
  RoleLimits result;
  result.role = role;
  result.images = rows.size();
  for (const auto* row : rows)
    if (row->accepted) ++(*row->accepted ? result.accepted : result.refused);
  const bool read = std::min(result.accepted, result.refused) >= settings.fewest_of_each;
  for (const auto& info : measure_table()) {
    if (!info.judged) continue;
    std::vector<double> values;
    for (const auto* row : rows) {
      if (read && !row->accepted.value_or(true)) continue;
      if (const auto* measure = find(row->measures, info.id)) values.push_back(scaled(info, measure->value));
    }
    if (values.size() < settings.fewest_images) continue;
    auto limit = usual(info, values, settings.exclude);
    limit.doubtful = settings.doubtful;
    limit.exclude = settings.exclude;
    result.measures.push_back(std::move(limit));
  }
  if (!read) return result;
  follow_readers(result, rows, settings);
  result.sensitivity = excluded_share(result, rows, false);
  result.specificity = 1 - excluded_share(result, rows, true);
  return result;
}

std::string number_text(double value) {
  return format_fixed(value, std::abs(value) < 1 ? 3 : std::abs(value) < 100 ? 1 : 0);
}

Label reason_text(const MeasureInfo& info, const VerdictReason& reason) {
  const std::string unit = std::string(info.unit) == "1" ? "" : std::string(" ") + info.unit;
  const std::string value = number_text(reason.value) + unit, limit = number_text(reason.limit) + unit;
  const bool high = info.worse == Worse::high;
  return {info.label.en + " " + value + (high ? ", above the limit of " : ", below the limit of ") + limit,
          info.label.zh + "为" + value + (high ? "，高于上限" : "，低于下限") + limit};
}

}  // namespace

const RoleLimits* Limits::of(const std::string& role) const {
  for (const auto& limits : roles)
    if (limits.role == role) return &limits;
  return nullptr;
}

Limits fit(const std::vector<QualityRow>& rows, const LimitSettings& settings) {
  if (rows.empty()) throw Error(ErrorCode::domain, "no images to learn limits of quality from; import some first");
  if (!(settings.doubtful > 0 && settings.exclude >= settings.doubtful))
    throw Error(ErrorCode::domain, "limits of quality: exclude must be at least doubtful, and both above 0");
  std::map<std::string, std::vector<const QualityRow*>> by_role;
  for (const auto& row : rows) by_role[row.role].push_back(&row);
  Limits limits;
  for (const auto& [role, of_role] : by_role)
    if (of_role.size() >= settings.fewest_images) limits.roles.push_back(fit_role(role, of_role, settings));
  return limits;
}

double bound_of(const MeasureLimit& limit, Decision decision) {
  const auto& info = measure_info(limit.id);
  const double cut = (decision == Decision::exclude ? limit.exclude : limit.doubtful) * limit.spread;
  return unscaled(info, limit.centre + (info.worse == Worse::high ? cut : -cut));
}

Verdict apply(const Limits& limits, const std::string& role, const std::vector<Measure>& measures) {
  Verdict verdict;
  const auto* own = limits.of(role);
  if (own == nullptr) {
    verdict.note = {"no limits were learned for " + role + ": too few images of it",
                    "未学习" + role + "的质量限值：图像过少"};
    return verdict;
  }
  for (const auto& limit : own->measures) {
    const auto* measure = find(measures, limit.id);
    if (measure == nullptr) continue;
    const auto& info = measure_info(limit.id);
    const double far = distance(info, limit, measure->value);
    verdict.severity = std::max(verdict.severity, far / limit.exclude);
    if (!(far > limit.doubtful)) continue;
    VerdictReason reason;
    reason.measure = limit.id;
    reason.value = measure->value;
    reason.severity = far / limit.exclude;
    reason.decision = far > limit.exclude ? Decision::exclude : Decision::doubtful;
    reason.limit = bound_of(limit, reason.decision);
    reason.text = reason_text(info, reason);
    verdict.decision = std::max(verdict.decision, reason.decision);
    verdict.reasons.push_back(std::move(reason));
  }
  std::stable_sort(verdict.reasons.begin(), verdict.reasons.end(),
                   [](const VerdictReason& a, const VerdictReason& b) { return a.severity > b.severity; });
  return verdict;
}

}  // namespace larc::quality
