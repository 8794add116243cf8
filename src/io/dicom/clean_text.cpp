#include "io/dicom/clean_text.h"

#include "core/pseudonym.h"
#include "core/text.h"
#include "io/dicom/confidentiality_profile.h"

namespace larc::io::dicom {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_wide(char c) {
  return (static_cast<unsigned char>(c) & 0x80U) != 0;
}
bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_digit);
}

/// A text as words (letters, digits, everything beyond ASCII) and what stands between them.
struct Piece {
  std::string_view text;
  bool is_word;
};
std::vector<Piece> pieces_of(std::string_view text) {
  const auto in_word = [](char c) { return is_digit(c) || is_letter(c) || is_wide(c); };
  std::vector<Piece> pieces;
  for (std::size_t start = 0; start < text.size();) {
    const bool word = in_word(text[start]);
    std::size_t end = start + 1;
    while (end < text.size() && in_word(text[end]) == word) ++end;
    pieces.push_back({text.substr(start, end - start), word});
    start = end;
  }
  return pieces;
}

/// Bytes of one character of UTF-8, 0 when it is malformed.
std::size_t character_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xC2 ? 0
                             : first < 0xE0 ? 2
                             : first < 0xF0 ? 3
                             : first < 0xF5 ? 4
                                            : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t n = 1; n < length; ++n)
    if ((static_cast<unsigned char>(text[n]) & 0xC0U) != 0x80U) return 0;
  return length;
}

/// Letters as one listed word, or as listed words of three letters and more joined ("t2TseSag").
bool harmless_letters(const std::string& word) {
  if (word.size() == 1 || is_harmless_word(word)) return true;
  if (word.size() > 40) return false;
  std::vector<bool> reached(word.size() + 1, false);
  reached[0] = true;
  for (std::size_t start = 0; start < word.size(); ++start)
    for (std::size_t length = 3; reached[start] && start + length <= word.size(); ++length)
      if (is_harmless_word(std::string_view(word).substr(start, length))) reached[start + length] = true;
  return reached[word.size()];
}

bool harmless_number(std::string_view digits, bool after_letter) {
  if (digits.size() <= 3) return true;
  if (digits.size() > 4) return false;
  return digits.substr(2) == "00" || (after_letter && digits.substr(2) == "50");
}

/// Chinese without spaces: the longest listed words, one after the other, must use it up.
bool harmless_wide(std::string_view text) {
  constexpr std::size_t kLongest = 18;
  while (!text.empty()) {
    std::size_t length = std::min(kLongest, text.size());
    while (length > 0 && !is_harmless_word(text.substr(0, length))) --length;
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool harmless_word(std::string_view word) {
  const auto kind = [](char c) { return is_digit(c) ? 0 : is_letter(c) ? 1 : 2; };
  char before = ' ';
  for (std::size_t start = 0; start < word.size();) {
    std::size_t end = start + 1;
    while (end < word.size() && kind(word[end]) == kind(word[start])) ++end;
    const std::string_view part = word.substr(start, end - start);
    const bool harmless = kind(part[0]) == 0   ? harmless_number(part, is_letter(before))
                          : kind(part[0]) == 1 ? harmless_letters(to_lower(part))
                                               : harmless_wide(part);
    if (!harmless) return false;
    before = part.back();
    start = end;
  }
  return true;
}

bool valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool form_of_address(const std::string& word) {
  static const std::set<std::string> kForms{"mr", "mrs", "ms", "dr", "md", "phd", "prof", "jr", "sr"};
  return kForms.contains(word);
}

}  // namespace

void IdentityWords::add_person(std::string_view name) {
  for (const Piece& piece : pieces_of(name)) {
    const std::string word = to_lower(piece.text);
    if (!piece.is_word || word.size() < 2 || form_of_address(word) || (all_digits(word) && word.size() < 4)) continue;
    words_.insert(word);
    if (word.size() >= 5) long_words_.push_back(word);
  }
}

void IdentityWords::add(std::string_view text) {
  for (const Piece& piece : pieces_of(text)) {
    const std::string word = to_lower(piece.text);
    if (!piece.is_word || word.size() < 3 || harmless_word(word)) continue;
    words_.insert(word);
    if (word.size() >= 5) long_words_.push_back(word);
  }
}

bool IdentityWords::in(std::string_view text) const {
  if (words_.empty()) return false;
  for (const Piece& piece : pieces_of(text))
    if (piece.is_word && words_.contains(to_lower(piece.text))) return true;
  const std::string low = to_lower(text);
  return std::any_of(long_words_.begin(), long_words_.end(),
                     [&](const std::string& word) { return low.find(word) != std::string::npos; });
}

std::string harmless_part(std::string_view text, const IdentityWords& identity) {
  if (!valid_utf8(text)) return {};
  const auto printable = [](char c) {
    return is_wide(c) || (c >= ' ' && c != '\x7f' && c != '\\') || c == '\n' || c == '\r';
  };
  const auto pieces = pieces_of(text);
  const auto harmless = [&](const Piece& piece) {
    return piece.is_word ? harmless_word(piece.text) && !identity.in(piece.text)
                         : std::all_of(piece.text.begin(), piece.text.end(), printable);
  };
  if (std::all_of(pieces.begin(), pieces.end(), harmless) && !identity.in(text)) return std::string(text);
  std::string kept;
  bool letters = false;
  for (const Piece& piece : pieces) {
    if (!piece.is_word || !harmless(piece)) continue;
    if (!kept.empty()) kept += ' ';
    kept += piece.text;
    letters = letters || !all_digits(piece.text);
  }
  // Numbers alone, torn from their text, say nothing that helps.
  return letters && !identity.in(kept) ? kept : std::string();
}

bool is_plain(std::string_view text, std::size_t limit) {
  return text.size() <= limit &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~' && c != '\\'; });
}

bool is_code_string(std::string_view text) {
  return text.size() <= 16 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || is_digit(c) || c == ' ' || c == '_';
         });
}

std::optional<std::string> cleaned_age(std::string_view text) {
  if (text.size() != 4 || !all_digits(text.substr(0, 3)) ||
      std::string_view("DWMY").find(text[3]) == std::string_view::npos)
    return std::nullopt;
  const int number = std::stoi(std::string(text.substr(0, 3)));
  return text[3] == 'Y' && number > 89 ? "090Y" : std::string(text);
}

bool is_time(std::string_view text) {
  std::string digits;
  std::size_t n = 0;
  for (; n < text.size() && text[n] != '.'; ++n) {
    if (text[n] == ':' && (digits.size() == 2 || digits.size() == 4) && is_digit(text[n - 1])) continue;
    if (!is_digit(text[n])) return false;
    digits += text[n];
  }
  if (digits.size() != 2 && digits.size() != 4 && digits.size() != 6) return false;
  if (n == text.size()) return true;
  const std::string_view fraction = text.substr(n + 1);
  return digits.size() == 6 && !fraction.empty() && fraction.size() <= 6 && all_digits(fraction);
}

bool is_utc_offset(std::string_view text) {
  return text.size() == 5 && (text[0] == '+' || text[0] == '-') && all_digits(text.substr(1));
}

std::optional<std::string> shifted_da(std::string_view text, int days) {
  if (text.size() != 8 && text.size() != 10) return std::nullopt;
  auto moved = shifted_date(text, days);
  if (moved) std::erase_if(*moved, [](char c) { return !is_digit(c); });
  return moved && moved->size() == 8 ? moved : std::nullopt;
}

std::optional<std::string> shifted_dt(std::string_view text, int days) {
  if (text.size() < 8) return std::nullopt;
  const auto date = shifted_da(text.substr(0, 8), days);
  std::string_view time = text.substr(8);
  const std::size_t sign = time.find_first_of("+-");
  if (sign != std::string_view::npos) {
    const std::string_view offset = time.substr(sign + 1);
    if (offset.size() != 4 || !all_digits(offset)) return std::nullopt;
    time = time.substr(0, sign);
  }
  if (!date || (!time.empty() && (!is_time(time) || time.find(':') != std::string_view::npos))) return std::nullopt;
  return *date + std::string(text.substr(8));
}

bool is_uid_text(std::string_view text) {
  return !text.empty() && text.size() <= 64 && text.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace larc::io::dicom
