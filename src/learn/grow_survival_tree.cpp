#include "learn/grow_survival_tree.h"

#include "core/error.h"

namespace larc::learn {

namespace {

constexpr std::size_t kFew = 32;  // below this many rows, insertion sort

std::vector<double> distinct_times(const Outcome& outcome, bool events_only) {
  std::vector<double> distinct;
  for (std::size_t i = 0; i < outcome.size(); ++i)
    if (!events_only || outcome.event[i] == 1) distinct.push_back(outcome.time_months[i]);
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  return distinct;
}

}  // namespace

BinnedTimes bin_times(const Outcome& outcome, int bins, MortalityTimes counted) {
  BinnedTimes binned;
  const std::vector<double> distinct = distinct_times(outcome, true);
  if (distinct.empty()) throw Error(ErrorCode::domain, "outcome: no patient has an event");
  const std::size_t count = bins == 0 ? distinct.size() : std::min(distinct.size(), static_cast<std::size_t>(bins));
  if (count > 65535) throw Error(ErrorCode::domain, "time_bins must be below 65,536 for so many event times");
  for (std::size_t b = 1; b <= count; ++b) binned.time.push_back(distinct[b * distinct.size() / count - 1]);
  const std::vector<double> summed = counted == MortalityTimes::events ? binned.time : distinct_times(outcome, false);
  for (const double t : binned.time)
    binned.times_from.push_back(static_cast<double>(summed.end() - std::lower_bound(summed.begin(), summed.end(), t)));
  for (std::size_t i = 0; i < outcome.size(); ++i) {
    const bool event = outcome.event[i] == 1;
    const double t = outcome.time_months[i];
    const auto at = event ? std::lower_bound(binned.time.begin(), binned.time.end(), t) + 1
                          : std::upper_bound(binned.time.begin(), binned.time.end(), t);
    binned.risk.push_back(static_cast<std::uint16_t>(at - binned.time.begin()));
    binned.event.push_back(event ? 1 : 0);
  }
  return binned;
}

SurvivalTreeGrower::SurvivalTreeGrower(const RankedColumns& columns, const BinnedTimes& times,
                                       const SurvivalForestSettings& settings)
    : columns_(columns),
      times_(times),
      settings_(settings),
      rows_(times.risk.size()),
      feature_(columns.columns()),
      key_(times.risk.size()),
      spare_key_(times.risk.size()),
      leaving_(times.time.size() + 1),
      deaths_(times.time.size() + 1),
      local_(times.time.size() + 1),
      move_(times.risk.size()) {}

SurvivalTree SurvivalTreeGrower::grow(const std::vector<std::uint32_t>& bag, Random& random) {
  rows_.clear();
  for (std::size_t i = 0; i < bag.size(); ++i)
    if (bag[i] > 0) rows_.add(static_cast<std::uint32_t>(i), bag[i]);
  std::iota(feature_.begin(), feature_.end(), 0u);
  SurvivalTree tree;
  tree.nodes.resize(1);
  node_.assign(1, {0, rows_.size(), 0});
  for (std::size_t k = 0; k < node_.size(); ++k) {
    const TreeRange node = node_[k];
    const bool may_split = summarise(node) && draws_ >= 2.0 * settings_.min_leaf &&
                           (settings_.max_depth == 0 || node.depth < settings_.max_depth);
    const Cut cut = may_split ? find_cut(node, random) : Cut{};
    if (cut.statistic < 0.0) {
      make_leaf(tree, k);
      continue;
    }
    const std::uint32_t middle = rows_.split(node.begin, node.end, columns_.code(cut.feature), cut.code);
    tree.nodes[k] = {columns_.threshold(cut.feature, cut.code, cut.next), static_cast<std::int32_t>(cut.feature),
                     static_cast<std::int32_t>(tree.nodes.size())};
    tree.nodes.resize(tree.nodes.size() + 2);
    node_.push_back({node.begin, middle, node.depth + 1});
    node_.push_back({middle, node.end, node.depth + 1});
  }
  return tree;
}

// Numbers at risk and deaths of the node, what each patient adds to the left side; false when no cut can tell anything.
bool SurvivalTreeGrower::summarise(const TreeRange& node) {
  std::fill(leaving_.begin(), leaving_.end(), 0u);
  std::fill(deaths_.begin(), deaths_.end(), 0u);
  std::uint32_t at_risk = 0;
  for (std::uint32_t i = node.begin; i < node.end; ++i) {
    const std::size_t row = rows_.row(i);
    const std::uint32_t draws = rows_.draws(i);
    at_risk += draws;
    leaving_[times_.risk[row]] += draws;
    if (times_.event[row] == 1) deaths_[times_.risk[row]] += draws;
  }
  draws_ = at_risk;
  event_time_.clear();
  step_.clear();
  hazard_.assign(1, 0.0);
  linear_.assign(1, 0.0);
  prefix_sum_.assign(1, 0.0);
  at_risk -= leaving_[0];
  local_[0] = 0;
  for (std::size_t k = 1; k < deaths_.size(); ++k) {
    if (deaths_[k] > 0) {
      const double d = deaths_[k];
      const double n = at_risk;
      const double c = at_risk > 1 ? d * (n - d) / ((n - 1.0) * n * n) : 0.0;
      event_time_.push_back(static_cast<std::uint16_t>(k - 1));
      step_.push_back(d / n);
      hazard_.push_back(hazard_.back() + d / n);
      linear_.push_back(linear_.back() + c * n);
      prefix_sum_.push_back(prefix_sum_.back() + c);
    }
    local_[k] = static_cast<std::uint32_t>(event_time_.size());
    at_risk -= leaving_[k];
  }
  if (prefix_sum_.back() <= 0.0) return false;
  score_square_ = 0.0;
  for (std::uint32_t i = node.begin; i < node.end; ++i) {
    const std::size_t row = rows_.row(i);
    const std::uint32_t times = local_[times_.risk[row]];
    const double draws = rows_.draws(i);
    const double score = static_cast<double>(times_.event[row]) - hazard_[times];
    score_square_ += draws * score * score;
    move_[i - node.begin] = {draws, draws * score, draws * linear_[times], prefix_sum_[times], times};
  }
  return true;
}

void SurvivalTreeGrower::make_leaf(SurvivalTree& tree, std::size_t node) {
  double mortality = 0.0;
  for (std::size_t k = 0; k < step_.size(); ++k) mortality += step_[k] * times_.times_from[event_time_[k]];
  tree.nodes[node] = {mortality, -1, static_cast<std::int32_t>(tree.leaf_end.size())};
  tree.step_time.insert(tree.step_time.end(), event_time_.begin(), event_time_.end());
  tree.step.insert(tree.step.end(), step_.begin(), step_.end());
  tree.leaf_end.push_back(static_cast<std::uint32_t>(tree.step.size()));
}

SurvivalTreeGrower::Cut SurvivalTreeGrower::find_cut(const TreeRange& node, Random& random) {
  Cut best;
  const auto tries = std::min(feature_.size(), static_cast<std::size_t>(settings_.features_per_split));
  for (std::size_t k = 0; k < tries; ++k) {
    std::swap(feature_[k], feature_[k + random.below(feature_.size() - k)]);
    try_feature(node, feature_[k], best);
  }
  return best;
}

void SurvivalTreeGrower::try_feature(const TreeRange& node, std::size_t feature, Cut& best) {
  const std::uint16_t* code = columns_.code(feature);
  const std::size_t size = node.end - node.begin;
  for (std::size_t i = 0; i < size; ++i)
    key_[i] = static_cast<std::uint64_t>(code[rows_.row(node.begin + static_cast<std::uint32_t>(i))]) << 32 | i;
  sort_keys(size, columns_.codes(feature));
  if (key_[0] >> 32 == key_[size - 1] >> 32) return;
  const bool exact = settings_.split == SurvivalSplit::logrank;
  const std::size_t times = step_.size();
  tree_.assign(times + 1, {});
  const double min_leaf = settings_.min_leaf;
  double left = 0.0, u = 0.0, linear = 0.0, square = 0.0;
  Prefix moved;
  for (std::size_t i = 0; i + 1 < size; ++i) {
    const Move& move = move_[static_cast<std::uint32_t>(key_[i])];
    left += move.draws;
    u += move.score;
    if (exact && move.times > 0) {
      Prefix up_to;  // of those moved before whose last time at risk is not later
      for (std::size_t k = move.times; k > 0; k &= k - 1) {
        up_to.draws += tree_[k].draws;
        up_to.weighted += tree_[k].weighted;
      }
      square +=
          move.draws * (2.0 * (up_to.weighted + move.prefix * (moved.draws - up_to.draws)) + move.draws * move.prefix);
      linear += move.linear;
      const double weighted = move.draws * move.prefix;
      for (std::size_t k = move.times; k <= times; k += k & (~k + 1)) {
        tree_[k].draws += move.draws;
        tree_[k].weighted += weighted;
      }
      moved.draws += move.draws;
    }
    if (key_[i] >> 32 == key_[i + 1] >> 32 || left < min_leaf || draws_ - left < min_leaf) continue;
    const double variance =
        exact ? linear - square : left * (draws_ - left) / (draws_ * (draws_ - 1.0)) * score_square_;
    if (variance <= (exact ? 1e-10 * linear : 0.0)) continue;
    const double statistic = u * u / variance;
    if (statistic > best.statistic)
      best = {statistic, feature, static_cast<std::uint32_t>(key_[i] >> 32),
              static_cast<std::uint32_t>(key_[i + 1] >> 32)};
  }
}

void SurvivalTreeGrower::sort_keys(std::size_t size, std::size_t codes) {
  if (size < kFew) {
    for (std::size_t i = 1; i < size; ++i) {
      const std::uint64_t key = key_[i];
      std::size_t j = i;
      for (; j > 0 && key_[j - 1] > key; --j) key_[j] = key_[j - 1];
      key_[j] = key;
    }
    return;
  }
  for (const int shift : {32, 40}) {
    if (shift == 40 && codes <= 256) break;
    std::uint32_t start[257] = {};
    for (std::size_t i = 0; i < size; ++i) ++start[(key_[i] >> shift & 255) + 1];
    for (std::size_t b = 1; b < 256; ++b) start[b] += start[b - 1];
    for (std::size_t i = 0; i < size; ++i) spare_key_[start[key_[i] >> shift & 255]++] = key_[i];
    key_.swap(spare_key_);
  }
}

}  // namespace larc::learn
