#include "filters/separable.h"

#include "core/error.h"

namespace larc::filters {
namespace {

using Chain = std::vector<Kernel>;

Chain turned(const Chain& chain, int sign) {
  Chain result = chain;
  if (sign < 0) std::transform(chain.begin(), chain.end(), result.begin(), flipped);
  return result;
}

class Pool {
 public:
  explicit Pool(Pooling pooling) : pooling_(pooling) {}

  void add(const std::vector<double>& response) {
    if (count_++ == 0) {
      pooled_ = response;
      return;
    }
    for (std::size_t i = 0; i < pooled_.size(); ++i) {
      double& value = pooled_[i];
      switch (pooling_) {
        case Pooling::average:
          value += response[i];
          break;
        case Pooling::max:
          value = std::max(value, response[i]);
          break;
        case Pooling::min:
          value = std::min(value, response[i]);
          break;
      }
    }
  }

  std::vector<double> take() {
    if (pooling_ == Pooling::average && count_ > 1) {
      for (double& value : pooled_) value /= count_;
    }
    return std::move(pooled_);
  }

 private:
  Pooling pooling_;
  int count_ = 0;
  std::vector<double> pooled_;
};

/// Responses of many filters to one image.
class Responder {
 public:
  Responder(const image::Index3& size, Boundary boundary, Pool& pool) : size_(size), boundary_(boundary), pool_(pool) {}

  /// Filters with the same chain along `axis` share its result.
  void respond(const std::vector<double>& voxels, int axis, const std::vector<const SeparableFilter*>& filters) {
    const auto a = static_cast<std::size_t>(axis);
    std::vector<const SeparableFilter*> rest = filters;
    while (!rest.empty()) {
      const Chain& chain = rest.front()->axes[a];
      std::vector<const SeparableFilter*> same, others;
      for (const SeparableFilter* filter : rest) (filter->axes[a] == chain ? same : others).push_back(filter);
      std::vector<double>& result = results_[a];
      if (chain.empty()) {
        result = voxels;
      } else {
        convolve({{voxels, chain.front()}}, size_, axis, boundary_, result);
        convolve_chain(result, size_, axis, {chain.begin() + 1, chain.end()}, boundary_, work_);
      }
      if (axis == 2) {
        pool_.add(result);
      } else {
        respond(result, axis + 1, same);
      }
      rest = std::move(others);
    }
  }

 private:
  image::Index3 size_;
  Boundary boundary_;
  Pool& pool_;
  std::array<std::vector<double>, 3> results_;  // after each axis
  std::vector<double> work_;
};

}  // namespace

Pooling parse_pooling(const std::string& name) {
  if (name == "average") return Pooling::average;
  if (name == "max") return Pooling::max;
  if (name == "min") return Pooling::min;
  throw Error(ErrorCode::domain, "pooling is '" + name + "'; choose average, max or min");
}

std::string to_string(Pooling pooling) {
  switch (pooling) {
    case Pooling::average:
      return "average";
    case Pooling::max:
      return "max";
    case Pooling::min:
      break;
  }
  return "min";
}

std::vector<SeparableFilter> right_angle_rotations(const SeparableFilter& filter, int dimension) {
  std::vector<SeparableFilter> rotations;
  std::array<std::size_t, 3> from{0, 1, 2};
  do {
    if (dimension == 2 && from[2] != 2) continue;
    // A permutation of the axes is a turn when an even number of signs mends an even permutation, an odd number an odd.
    const bool odd = (from[0] > from[1]) != ((from[0] > from[2]) != (from[1] > from[2]));
    for (unsigned signs = 0; signs < (dimension == 2 ? 4U : 8U); ++signs) {
      const bool odd_signs = ((signs ^ (signs >> 1U) ^ (signs >> 2U)) & 1U) != 0;
      if (odd != odd_signs) continue;
      SeparableFilter rotated;
      for (std::size_t a = 0; a < 3; ++a)
        rotated.axes[a] = turned(filter.axes[from[a]], (signs >> a & 1U) != 0 ? -1 : 1);
      const bool known = std::any_of(rotations.begin(), rotations.end(),
                                     [&](const SeparableFilter& other) { return other.axes == rotated.axes; });
      if (!known) rotations.push_back(std::move(rotated));
    }
  } while (std::next_permutation(from.begin(), from.end()));
  return rotations;
}

image::Volume respond(const image::Volume& volume, const std::vector<SeparableFilter>& filters, Pooling pooling,
                      Boundary boundary) {
  std::vector<const SeparableFilter*> all;
  for (const SeparableFilter& filter : filters) all.push_back(&filter);
  Pool pool(pooling);
  Responder(volume.geometry.size, boundary, pool).respond(volume.voxels, 0, all);
  return {volume.geometry, pool.take()};
}

image::Index3 support_voxels(const std::vector<SeparableFilter>& filters) {
  image::Index3 support{0, 0, 0};
  for (const SeparableFilter& filter : filters) {
    for (std::size_t a = 0; a < 3; ++a) {
      int reach = 0;
      for (const Kernel& kernel : filter.axes[a]) reach += kernel.radius();
      support[a] = std::max(support[a], reach);
    }
  }
  return support;
}

}  // namespace larc::filters
