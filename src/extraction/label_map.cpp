#include "extraction/label_map.h"

#include <cstring>

#include "core/error.h"
#include "core/huge_pages.h"
#include "core/number.h"
#include "core/text.h"
#include "extraction/sha1.h"
#include "image/box.h"
#include "io/image_reader.h"

namespace larc::extraction {

namespace {

// Labels met so far; a byte each.
class Codes {
 public:
  Codes(std::string name, std::vector<std::int64_t>& labels) : name_(std::move(name)), labels_(labels) {
    small_.fill(-1);
    small_[0] = 0;
  }

  std::uint8_t of(std::int64_t label) {
    if (label >= 0 && label < 256) {
      int& code = small_[static_cast<std::size_t>(label)];
      if (code < 0) code = add(label);
      return static_cast<std::uint8_t>(code);
    }
    for (std::size_t c = 0; c < labels_.size(); ++c)
      if (labels_[c] == label) return static_cast<std::uint8_t>(c + 1);
    return static_cast<std::uint8_t>(add(label));
  }

  std::int64_t whole(double value) const {
    if (!(value == std::round(value)) || std::abs(value) > 9e15)
      throw Error(ErrorCode::domain, name_ + " holds " + format_double(value) +
                                         ", labels are whole numbers; give a label map, not a probability map");
    return static_cast<std::int64_t>(value);
  }

 private:
  int add(std::int64_t label) {
    if (labels_.size() == 255)
      throw Error(ErrorCode::domain, name_ + " holds more than 255 labels; is it an image? Give a label map");
    labels_.push_back(label);
    return static_cast<int>(labels_.size());
  }

  std::string name_;
  std::vector<std::int64_t>& labels_;
  std::array<int, 256> small_{};
};

/// Voxels that are looked at together: masks are mostly long runs of one value.
constexpr std::size_t kRun = 64;

/// Whether `count` voxels have the bytes of the first.
template <typename T>
bool all_equal(const T* values, std::size_t count) {
  // memcmp of the values with themselves, one further on.
  return std::memcmp(values, values + 1, (count - 1) * sizeof(T)) == 0;
}

}  // namespace

LabelMap read_label_map(const std::filesystem::path& path, bool with_sha1) {
  const io::ImageReader reader(path);
  LabelMap map{reader.name(), reader.geometry(), {}, {}, {}};
  resize_large(map.codes, map.geometry.voxel_count());
  Codes codes(reader.name(), map.labels);
  Sha1 sha1;
  std::vector<std::uint32_t> words;
  reader.read([&](std::string_view bytes, std::size_t first) {
    io::with_type(reader.type(), [&](auto zero) {
      using T = decltype(zero);
      const std::size_t count = bytes.size() / sizeof(T);
      if (with_sha1) words.resize(count);
      T last{};
      std::int64_t last_label = 0;
      std::uint8_t last_code = 0;
      bool known = !reader.scaled();  // 0 is background
      const auto* values = reinterpret_cast<const T*>(bytes.data());
      for (std::size_t v = 0; v < count; ++v) {
        if (known && v + kRun <= count && values[v] == last && all_equal(values + v, kRun)) {
          if (last_code != 0) std::fill_n(map.codes.begin() + static_cast<std::ptrdiff_t>(first + v), kRun, last_code);
          if (with_sha1)
            std::fill_n(words.begin() + static_cast<std::ptrdiff_t>(v), kRun, static_cast<std::uint32_t>(last_label));
          v += kRun - 1;
          continue;
        }
        const T value = values[v];
        if (value != last || !known) {
          last = value;
          known = true;
          if (reader.scaled())
            last_label = codes.whole(static_cast<double>(value) * reader.slope() + reader.intercept());
          else if constexpr (std::is_integral_v<T>)
            last_label = static_cast<std::int64_t>(value);
          else
            last_label = codes.whole(static_cast<double>(value));
          last_code = codes.of(last_label);
        }
        map.codes[first + v] = last_code;
        if (with_sha1) words[v] = static_cast<std::uint32_t>(last_label);
      }
    });
    if (with_sha1) sha1.update({reinterpret_cast<const char*>(words.data()), words.size() * 4});
  });
  if (with_sha1) map.sha1 = sha1.finish();
  return map;
}

LabelMap label_map_of(const image::Mask& mask) {
  LabelMap map{"mask", mask.geometry, mask.voxels, {1}, {}};
  for (std::uint8_t& code : map.codes) code = code != 0 ? 1 : 0;
  return map;
}

std::vector<std::int64_t> labels_of(const LabelMap& map) {
  std::vector<std::int64_t> labels = map.labels;
  std::sort(labels.begin(), labels.end());
  return labels;
}

LabelRegion find_label(const LabelMap& map, std::int64_t label) {
  const auto found = std::find(map.labels.begin(), map.labels.end(), label);
  LabelRegion region;
  region.code = static_cast<std::uint8_t>(found - map.labels.begin() + 1);
  const image::Index3& size = map.geometry.size;
  region.box = {size, {-1, -1, -1}};
  const auto nx = static_cast<std::size_t>(size[0]);
  if (found != map.labels.end())
    for (int k = 0; k < size[2]; ++k)
      for (int j = 0; j < size[1]; ++j) {
        const std::uint8_t* row = map.codes.data() + map.geometry.offset(0, j, k);
        const auto* first = static_cast<const std::uint8_t*>(std::memchr(row, region.code, nx));
        if (first == nullptr) continue;
        const auto* last = static_cast<const std::uint8_t*>(::memrchr(row, region.code, nx));
        auto& [lower, upper] = region.box;
        lower = {std::min(lower[0], static_cast<int>(first - row)), std::min(lower[1], j), std::min(lower[2], k)};
        upper = {std::max(upper[0], static_cast<int>(last - row)), std::max(upper[1], j), std::max(upper[2], k)};
      }
  if (region.box.upper[0] >= 0) return region;
  if (map.labels.empty())
    throw Error(ErrorCode::domain, map.name + ": the mask is empty: no voxel is marked; outline the region");
  std::vector<std::string> names;
  for (const std::int64_t there : labels_of(map)) names.push_back(std::to_string(there));
  if (names.size() > 20) names.resize(20), names.push_back("...");
  throw Error(ErrorCode::domain, map.name + ": label " + std::to_string(label) + " is not in the mask; it holds " +
                                     join(names, ", ") + "; choose one of these");
}

image::Mask mask_in_box(const LabelMap& map, const LabelRegion& region, const image::Box& box) {
  const image::Geometry& g = map.geometry;
  image::Mask mask{image::part_of(g, box), {}};
  mask.voxels.reserve(mask.geometry.voxel_count());
  for (int k = box.lower[2]; k <= box.upper[2]; ++k)
    for (int j = box.lower[1]; j <= box.upper[1]; ++j) {
      const std::uint8_t* row = map.codes.data() + g.offset(box.lower[0], j, k);
      for (int i = 0; i < mask.geometry.size[0]; ++i) mask.voxels.push_back(row[i] == region.code ? 1 : 0);
    }
  return mask;
}

}  // namespace larc::extraction
