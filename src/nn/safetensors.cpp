#include "nn/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <set>

#include "core/error.h"
#include "core/json.h"

namespace larc::nn {

namespace {

static_assert(std::endian::native == std::endian::little, "weights are copied byte by byte");

constexpr std::size_t kLengthBytes = 8;
// The limit of the format's own reader.
constexpr std::uint64_t kMaxHeader = 100'000'000;
constexpr const char* kMetadata = "__metadata__";

[[noreturn]] void bad(const std::string& what) {
  throw Error(ErrorCode::format, "weights: " + what + "; the file is damaged or not a safetensors file, copy it again");
}

/// Number of values of a shape, or bad().
std::uint64_t count_of(const std::vector<std::int64_t>& shape, const std::string& name) {
  std::uint64_t count = 1;
  for (const std::int64_t size : shape) {
    const auto extent = static_cast<std::uint64_t>(size);
    if (size < 0 || (extent != 0 && count > (std::uint64_t{1} << 40) / extent)) {
      bad("tensor '" + name + "' has an impossible shape");
    }
    count *= extent;
  }
  return count;
}

struct Entry {
  Tensor tensor;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

Entry read_entry(const std::string& name, const Json& json, std::uint64_t available) {
  const std::string where = "tensor '" + name + "'";
  if (!json.is_object() || !json.contains("dtype") || !json.contains("shape") || !json.contains("data_offsets")) {
    bad(where + " lacks dtype, shape or data_offsets");
  }
  if (!json["dtype"].is_string()) bad(where + " has a dtype that is not text");
  if (const auto dtype = json["dtype"].get<std::string>(); dtype != "F32") {
    throw Error(ErrorCode::unsupported,
                "weights: " + where + " has dtype '" + dtype + "'; only F32 is read, convert it first");
  }
  const auto integers = [&](const char* key) {
    const Json& list = json[key];
    std::vector<std::int64_t> values;
    if (!list.is_array()) bad(where + ": " + key + " is not a list");
    for (const auto& item : list) {
      if (!item.is_number_unsigned() || item.get<std::uint64_t>() > (std::uint64_t{1} << 62)) {
        bad(where + ": " + key + " holds something that is not a non-negative integer");
      }
      values.push_back(item.get<std::int64_t>());
    }
    return values;
  };
  Entry entry;
  entry.tensor.name = name;
  entry.tensor.shape = integers("shape");
  const auto offsets = integers("data_offsets");
  if (offsets.size() != 2) bad(where + ": data_offsets needs two values");
  entry.begin = static_cast<std::uint64_t>(offsets[0]);
  entry.end = static_cast<std::uint64_t>(offsets[1]);
  if (entry.begin > entry.end || entry.end > available) bad(where + " lies outside the file (truncated?)");
  if (entry.end - entry.begin != count_of(entry.tensor.shape, name) * sizeof(float)) {
    bad(where + ": data_offsets and shape disagree");
  }
  return entry;
}

Json parse_header(std::string_view text) {
  std::vector<std::set<std::string>> keys;
  const auto no_key_twice = [&keys](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second) {
      bad("the header names '" + parsed.get<std::string>() + "' twice");
    }
    return true;
  };
  try {
    return Json::parse(text, no_key_twice);
  } catch (const nlohmann::json::exception&) {
    bad("the header is not valid JSON");
  }
}

}  // namespace

std::string write_safetensors(const std::vector<Tensor>& tensors, const std::map<std::string, std::string>& metadata) {
  Json header = Json::object();
  if (!metadata.empty()) header[kMetadata] = metadata;
  std::uint64_t offset = 0;
  for (const auto& tensor : tensors) {
    if (tensor.name.empty() || tensor.name == kMetadata) {
      throw Error(ErrorCode::domain, "weights: a tensor cannot be named '" + tensor.name + "'");
    }
    if (header.contains(tensor.name)) {
      throw Error(ErrorCode::conflict, "weights: two tensors are named '" + tensor.name + "'");
    }
    if (count_of(tensor.shape, tensor.name) != tensor.data.size()) {
      throw Error(ErrorCode::shape_mismatch, "weights: tensor '" + tensor.name + "' has " +
                                                 std::to_string(tensor.data.size()) +
                                                 " values, not what its shape says");
    }
    const std::uint64_t end = offset + tensor.data.size() * sizeof(float);
    header[tensor.name] = {{"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = dump_json(header);
  text.append((kLengthBytes - text.size() % kLengthBytes) % kLengthBytes, ' ');
  const std::uint64_t length = text.size();
  std::string bytes(kLengthBytes, '\0');
  std::memcpy(bytes.data(), &length, kLengthBytes);
  bytes.reserve(kLengthBytes + length + offset);
  bytes += text;
  for (const auto& tensor : tensors) {
    bytes.append(reinterpret_cast<const char*>(tensor.data.data()), tensor.data.size() * sizeof(float));
  }
  return bytes;
}

TensorFile read_safetensors(std::string_view bytes) {
  if (bytes.size() < kLengthBytes) bad("fewer than 8 bytes");
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), kLengthBytes);
  if (length > kMaxHeader || length > bytes.size() - kLengthBytes) {
    bad("the header should have " + std::to_string(length) + " bytes, but the file has " +
        std::to_string(bytes.size() - kLengthBytes));
  }
  const Json header = parse_header(bytes.substr(kLengthBytes, length));
  if (!header.is_object()) bad("the header is not a JSON object");
  const std::string_view data = bytes.substr(kLengthBytes + length);

  TensorFile file;
  std::vector<Entry> entries;
  for (const auto& [name, value] : header.items()) {
    if (name != kMetadata) {
      entries.push_back(read_entry(name, value, data.size()));
      continue;
    }
    if (!value.is_object()) bad("__metadata__ is not a JSON object");
    for (const auto& [key, text] : value.items()) {
      if (!text.is_string()) bad("__metadata__ '" + key + "' is not text");
      file.metadata[key] = text.get<std::string>();
    }
  }
  std::ranges::stable_sort(entries, {}, [](const Entry& entry) { return std::pair(entry.begin, entry.end); });
  std::uint64_t expected = 0;
  for (auto& entry : entries) {
    if (entry.begin != expected) {
      bad("tensor '" + entry.tensor.name + (entry.begin < expected ? "' overlaps another" : "' is preceded by a hole"));
    }
    expected = entry.end;
    entry.tensor.data.resize((entry.end - entry.begin) / sizeof(float));
    if (!entry.tensor.data.empty()) {
      std::memcpy(entry.tensor.data.data(), data.data() + entry.begin, entry.end - entry.begin);
    }
    file.tensors.push_back(std::move(entry.tensor));
  }
  if (expected != data.size()) bad("values are left over after the last tensor");
  return file;
}

}  // namespace larc::nn
