#include "io/dicom/packed_series.h"

#include <cstring>
#include <tuple>
#include <type_traits>

#include "core/error.h"
#include "core/hash.h"

namespace larc::io::dicom {

namespace {

/// Every member, by its place. A member that is added to DicomInstance and not here does not compile.
template <typename Instance>
auto members(Instance& instance) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
         m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
         m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58, m59, m60, m61, m62, m63, m64, m65, m66, m67,
         m68, m69, m70, m71, m72, m73, m74, m75, m76, m77, m78, m79, m80, m81, m82, m83] = instance;
  return std::tie(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21,
                  m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41,
                  m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58, m59, m60, m61,
                  m62, m63, m64, m65, m66, m67, m68, m69, m70, m71, m72, m73, m74, m75, m76, m77, m78, m79, m80, m81,
                  m82, m83);
}
constexpr std::uint8_t kEnd = 0xff;  // after the members of an image

void put_number(std::string& out, std::size_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

class Reader {
 public:
  explicit Reader(const std::string& bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}
  bool at_end() const { return at_ == end_; }
  std::uint8_t byte() { return static_cast<std::uint8_t>(*at_++); }
  std::size_t number() {
    std::size_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      const std::uint8_t next = byte();
      value |= static_cast<std::size_t>(next & 0x7f) << shift;
      if (next < 0x80) return value;
    }
  }
  std::string_view bytes(std::size_t count) {
    const std::string_view view(at_, count);
    at_ += count;
    return view;
  }

 private:
  const char *at_, *end_;
};

// Texts: how many characters the first image's begins with, then the rest.
void put(std::string& out, const std::string& value, const std::string& first) {
  std::size_t same = 0;
  while (same < std::min(value.size(), first.size()) && value[same] == first[same]) ++same;
  put_number(out, same);
  put_number(out, value.size() - same);
  out.append(value, same);
}
void take(Reader& in, std::string& value) {
  value.resize(in.number());
  value += in.bytes(in.number());
}

void put(std::string& out, const std::filesystem::path& value, const std::filesystem::path& first) {
  put(out, value.native(), first.native());
}
void take(Reader& in, std::filesystem::path& value) {
  std::string text = value.native();
  take(in, text);
  value = std::move(text);
}

template <typename Plain>
requires std::is_arithmetic_v<Plain>
void put(std::string& out, const Plain& value, const Plain&) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}
template <typename Plain>
requires std::is_arithmetic_v<Plain>
void take(Reader& in, Plain& value) {
  std::memcpy(&value, in.bytes(sizeof value).data(), sizeof value);
}

template <typename Value>
requires std::is_trivially_copyable_v<Value>
void put(std::string& out, const std::optional<Value>& value, const std::optional<Value>&) {
  out += value ? '\1' : '\0';
  if (value) out.append(reinterpret_cast<const char*>(&*value), sizeof *value);
}
template <typename Value>
void take(Reader& in, std::optional<Value>& value) {
  value.reset();
  if (in.byte() == 0) return;
  std::memcpy(&value.emplace(), in.bytes(sizeof(Value)).data(), sizeof(Value));
}

void put(std::string& out, const std::vector<int>& values, const std::vector<int>&) {
  put_number(out, values.size());
  for (const int value : values) put(out, value, 0);
}
void take(Reader& in, std::vector<int>& values) {
  values.resize(in.number());
  for (int& value : values) take(in, value);
}

void put(std::string& out, const std::vector<std::string>& values, const std::vector<std::string>&) {
  put_number(out, values.size());
  for (const auto& value : values) put(out, value, std::string());
}
void take(Reader& in, std::vector<std::string>& values) {
  values.assign(in.number(), {});
  for (auto& value : values) take(in, value);
}

/// Bit by bit, because absent numbers are NaN.
template <typename Value>
bool same(const Value& a, const Value& b) {
  if constexpr (std::is_same_v<Value, double>)
    return std::memcmp(&a, &b, sizeof a) == 0;
  else if constexpr (std::is_same_v<Value, std::filesystem::path>)
    return a.native() == b.native();
  else if constexpr (std::is_same_v<Value, std::string> || std::is_same_v<Value, std::vector<int>> ||
                     std::is_same_v<Value, std::vector<std::string>> || std::is_arithmetic_v<Value>)
    return a == b;
  else
    return a.has_value() == b.has_value() && (!a || std::memcmp(&*a, &*b, sizeof *a) == 0);
}

template <std::size_t... N>
void put_image(std::string& out, const DicomInstance& image, const DicomInstance& first, std::index_sequence<N...>) {
  const auto here = members(image), there = members(first);
  const auto put_one = [&](std::uint8_t number, const auto& value, const auto& other) {
    if (same(value, other)) return;
    out += static_cast<char>(number);
    put(out, value, other);
  };
  (put_one(static_cast<std::uint8_t>(N), std::get<N>(here), std::get<N>(there)), ...);
  out += static_cast<char>(kEnd);
}

template <std::size_t... N>
void take_image(Reader& in, DicomInstance& image, std::index_sequence<N...>) {
  const auto here = members(image);
  using Take = void (*)(Reader&, const decltype(here)&);
  static constexpr Take kTake[] = {[](Reader& from, const decltype(here)& to) { take(from, std::get<N>(to)); }...};
  for (std::uint8_t number = in.byte(); number != kEnd; number = in.byte()) kTake[number](in, here);
}

constexpr std::size_t kMembers = std::tuple_size_v<decltype(members(std::declval<DicomInstance&>()))>;
static_assert(kMembers < kEnd);
using Members = std::make_index_sequence<kMembers>;

}  // namespace

void PackedImages::add(const DicomInstance& image) {
  put_image(bytes_, image, count_ == 0 ? DicomInstance{} : front(), Members());
  ++count_;
}

DicomInstance PackedImages::front() const {
  if (count_ == 0) throw Error(ErrorCode::domain, "a series without images; give its files");
  DicomInstance first;
  Reader in(bytes_);
  take_image(in, first, Members());
  return first;
}

std::vector<DicomInstance> PackedImages::unpack() const {
  std::vector<DicomInstance> images;
  images.reserve(count_);
  Reader in(bytes_);
  while (!in.at_end()) {
    images.push_back(images.empty() ? DicomInstance{} : images.front());
    take_image(in, images.back(), Members());
  }
  return images;
}

PackedSeries pack(DicomSeries series) {
  PackedSeries packed;
  for (const DicomInstance& image : series.instances) packed.images.add(image);
  series.instances = {};
  packed.head = std::move(series);
  return packed;
}

DicomSeries unpack(const PackedSeries& packed) {
  DicomSeries series = packed.head;
  series.instances = packed.images.unpack();
  return series;
}

void SeriesCollector::add(const DicomInstance& image) {
  if (!image.sop_instance_uid.empty()) {
    const std::string digits = hash_of({image.sop_instance_uid, image.frame ? std::to_string(*image.frame) : "",
                                        image.tile ? std::to_string(*image.tile) : ""});
    if (!seen_.insert({std::stoull(digits.substr(0, 16), nullptr, 16), std::stoull(digits.substr(16, 16), nullptr, 16)})
             .second)
      return;
  }
  series_[{image.study_uid, image.series_uid}].add(image);
}

void SeriesCollector::each(const std::function<void(DicomSeries)>& take) {
  while (!series_.empty()) {
    const auto first = series_.begin();
    std::vector<DicomInstance> images = first->second.unpack();
    series_.erase(first);
    for (auto& series : group_series(std::move(images))) take(std::move(series));
  }
}

}  // namespace larc::io::dicom
