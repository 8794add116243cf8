#include "preprocess/connected_parts.h"

namespace larc::preprocess {

namespace {

/// Voxels of one label that follow each other in a row, and the connected part they belong to.
struct Stretch {
  int first, last;
  std::int32_t label, part;
};

/// Disjoint sets: the smallest member stands for its set.
class Sets {
 public:
  std::int32_t add() {
    parent_.push_back(static_cast<std::int32_t>(parent_.size()));
    return parent_.back();
  }
  std::int32_t of(std::int32_t member) {
    while (parent_[index(member)] != member) member = parent_[index(member)] = parent_[index(parent_[index(member)])];
    return member;
  }
  void join(std::int32_t a, std::int32_t b) {
    a = of(a);
    b = of(b);
    parent_[index(std::max(a, b))] = std::min(a, b);
  }
  std::size_t count() const { return parent_.size(); }

 private:
  static std::size_t index(std::int32_t member) { return static_cast<std::size_t>(member); }
  std::vector<std::int32_t> parent_;
};

/// Calls touch(a, b) for stretches of two rows that have a face in common.
template <typename Touch>
void touching(const Stretch* a, const Stretch* a_end, const Stretch* b, const Stretch* b_end, const Touch& touch) {
  while (a != a_end && b != b_end) {
    if (a->first <= b->last && b->first <= a->last) touch(*a, *b);
    a->last < b->last ? ++a : ++b;
  }
}

}  // namespace

std::vector<std::int32_t> connected_parts(const std::vector<std::int32_t>& labels, const image::Index3& size,
                                          std::size_t fewest) {
  std::vector<Stretch> stretches;
  std::vector<std::size_t> begin;  // of each row
  Sets parts;
  const int nx = size[0];
  for (std::size_t at = 0; at < labels.size(); at += static_cast<std::size_t>(nx)) {
    begin.push_back(stretches.size());
    const std::int32_t* row = labels.data() + at;
    for (int i = 0; i < nx;) {
      const int first = i;
      while (i < nx && row[i] == row[first]) ++i;
      if (row[first] >= 0) stretches.push_back({first, i - 1, row[first], parts.add()});
    }
  }
  begin.push_back(stretches.size());
  const auto each_touch = [&](const auto& touch) {
    const auto ny = static_cast<std::size_t>(size[1]);
    const auto rows = [&](std::size_t a, std::size_t b) {
      const Stretch* s = stretches.data();
      touching(s + begin[a], s + begin[a + 1], s + begin[b], s + begin[b + 1], touch);
    };
    for (std::size_t row = 0; row + 1 < begin.size(); ++row) {
      for (std::size_t s = begin[row]; s + 1 < begin[row + 1]; ++s)
        if (stretches[s].last + 1 == stretches[s + 1].first) touch(stretches[s], stretches[s + 1]);
      if (row % ny > 0) rows(row, row - 1);
      if (row >= ny) rows(row, row - ny);
    }
  };
  each_touch([&](const Stretch& a, const Stretch& b) {
    if (a.label == b.label) parts.join(a.part, b.part);
  });
  std::vector<std::size_t> voxels(parts.count(), 0);
  for (Stretch& s : stretches) {
    s.part = parts.of(s.part);
    voxels[static_cast<std::size_t>(s.part)] += static_cast<std::size_t>(s.last - s.first + 1);
  }
  // A small part joins the largest it touches, the first of equals.
  std::vector<std::int32_t> host(parts.count(), -1);
  each_touch([&](const Stretch& a, const Stretch& b) {
    if (a.part == b.part) return;
    for (const auto& [small, other] : {std::pair{a.part, b.part}, std::pair{b.part, a.part}}) {
      const auto own = static_cast<std::size_t>(small);
      if (voxels[own] >= fewest) continue;
      std::int32_t& best = host[own];
      const auto size_of = [&](std::int32_t part) { return voxels[static_cast<std::size_t>(part)]; };
      if (best < 0 || size_of(other) > size_of(best) || (size_of(other) == size_of(best) && other < best)) best = other;
    }
  });
  for (std::size_t part = 0; part < host.size(); ++part)
    if (host[part] >= 0) parts.join(static_cast<std::int32_t>(part), host[part]);
  std::vector<std::int32_t> number(parts.count(), -1), result(labels.size(), -1);
  std::int32_t next = 0;
  for (std::size_t row = 0; row + 1 < begin.size(); ++row)
    for (std::size_t s = begin[row]; s < begin[row + 1]; ++s) {
      std::int32_t& own = number[static_cast<std::size_t>(parts.of(stretches[s].part))];
      if (own < 0) own = next++;
      const auto line = result.begin() + static_cast<std::ptrdiff_t>(row * static_cast<std::size_t>(nx));
      std::fill(line + stretches[s].first, line + stretches[s].last + 1, own);
    }
  return result;
}

}  // namespace larc::preprocess
