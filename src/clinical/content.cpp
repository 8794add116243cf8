#include "clinical/content.h"

#include "core/error.h"
#include "core/json.h"

namespace larc::clinical {

namespace {

void append_quoted(std::string_view text, std::string& out) {
  for (const char c : text)
    if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) {
      out += dump_json(Json(text));
      return;
    }
  out += '"';
  out += text;
  out += '"';
}

void append_pair(std::string_view name, std::string_view value, std::string& out) {
  if (out.back() != '{') out += ',';
  append_quoted(name, out);
  out += ':';
  append_quoted(value, out);
}

/// A list of parts exactly as `encode_content` writes it, without escapes.
class PlainReader {
 public:
  PlainReader(std::string_view content, const ContentReader& read) : content_(content), read_(read) {}

  /// False where it is written otherwise; `values` then counts those that were read.
  bool read(std::size_t& values) {
    if (content_.find('\\') != std::string_view::npos || !skip('[')) return false;
    if (skip(']')) return at_ == content_.size();
    do
      if (!read_part(values)) return false;
    while (skip(','));
    return skip(']') && at_ == content_.size();
  }

 private:
  bool skip(char c) {
    if (at_ >= content_.size() || content_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool text(std::string_view& found) {
    if (!skip('"')) return false;
    const auto end = content_.find('"', at_);
    if (end == std::string_view::npos) return false;
    found = content_.substr(at_, end - at_);
    at_ = end + 1;
    return true;
  }

  bool read_part(std::size_t& values) {
    std::string_view valid_at, reader, instance, name, value;
    if (!skip('{')) return false;
    for (;;) {
      if (!text(name) || !skip(':')) return false;
      if (name == "values") break;
      std::string_view& target = name == "valid_at" ? valid_at : name == "reader" ? reader : instance;
      if (name != "valid_at" && name != "reader" && name != "instance") return false;
      if (!text(target) || !skip(',')) return false;
    }
    if (!skip('{')) return false;
    pairs_.clear();
    do {
      if (!text(name) || !skip(':') || !text(value)) return false;
      pairs_.emplace_back(name, value);
    } while (skip(','));
    // Nothing of a part is told before its end: somebody else may write its date after its values.
    if (!skip('}') || !skip('}')) return false;
    read_.part(valid_at, reader, instance);
    for (const auto& pair : pairs_) read_.value(pair.first, pair.second);
    values += pairs_.size();
    return true;
  }

  std::string_view content_;
  const ContentReader& read_;
  std::size_t at_ = 0;
  std::vector<std::pair<std::string_view, std::string_view>> pairs_;
};

[[noreturn]] void fail() {
  throw Error(ErrorCode::format,
              "a record of the registry is not as larc writes it; 'larc status STUDY --verify' names it");
}

std::string_view text_of(const Json& json) {
  if (!json.is_string()) fail();
  return json.get_ref<const std::string&>();
}

}  // namespace

std::string encode_content(const std::vector<ContentPart>& parts) {
  std::string out = "[";
  for (const ContentPart& part : parts) {
    if (out.size() > 1) out += ',';
    out += '{';
    if (!part.valid_at.empty()) append_pair("valid_at", part.valid_at, out);
    if (!part.reader.empty()) append_pair("reader", part.reader, out);
    if (!part.instance.empty()) append_pair("instance", part.instance, out);
    if (out.back() != '{') out += ',';
    out += "\"values\":{";
    for (const auto& [variable, value] : part.values) append_pair(variable, value, out);
    out += "}}";
  }
  return out + "]";
}

void read_content(std::string_view content, const ContentReader& read) {
  std::size_t known = 0;  // values that were read before something else than plain text came
  if (PlainReader(content, read).read(known)) return;
  const Json json = Json::parse(content, nullptr, false);
  if (!json.is_array()) fail();
  for (const Json& part : json) {
    if (!part.is_object() || !part.contains("values") || !part.at("values").is_object()) fail();
    const auto head = [&](const char* key) { return part.contains(key) ? text_of(part.at(key)) : std::string_view(); };
    read.part(head("valid_at"), head("reader"), head("instance"));
    for (const auto& [variable, value] : part.at("values").items()) {
      const std::string_view text = text_of(value);
      if (known > 0)
        --known;
      else
        read.value(variable, text);
    }
  }
}

}  // namespace larc::clinical
