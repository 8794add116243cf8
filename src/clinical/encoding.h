#pragma once
#include <string>
#include <string_view>

namespace larc::clinical {

/// The text of a file as UTF-8 without byte order mark. UTF-8 and UTF-16 are known by their mark or by being valid;
/// what is neither is GB18030 (which holds GBK and GB2312) or Windows-1252: the bytes above 127 of Chinese text come in
/// pairs, those of western text stand alone. errors format: no text at all (zero bytes), or in none of these encodings
std::string decode_text(std::string_view bytes, const std::string& name);

/// At most `limit` characters of a cell for a message, "..." where something was left out.
std::string shown(std::string_view text, std::size_t limit = 40);

/// shown(text) in quotes, for English and for Chinese messages.
std::string in_quotes(std::string_view text);
std::string in_quotes_zh(std::string_view text);

bool is_valid_utf8(std::string_view text);

}  // namespace larc::clinical
