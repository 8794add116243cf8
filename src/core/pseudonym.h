#pragma once
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/secret.h"

namespace larc {

/// The id of a patient as all ways of writing it agree on: outer white space and control characters gone, inner white
/// space as one space, full-width letters and digits as plain ones, ASCII letters as capitals, and no leading zeros
/// where all are digits (spreadsheets drop them). UTF-8 in and out.
std::string normalised_patient_id(std::string_view id);

/// A date moved by whole days, in the form in which it came: YYYYMMDD, YYYY.MM.DD, YYYY-MM-DD or YYYY/MM/DD, alone or
/// with anything that is no digit behind it ("2020-01-31T10:00"). nullopt: no date of the calendar.
std::optional<std::string> shifted_date(std::string_view date, int days);

/// Pseudonyms, date shifts and new UIDs of one centre, all from its secret: the same on every machine, for images and
/// for tables, whatever the order. Safe to use from several threads.
class Pseudonyms {
 public:
  explicit Pseudonyms(Secret secret, std::size_t code_length = 10);

  /// "P" and 10 characters of Crockford's base 32 (no I, L, O, U): 50 bits of the keyed hash of the normalised id.
  /// errors domain: an empty id; conflict: two patients of this run would get the same one (says what to do)
  std::string of_patient(std::string_view id);
  /// -3650 .. -1 whole days, to be added to every date of the patient; the days between dates stay.
  int date_shift_days(std::string_view id) const;
  /// "2.25." and the decimal of 128 bits of the keyed hash (PS3.5 B.2); the same UID gives the same everywhere.
  std::string uid(std::string_view original) const;
  /// An identifier of another kind (a tracking id, a visit number), as `length` characters of base 32.
  std::string code(std::string_view kind, std::string_view original, std::size_t length) const;

  struct Row {
    std::string normalised_id;
    std::string pseudonym;
    int date_shift_days;
  };
  /// Whom this run met, in the order of the normalised ids: the table that only the centre may keep.
  std::vector<Row> met() const;
  /// Takes in who was met before, so that collisions across runs are found. errors conflict
  void remember(const std::string& normalised_id);

  const Secret& secret() const { return secret_; }

 private:
  std::string checked(const std::string& normalised);

  Secret secret_;
  std::size_t code_length_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> id_of_pseudonym_;
};

}  // namespace larc
