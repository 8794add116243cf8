#include "filters/separable_wavelet.h"

#include "core/error.h"

namespace larc::filters {

WaveletFilters orthogonal_wavelet(const std::string& name) {
  for (const auto& [family, first, last] : {std::tuple{"db", 1, 20}, {"sym", 2, 20}, {"coif", 1, 5}})
    for (int order = first; order <= last; ++order)
      if (name == family + std::to_string(order)) return wavelet_filters(name);
  if (name == "haar") return wavelet_filters(name);
  throw Error(ErrorCode::domain,
              "wavelet is '" + name + "'; choose haar, db1 to db20, sym2 to sym20 or coif1 to coif5");
}

std::vector<SeparableFilter> orientations(const WaveletFilter& filter) {
  const WaveletFilters bank = orthogonal_wavelet(filter.wavelet);
  const bool known_letters = filter.subband.find_first_not_of("LH") == std::string::npos;
  if (!known_letters || (filter.subband.size() != 2 && filter.subband.size() != 3)) {
    throw Error(ErrorCode::domain, "subband is '" + filter.subband + "'; write two letters (slices) or three (volume)" +
                                       " of L and H, such as LH or LLH");
  }
  SeparableFilter separable;
  for (std::size_t a = 0; a < filter.subband.size(); ++a) {
    for (int level = 1; level <= filter.level; ++level) {
      const bool high = level == filter.level && filter.subband[a] == 'H';
      separable.axes[a].push_back(dilated(centred_kernel(high ? bank.high : bank.low), 1 << (level - 1)));
    }
  }
  if (!filter.rotation_invariant) return {separable};
  return right_angle_rotations(separable, filter.dimension());
}

image::Volume apply(const image::Volume& volume, const WaveletFilter& filter) {
  return respond(volume, orientations(filter), filter.pooling, filter.boundary);
}

}  // namespace larc::filters
