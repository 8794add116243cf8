#include "clinical/encoding.h"

#include <iconv.h>

#include <cerrno>
#include <optional>

#include "core/error.h"

namespace larc::clinical {

namespace {

std::optional<std::string> convert(std::string_view bytes, const char* encoding) {
  const iconv_t converter = iconv_open("UTF-8", encoding);
  if (converter == reinterpret_cast<iconv_t>(-1)) return std::nullopt;
  std::string text;
  std::string buffer(1 << 16, '\0');
  char* in = const_cast<char*>(bytes.data());  // iconv does not write through it
  std::size_t in_left = bytes.size();
  bool valid = true;
  while (in_left > 0) {
    char* out = buffer.data();
    std::size_t out_left = buffer.size();
    const std::size_t result = iconv(converter, &in, &in_left, &out, &out_left);
    text.append(buffer.data(), buffer.size() - out_left);
    if (result != static_cast<std::size_t>(-1) || errno == E2BIG) continue;
    valid = false;
    break;
  }
  iconv_close(converter);
  if (!valid) return std::nullopt;
  return text;
}

bool is_high(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}

/// Chinese text: most bytes above 127 stand in runs of an even length.
bool comes_in_pairs(std::string_view bytes) {
  std::size_t paired = 0, alone = 0;
  for (std::size_t i = 0; i < bytes.size();) {
    std::size_t run = 0;
    while (i + run < bytes.size() && is_high(bytes[i + run])) ++run;
    paired += run / 2;
    alone += run % 2;
    i += run + 1;
  }
  return paired > alone;
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead >= 0xC2 && lead < 0xE0 ? 2 : lead >= 0xE0 && lead < 0xF0 ? 3 : 4;
    if ((lead >= 0x80 && lead < 0xC2) || lead > 0xF4 || i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k)
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) return false;
    const auto second = length > 1 ? static_cast<unsigned char>(text[i + 1]) : 0;
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) || (lead == 0xF0 && second < 0x90) ||
        (lead == 0xF4 && second > 0x8F))
      return false;
    i += length;
  }
  return true;
}

std::string decode_text(std::string_view bytes, const std::string& name) {
  const auto refuse_zero_bytes = [&](std::string text) {
    if (text.find('\0') != std::string::npos)
      throw Error(ErrorCode::format,
                  name + " is not a text table (it has zero bytes); save it as CSV in UTF-8 or XLSX");
    return text;
  };
  if (bytes.starts_with("\xEF\xBB\xBF")) {
    bytes.remove_prefix(3);
    if (is_valid_utf8(bytes)) return refuse_zero_bytes(std::string(bytes));
    throw Error(ErrorCode::format, name + " says it is UTF-8 and is not; save it again as UTF-8");
  }
  for (const auto& [mark, encoding] : {std::pair{"\xFF\xFE", "UTF-16LE"}, {"\xFE\xFF", "UTF-16BE"}}) {
    if (!bytes.starts_with(mark)) continue;
    if (const auto text = convert(bytes.substr(2), encoding)) return refuse_zero_bytes(*text);
    throw Error(ErrorCode::format, name + " says it is UTF-16 and is not; save it again as UTF-8");
  }
  refuse_zero_bytes(std::string(bytes.substr(0, bytes.find('\0') == std::string_view::npos ? 0 : bytes.size())));
  if (is_valid_utf8(bytes)) return std::string(bytes);
  const bool chinese = comes_in_pairs(bytes);
  for (const char* encoding : {chinese ? "GB18030" : "WINDOWS-1252", chinese ? "WINDOWS-1252" : "GB18030"})
    if (const auto text = convert(bytes, encoding)) return *text;
  throw Error(ErrorCode::format,
              name + " is in no encoding larc knows (UTF-8, UTF-16, GB18030, Windows-1252); save it as UTF-8");
}

std::string shown(std::string_view text, std::size_t limit) {
  std::size_t characters = 0, end = 0;
  while (end < text.size()) {
    std::size_t next = end + 1;
    while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0) == 0x80) ++next;
    if (++characters > limit) return std::string(text.substr(0, end)) + "...";
    end = next;
  }
  return std::string(text);
}

std::string in_quotes(std::string_view text) {
  std::string result = "'";
  return result.append(shown(text)).append("'");
}

std::string in_quotes_zh(std::string_view text) {
  std::string result = "“";
  return result.append(shown(text)).append("”");
}

}  // namespace larc::clinical
