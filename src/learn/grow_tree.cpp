#include "learn/grow_tree.h"

#include <cstring>

namespace larc::learn {

namespace {

// Up to this many rows of a node are placed by counting the smaller ones, eight comparisons at a time.
constexpr std::uint32_t kFew = 64;
// With more, the column's order is walked when the node holds at least one row in this many.
constexpr std::uint32_t kWalk = 16;
// Else: below this many codes a row, counting by code; or radix sort.
constexpr std::size_t kCellsPerRow = 4;

using Eight = std::int16_t __attribute__((vector_size(16)));

/// place[i] = how many of the `size` codes are smaller than code i. Codes are shifted to signed; the rest up to
/// 8 * Vectors may hold anything.
template <std::size_t Vectors>
void count_smaller(const std::int16_t* code, std::uint32_t size, std::int16_t* place) {
  Eight mine[Vectors], below[Vectors];
  std::memcpy(mine, code, sizeof mine);
  for (Eight& vector : below) vector = Eight{};
  for (std::uint32_t j = 0; j < size; ++j) {
    const Eight other = code[j] - Eight{};
    for (std::size_t v = 0; v < Vectors; ++v) below[v] -= mine[v] > other;
  }
  std::memcpy(place, below, sizeof below);
}

}  // namespace

TreeGrower::TreeGrower(const RankedColumns& columns, const std::vector<std::uint8_t>& label,
                       const ForestSettings& settings)
    : columns_(columns),
      label_(label),
      settings_(settings),
      rows_(label.size()),
      feature_(columns.columns()),
      cell_(columns.most_codes()) {
  std::iota(feature_.begin(), feature_.end(), 0u);
  if (settings.balanced) {
    const double ones = static_cast<double>(std::count(label.begin(), label.end(), std::uint8_t{1}));
    one_weight_ = (static_cast<double>(label.size()) - ones) / ones;
  }
  key_.resize(std::max<std::size_t>(label.size(), kFew));
  if (columns.order(0) != nullptr) in_node_.assign(label.size(), 0);
  spare_key_.resize(key_.size());
}

Tree TreeGrower::grow(const std::vector<std::uint32_t>& bag, Random& random) {
  rows_.clear();
  for (std::size_t i = 0; i < bag.size(); ++i)
    if (bag[i] > 0) rows_.add(static_cast<std::uint32_t>(i), bag[i] << 1 | label_[i]);
  std::iota(feature_.begin(), feature_.end(), 0u);
  Tree tree(1);
  node_.assign(1, {0, rows_.size(), 0});
  for (std::size_t k = 0; k < node_.size(); ++k) {
    const TreeRange node = node_[k];
    Sum sum;
    for (std::uint32_t i = node.begin; i < node.end; ++i) {
      sum.total += rows_.draws(i) >> 1;
      sum.ones += (rows_.draws(i) & 1) * (rows_.draws(i) >> 1);
    }
    const double ones = one_weight_ * sum.ones;
    tree[k].value = ones / (ones + (sum.total - sum.ones));
    const bool may_split = sum.ones > 0 && sum.ones < sum.total &&
                           sum.total >= static_cast<std::uint32_t>(settings_.min_split) &&
                           sum.total >= 2 * static_cast<std::uint32_t>(settings_.min_leaf) &&
                           (settings_.max_depth == 0 || node.depth < settings_.max_depth);
    if (!may_split) continue;
    const Cut cut = find_cut(node, sum, random);
    if (cut.score < 0.0) continue;
    const std::uint32_t middle = rows_.split(node.begin, node.end, columns_.code(cut.feature), cut.code);
    tree[k] = {cut.threshold, static_cast<std::int32_t>(cut.feature), static_cast<std::int32_t>(tree.size())};
    tree.resize(tree.size() + 2);
    node_.push_back({node.begin, middle, node.depth + 1});
    node_.push_back({middle, node.end, node.depth + 1});
  }
  return tree;
}

TreeGrower::Cut TreeGrower::find_cut(const TreeRange& node, Sum sum, Random& random) {
  Cut best;
  int tried = 0;
  const bool walks = !in_node_.empty() && node.end - node.begin > kFew;
  if (walks)
    for (std::uint32_t i = node.begin; i < node.end; ++i)
      in_node_[rows_.row(i)] = static_cast<std::uint16_t>(rows_.draws(i));
  for (std::size_t k = 0; k < feature_.size() && tried < settings_.features_per_split; ++k) {
    std::swap(feature_[k], feature_[k + random.below(feature_.size() - k)]);
    const bool varies = settings_.split == SplitRule::best ? best_cut(node, sum, feature_[k], best)
                                                           : random_cut(node, sum, feature_[k], random, best);
    if (varies) ++tried;
  }
  if (walks)
    for (std::uint32_t i = node.begin; i < node.end; ++i) in_node_[rows_.row(i)] = 0;
  if (best.score >= 0.0 && settings_.split == SplitRule::best)
    best.threshold = columns_.threshold(best.feature, best.code, best.next);
  return best;
}

// With (a, b) the class weights of one side, the weighted Gini impurity of both sides is lowest where the sum of
// (a^2 + b^2) / (a + b) is largest.
inline void TreeGrower::consider(Sum left, Sum sum, std::size_t feature, std::uint32_t code, std::uint32_t next,
                                 Cut& best) const {
  const auto min_leaf = static_cast<std::uint32_t>(settings_.min_leaf);
  if (left.total < min_leaf || sum.total - left.total < min_leaf) return;
  const double a = one_weight_ * left.ones;
  const double b = left.total - left.ones;
  const double c = one_weight_ * (sum.ones - left.ones);
  const double d = (sum.total - left.total) - (sum.ones - left.ones);
  const double above = (a * a + b * b) * (c + d) + (c * c + d * d) * (a + b);
  const double below = (a + b) * (c + d);
  if (!(above > best.score * below)) return;  // most cuts; spares their division
  const double score = above / below;
  if (score > best.score) best = {score, feature, code, next, 0.0};
}

bool TreeGrower::best_cut(const TreeRange& node, Sum sum, std::size_t feature, Cut& best) {
  const std::uint32_t size = node.end - node.begin;
  const bool walk = !in_node_.empty() && size * kWalk >= columns_.rows();
  if (size > kFew && !walk && columns_.codes(feature) <= kCellsPerRow * size)
    return best_cut_by_code(node, sum, feature, best);
  if (size > kFew && walk)
    walk_order(feature);
  else
    sort_keys(node, feature);
  Sum left;
  for (std::uint32_t i = 0; i < size; ++i) {
    if (i > 0 && key_[i] >> 16 != key_[i - 1] >> 16)
      consider(left, sum, feature, key_[i - 1] >> 16, key_[i] >> 16, best);
    const std::uint32_t draws = (key_[i] & 65535) >> 1;
    left.total += draws;
    left.ones += (key_[i] & 1) * draws;
  }
  return key_[0] >> 16 != key_[size - 1] >> 16;
}

// The same by counting: for nodes of many rows with few codes.
bool TreeGrower::best_cut_by_code(const TreeRange& node, Sum sum, std::size_t feature, Cut& best) {
  const std::uint16_t* code = columns_.code(feature);
  std::uint32_t first = 65535, last = 0;
  for (std::uint32_t i = node.begin; i < node.end; ++i) {
    const std::uint32_t c = code[rows_.row(i)];
    const std::uint64_t draws = rows_.draws(i) >> 1;
    cell_[c] += (rows_.draws(i) & 1 ? draws << 32 : 0) | draws;
    first = std::min(first, c);
    last = std::max(last, c);
  }
  Sum left;
  std::uint32_t before = first;
  for (std::uint32_t c = first; c <= last; ++c) {
    const std::uint64_t cell = cell_[c];
    if (cell == 0) continue;
    if (c != first) consider(left, sum, feature, before, c, best);
    cell_[c] = 0;
    left.total += static_cast<std::uint32_t>(cell);
    left.ones += static_cast<std::uint32_t>(cell >> 32);
    before = c;
  }
  return first < last;
}

// The node's keys by ascending code: all rows in the column's order, those outside the node overwritten by the next.
void TreeGrower::walk_order(std::size_t feature) {
  const std::uint16_t* code = columns_.code(feature);
  const std::uint16_t* order = columns_.order(feature);
  std::size_t filled = 0;
  for (std::size_t i = 0; i < columns_.rows(); ++i) {
    const std::uint32_t draws = in_node_[order[i]];
    key_[filled] = static_cast<std::uint32_t>(code[order[i]]) << 16 | draws;
    filled += draws != 0 ? 1 : 0;
  }
}

// The node's keys by ascending code.
void TreeGrower::sort_keys(const TreeRange& node, std::size_t feature) {
  const std::uint16_t* code = columns_.code(feature);
  const std::uint32_t size = node.end - node.begin;
  if (size <= kFew) {
    std::int16_t shifted[kFew] = {}, place[kFew];
    for (std::uint32_t i = 0; i < size; ++i)
      shifted[i] = static_cast<std::int16_t>(code[rows_.row(node.begin + i)] ^ 0x8000);
    (size <= 16 ? count_smaller<2> : size <= 32 ? count_smaller<4> : count_smaller<8>)(shifted, size, place);
    std::fill_n(key_.begin(), size, 0u);
    for (std::uint32_t i = 0; i < size; ++i) {
      std::uint32_t at = static_cast<std::uint32_t>(place[i]);
      while (key_[at] != 0) ++at;  // equal codes stand side by side; no key is 0
      key_[at] = static_cast<std::uint32_t>(shifted[i] ^ 0x8000) << 16 | rows_.draws(node.begin + i);
    }
    return;
  }
  for (std::uint32_t i = 0; i < size; ++i)
    key_[i] = static_cast<std::uint32_t>(code[rows_.row(node.begin + i)]) << 16 | rows_.draws(node.begin + i);
  // By the bytes of the code; the draws need no order.
  for (const int shift : {16, 24}) {
    if (shift == 24 && columns_.codes(feature) <= 256) break;
    std::uint32_t start[257] = {};
    for (std::size_t i = 0; i < size; ++i) ++start[(key_[i] >> shift & 255) + 1];
    for (std::size_t b = 1; b < 256; ++b) start[b] += start[b - 1];
    for (std::size_t i = 0; i < size; ++i) spare_key_[start[key_[i] >> shift & 255]++] = key_[i];
    key_.swap(spare_key_);
  }
}

bool TreeGrower::random_cut(const TreeRange& node, Sum sum, std::size_t feature, Random& random, Cut& best) {
  const std::uint16_t* code = columns_.code(feature);
  std::uint32_t first = 65535, last = 0;
  for (std::uint32_t i = node.begin; i < node.end; ++i) {
    const std::uint32_t c = code[rows_.row(i)];
    first = std::min(first, c);
    last = std::max(last, c);
  }
  if (first == last) return false;
  double threshold = random.uniform(columns_.low(feature, first), columns_.high(feature, last));
  auto cut = static_cast<std::uint32_t>(columns_.code_below(feature, threshold));
  if (cut >= last) cut = last - 1;
  if (threshold < columns_.high(feature, cut) || threshold >= columns_.low(feature, cut + 1))
    threshold = columns_.threshold(feature, cut, cut + 1);
  Sum left;
  for (std::uint32_t i = node.begin; i < node.end; ++i) {
    const std::uint32_t draws = code[rows_.row(i)] <= cut ? rows_.draws(i) >> 1 : 0;
    left.total += draws;
    left.ones += (rows_.draws(i) & 1) * draws;
  }
  const double before = best.score;
  consider(left, sum, feature, cut, cut + 1, best);
  if (best.score > before) best.threshold = threshold;
  return true;
}

}  // namespace larc::learn
