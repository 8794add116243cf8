#include "extraction/image_source.h"

#include <cstring>
#include <limits>

#include "core/error.h"
#include "core/huge_pages.h"
#include "extraction/sha1.h"
#include "image/box.h"

namespace larc::extraction {

namespace {

/// Sums in eight lanes: fast, and the same whatever the processor. Integers sum exactly.
class Moments {
 public:
  template <typename T>
  void add(const T* values, std::size_t count) {
    constexpr std::size_t kLanes = 8;
    using Wide = std::conditional_t<std::is_integral_v<T> && sizeof(T) <= 2, std::int64_t, double>;
    std::array<Wide, kLanes> sum{}, square{};
    T low = values[0], high = values[0];
    std::size_t v = 0;
    for (; v + kLanes <= count; v += kLanes)
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        const T value = values[v + lane];
        const auto wide = static_cast<Wide>(value);
        sum[lane] += wide;
        square[lane] += wide * wide;
        low = value < low ? value : low;
        high = value > high ? value : high;
      }
    for (; v < count; ++v) {
      const auto wide = static_cast<Wide>(values[v]);
      sum[0] += wide;
      square[0] += wide * wide;
      low = values[v] < low ? values[v] : low;
      high = values[v] > high ? values[v] : high;
    }
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      sum_ += static_cast<double>(sum[lane]);
      square_ += static_cast<double>(square[lane]);
    }
    count_ += static_cast<double>(count);
    low_ = std::min(low_, static_cast<double>(low));
    high_ = std::max(high_, static_cast<double>(high));
  }

  ImageStatistics result() const {
    ImageStatistics statistics;
    statistics.mean = sum_ / count_;
    const double variance = (square_ - sum_ * sum_ / count_) / (count_ - 1);
    statistics.deviation = count_ > 1 ? std::sqrt(std::max(0.0, variance)) : 0;
    statistics.minimum = low_;
    statistics.maximum = high_;
    statistics.finite = std::isfinite(square_) && std::isfinite(sum_);
    return statistics;
  }

 private:
  double sum_ = 0, square_ = 0, count_ = 0;
  double low_ = std::numeric_limits<double>::infinity(), high_ = -low_;
};

/// Copies what lies in a box out of consecutive voxels.
class BoxFiller {
 public:
  BoxFiller(const image::Geometry& whole, const image::Box& box) : whole_(whole), box_(box) {
    volume.geometry = image::part_of(whole, box);
    resize_large(volume.voxels, volume.geometry.voxel_count());
  }

  template <typename T, typename Value>
  void take(const T* values, std::size_t first, std::size_t count, const Value& value_of) {
    const auto nx = static_cast<std::size_t>(whole_.size[0]), ny = static_cast<std::size_t>(whole_.size[1]);
    const auto x0 = static_cast<std::size_t>(box_.lower[0]), x1 = static_cast<std::size_t>(box_.upper[0]) + 1;
    const std::size_t last = first + count;
    for (std::size_t row = first / nx; row * nx < last; ++row) {
      const int j = static_cast<int>(row % ny), k = static_cast<int>(row / ny);
      if (k < box_.lower[2] || k > box_.upper[2] || j < box_.lower[1] || j > box_.upper[1]) continue;
      const std::size_t from = std::max(first, row * nx + x0), to = std::min(last, row * nx + x1);
      if (from >= to) continue;
      double* out = &volume.at(0, j - box_.lower[1], k - box_.lower[2]) + (from - row * nx - x0);
      for (std::size_t v = from; v < to; ++v) *out++ = value_of(values[v - first]);
    }
  }

  image::Volume volume;

 private:
  const image::Geometry& whole_;
  image::Box box_;
};

class FileSource : public ImageSource {
 public:
  FileSource(const std::filesystem::path& path, bool as_itk) : reader_(path), as_itk_(as_itk) {}
  const std::string& name() const override { return reader_.name(); }
  const image::Geometry& geometry() const override { return reader_.geometry(); }
  io::VoxelType type() const override {
    if (!reader_.scaled() || reader_.type() == io::VoxelType::float64) return reader_.type();
    return as_itk_ ? io::VoxelType::float32 : io::VoxelType::float64;
  }

  ImagePart read(const ImageRequest& request) const override {
    BoxFiller filler(geometry(), request.box);
    Moments moments;
    Sha1 sha1;
    const bool all = request.statistics || request.sha1;
    const auto take = [&](const auto* values, std::size_t first, std::size_t count) {
      if (request.statistics) moments.add(values, count);
      if (request.sha1) sha1.update({reinterpret_cast<const char*>(values), count * sizeof(*values)});
      filler.take(values, first, count, [](auto value) { return static_cast<double>(value); });
    };
    std::vector<float> singles;
    std::vector<double> doubles;
    const auto work = [&](std::string_view bytes, std::size_t first) {
      io::with_type(reader_.type(), [&](auto zero) {
        using T = decltype(zero);
        const std::size_t count = bytes.size() / sizeof(T);
        const auto* values = reinterpret_cast<const T*>(bytes.data());
        if constexpr (std::is_integral_v<T> && sizeof(T) == 8)
          for (std::size_t v = 0; v < count; ++v)
            if (!(std::abs(static_cast<double>(values[v])) <= 9007199254740992.0))
              throw Error(ErrorCode::domain, name() +
                                                 ": a 64-bit voxel value is too large to be held exactly; store the "
                                                 "image as 32-bit integers or floating point");
        const auto scaled = [&](T value) { return static_cast<double>(value) * reader_.slope() + reader_.intercept(); };
        if (!reader_.scaled()) return take(values, first, count);
        if (type() == io::VoxelType::float32) {
          singles.resize(count);
          std::transform(values, values + count, singles.begin(), [&](T v) { return static_cast<float>(scaled(v)); });
          return take(singles.data(), first, count);
        }
        doubles.resize(count);
        std::transform(values, values + count, doubles.begin(), scaled);
        take(doubles.data(), first, count);
      });
    };
    if (all)
      reader_.read(work);
    else
      reader_.read(geometry().offset(0, 0, request.box.lower[2]), geometry().offset(0, 0, request.box.upper[2] + 1),
                   work);
    ImagePart part{std::move(filler.volume), {}};
    if (request.statistics) part.statistics = moments.result();
    if (request.sha1) part.statistics.sha1 = sha1.finish();
    return part;
  }

 private:
  io::ImageReader reader_;
  bool as_itk_;
};

class MemorySource : public ImageSource {
 public:
  explicit MemorySource(const image::Volume& volume) : volume_(volume) {}
  const std::string& name() const override { return name_; }
  const image::Geometry& geometry() const override { return volume_.geometry; }
  io::VoxelType type() const override { return io::VoxelType::float64; }
  bool in_memory() const override { return true; }

  ImagePart read(const ImageRequest& request) const override {
    ImagePart part{image::crop(volume_, request.box), {}};
    if (request.statistics) part.statistics = statistics_of(volume_.voxels);
    if (request.sha1) {
      Sha1 sha1;
      sha1.update({reinterpret_cast<const char*>(volume_.voxels.data()), volume_.voxels.size() * sizeof(double)});
      part.statistics.sha1 = sha1.finish();
    }
    return part;
  }

 private:
  const image::Volume& volume_;
  std::string name_ = "image";
};

class HeldSource : public ImageSource {
 public:
  HeldSource(const ImageSource& source, bool with_sha1)
      : name_(source.name()),
        type_(source.type()),
        in_memory_(source.in_memory()),
        whole_(source.read({image::all_of(source.geometry().size), true, with_sha1})) {}
  const std::string& name() const override { return name_; }
  const image::Geometry& geometry() const override { return whole_.volume.geometry; }
  io::VoxelType type() const override { return type_; }
  bool in_memory() const override { return in_memory_; }

  ImagePart read(const ImageRequest& request) const override {
    return {image::crop(whole_.volume, request.box), whole_.statistics};
  }

 private:
  std::string name_;
  io::VoxelType type_;
  bool in_memory_;
  ImagePart whole_;
};

}  // namespace

std::unique_ptr<ImageSource> image_held(const ImageSource& source, bool with_sha1) {
  return std::make_unique<HeldSource>(source, with_sha1);
}

std::unique_ptr<ImageSource> image_in_file(const std::filesystem::path& path, bool as_itk) {
  return std::make_unique<FileSource>(path, as_itk);
}

std::unique_ptr<ImageSource> image_in_memory(const image::Volume& volume) {
  return std::make_unique<MemorySource>(volume);
}

ImageStatistics statistics_of(const std::vector<double>& voxels) {
  Moments moments;
  moments.add(voxels.data(), voxels.size());
  return moments.result();
}

}  // namespace larc::extraction
