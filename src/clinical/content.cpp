#include "clinical/content.h"

#include "core/error.h"
#include "core/json.h"

namespace larc::clinical {

namespace {

void append_quoted(const std::string& text, std::string& out) {
  for (const char c : text)
    if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) {
      out += dump_json(Json(text));
      return;
    }
  out += '"';
  out += text;
  out += '"';
}

/// The text that starts with the quote at `at`, if it holds no escape; `at` is then behind its end.
bool plain_text(std::string_view content, std::size_t& at, std::string_view& text) {
  if (at >= content.size() || content[at] != '"') return false;
  const auto end = content.find('"', at + 1);
  if (end == std::string_view::npos) return false;
  text = content.substr(at + 1, end - at - 1);
  if (text.find('\\') != std::string_view::npos) return false;
  at = end + 1;
  return true;
}

/// Reads an object as `encode_content` writes texts without escapes; false where it is written otherwise. `values`
/// counts those that were read.
bool read_plain(std::string_view content, const std::function<void(std::string_view, std::string_view)>& read,
                std::size_t& values) {
  if (content.size() < 2 || content.front() != '{' || content.back() != '}' ||
      content.find('\\') != std::string_view::npos)
    return false;
  std::size_t at = 1;
  std::string_view name, value;
  while (content[at] != '}' || at + 1 != content.size()) {
    if (!plain_text(content, at, name) || at >= content.size() || content[at++] != ':' ||
        !plain_text(content, at, value) || at >= content.size())
      return false;
    if (content[at] == ',') ++at;
    read(name, value);
    ++values;
  }
  return true;
}

}  // namespace

std::string encode_content(const std::vector<std::pair<std::string, std::string>>& values) {
  std::string out = "{";
  for (const auto& [name, value] : values) {
    if (out.size() > 1) out += ',';
    append_quoted(name, out);
    out += ':';
    append_quoted(value, out);
  }
  return out + "}";
}

void read_content(std::string_view content, const std::function<void(std::string_view, std::string_view)>& read) {
  std::size_t values = 0;
  if (read_plain(content, read, values)) return;
  const Json json = Json::parse(content, nullptr, false);
  if (!json.is_object())
    throw Error(ErrorCode::format, "a record of the registry is no JSON object; run 'larc status STUDY --verify'");
  for (const auto& [name, value] : json.items()) {
    if (!value.is_string())
      throw Error(ErrorCode::format, "a record of the registry holds something other than texts under '" + name +
                                         "'; run 'larc status STUDY --verify'");
    if (values > 0)
      --values;
    else
      read(name, value.get_ref<const std::string&>());
  }
}

}  // namespace larc::clinical
