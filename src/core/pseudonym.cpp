#include "core/pseudonym.h"

#include <array>
#include <chrono>

#include "core/error.h"
#include "core/text.h"

namespace larc {

namespace {

/// Big-endian digits of base 32 without letters that look like digits (Crockford).
std::string base32(std::string_view bytes, std::size_t length) {
  static constexpr char kLetters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::string text;
  for (std::size_t n = 0; n < length; ++n) {
    unsigned value = 0;
    for (std::size_t bit = 5 * n; bit < 5 * n + 5; ++bit)
      value = value * 2 + ((static_cast<unsigned char>(bytes[bit / 8 % bytes.size()]) >> (7 - bit % 8)) & 1U);
    text += kLetters[value];
  }
  return text;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The next character of UTF-8 as plain ASCII where it is a full-width form (U+FF01 .. U+FF5E) or a wide space (U+3000,
/// U+00A0), else its bytes.
std::string_view next_character(std::string_view text, char& plain) {
  plain = '\0';
  const auto byte = [&](std::size_t n) { return n < text.size() ? static_cast<unsigned char>(text[n]) : 0U; };
  if (byte(0) == 0xEF && (byte(1) == 0xBC || byte(1) == 0xBD) && (byte(2) & 0xC0U) == 0x80U) {
    const unsigned code = 0xF000U | ((byte(1) & 0x3FU) << 6) | (byte(2) & 0x3FU);
    if (code >= 0xFF01U && code <= 0xFF5EU) {
      plain = static_cast<char>(code - 0xFF01U + 0x21U);
      return text.substr(0, 3);
    }
  }
  if (byte(0) == 0xE3 && byte(1) == 0x80 && byte(2) == 0x80) return plain = ' ', text.substr(0, 3);
  if (byte(0) == 0xC2 && byte(1) == 0xA0) return plain = ' ', text.substr(0, 2);
  if (byte(0) < 0x80) plain = text[0];
  return text.substr(0, 1);
}

}  // namespace

std::string normalised_patient_id(std::string_view id) {
  std::string normal;
  bool space = false;
  while (!id.empty()) {
    char plain = '\0';
    const std::string_view character = next_character(id, plain);
    id.remove_prefix(character.size());
    if (character.size() == 1 && static_cast<unsigned char>(character[0]) < 0x20) plain = ' ';
    if (plain == ' ') {
      space = true;
      continue;
    }
    if (space && !normal.empty()) normal += ' ';
    space = false;
    if (plain == '\0')
      normal += character;
    else
      normal += plain >= 'a' && plain <= 'z' ? static_cast<char>(plain - 'a' + 'A') : plain;
  }
  if (std::all_of(normal.begin(), normal.end(), is_digit))
    normal.erase(0, std::min(normal.find_first_not_of('0'), normal.empty() ? 0 : normal.size() - 1));
  return normal;
}

std::optional<std::string> shifted_date(std::string_view date, int days) {
  using namespace std::chrono;
  const bool separated = date.size() > 4 && (date[4] == '-' || date[4] == '.' || date[4] == '/');
  const std::size_t length = separated ? 10 : 8;
  if (date.size() < length || (date.size() > length && is_digit(date[length]))) return std::nullopt;
  std::string digits;
  for (std::size_t n = 0; n < length; ++n) {
    if (separated && (n == 4 || n == 7)) {
      if (date[n] != date[4]) return std::nullopt;
      continue;
    }
    if (!is_digit(date[n])) return std::nullopt;
    digits += date[n];
  }
  const year_month_day day{year(std::stoi(digits.substr(0, 4))),
                           month(static_cast<unsigned>(std::stoi(digits.substr(4, 2)))),
                           std::chrono::day(static_cast<unsigned>(std::stoi(digits.substr(6, 2))))};
  if (!day.ok()) return std::nullopt;
  const year_month_day moved{sys_days(day) + std::chrono::days(days)};
  if (int(moved.year()) < 1 || int(moved.year()) > 9999) return std::nullopt;
  const auto padded = [](int value, std::size_t width) {
    const std::string text = std::to_string(value);
    return std::string(width - text.size(), '0') + text;
  };
  const std::string between = separated ? std::string(1, date[4]) : "";
  return padded(int(moved.year()), 4) + between + padded(static_cast<int>(unsigned(moved.month())), 2) + between +
         padded(static_cast<int>(unsigned(moved.day())), 2) + std::string(date.substr(length));
}

Pseudonyms::Pseudonyms(Secret secret, std::size_t code_length)
    : secret_(std::move(secret)), code_length_(code_length) {}

std::string Pseudonyms::checked(const std::string& normalised) {
  if (normalised.empty()) throw Error(ErrorCode::domain, "the patient id is empty, so there is no pseudonym for it");
  std::string pseudonym = "P";
  pseudonym += base32(secret_.keyed_hash("patient", normalised), code_length_);
  const std::lock_guard lock(mutex_);
  const auto [entry, added] = id_of_pseudonym_.emplace(pseudonym, normalised);
  if (!added && entry->second != normalised)
    throw Error(ErrorCode::conflict, "two patients would share the pseudonym " + pseudonym +
                                         "; make a new secret and start again in a new folder");
  return pseudonym;
}

std::string Pseudonyms::of_patient(std::string_view id) {
  return checked(normalised_patient_id(id));
}

void Pseudonyms::remember(const std::string& normalised_id) {
  checked(normalised_id);
}

int Pseudonyms::date_shift_days(std::string_view id) const {
  const std::string hash = secret_.keyed_hash("date shift", normalised_patient_id(id));
  std::uint64_t value = 0;
  for (std::size_t n = 0; n < 8; ++n) value = value * 256 + static_cast<unsigned char>(hash[n]);
  return -1 - static_cast<int>(value % 3650);
}

std::string Pseudonyms::uid(std::string_view original) const {
  const std::string hash = secret_.keyed_hash("uid", original);
  std::array<unsigned, 16> bytes{};
  for (std::size_t n = 0; n < bytes.size(); ++n) bytes[n] = static_cast<unsigned char>(hash[n]);
  bytes[6] = (bytes[6] & 0x0FU) | 0x80U;  // version 8: contents chosen by the maker
  bytes[8] = (bytes[8] & 0x3FU) | 0x80U;  // variant of RFC 9562
  std::string digits;
  while (std::any_of(bytes.begin(), bytes.end(), [](unsigned byte) { return byte != 0; })) {
    unsigned rest = 0;
    for (unsigned& byte : bytes) {
      const unsigned value = rest * 256 + byte;
      byte = value / 10;
      rest = value % 10;
    }
    digits.insert(digits.begin(), static_cast<char>('0' + rest));
  }
  return "2.25." + digits;
}

std::string Pseudonyms::code(std::string_view kind, std::string_view original, std::size_t length) const {
  return base32(secret_.keyed_hash("code " + std::string(kind), original), length);
}

std::vector<Pseudonyms::Row> Pseudonyms::met() const {
  std::map<std::string, std::string> by_id;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [pseudonym, id] : id_of_pseudonym_) by_id.emplace(id, pseudonym);
  }
  std::vector<Row> rows;
  for (const auto& [id, pseudonym] : by_id) rows.push_back({id, pseudonym, date_shift_days(id)});
  return rows;
}

}  // namespace larc
