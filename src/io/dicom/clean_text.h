#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace larc::io::dicom {

/// The words that name the people and places of one data set, gathered before anything is removed, so that no text
/// that stays holds one of them. Comparison is by whole words in lower case, and inside words from five letters on.
class IdentityWords {
 public:
  /// Names of persons: every word of two characters or more, but forms of address.
  void add_person(std::string_view name);
  /// Ids, institutions, addresses: every word of three characters or more that is not harmless.
  void add(std::string_view text);
  bool in(std::string_view text) const;
  bool empty() const { return words_.empty(); }

 private:
  std::unordered_set<std::string> words_;
  std::vector<std::string> long_words_;
};

/// What of a text is harmless: listed words, compounds of them, numbers of up to three digits, round numbers of four
/// (b-values), single letters beside digits ("p2"). A text that is harmless throughout comes back as it is, else its
/// harmless words do, else nothing. Text that is not UTF-8 has none.
std::string harmless_part(std::string_view text, const IdentityWords& identity);

/// Printable ASCII without a backslash, `limit` characters at most.
bool is_plain(std::string_view text, std::size_t limit);
/// Upper case letters, digits, space, underscore, at most 16 (PS3.5 6.2, CS).
bool is_code_string(std::string_view text);
/// nnnD, nnnW, nnnM or nnnY; more than 89 years is written as 090Y, because so few live so long.
std::optional<std::string> cleaned_age(std::string_view text);
/// HH, HHMM, HHMMSS and fractions; also with colons.
bool is_time(std::string_view text);
/// "+0800"
bool is_utc_offset(std::string_view text);
/// YYYYMMDD, and YYYYMMDD with time, fraction and offset from UTC; the date moved.
std::optional<std::string> shifted_da(std::string_view text, int days);
std::optional<std::string> shifted_dt(std::string_view text, int days);
/// All digits and points, as a UID is (PS3.5 9.1).
bool is_uid_text(std::string_view text);

}  // namespace larc::io::dicom
