#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace larc::io::dicom {

/// Options of PS3.15 Annex E that larc offers, beside the Basic Application Level Confidentiality Profile itself.
struct ProfileOptions {
  bool modified_dates = true;            // Retain Longitudinal Temporal Information With Modified Dates
  bool clean_descriptors = true;         // Clean Descriptors
  bool clean_structured_content = true;  // Clean Structured Content
  bool patient_characteristics = true;   // Retain Patient Characteristics: sex, age, size and weight only
  bool device_identity = false;          // Retain Device Identity
  bool safe_private = true;              // Retain Safe Private

  /// "modified-dates,clean-descriptors": those that are on, in this order; "none".
  std::string names() const;
};
/// From such names. errors usage: a name that is not offered (lists those that are)
ProfileOptions parse_profile_options(std::string_view names);

/// What is done with an attribute. Of combined actions (X/Z, X/Z/D, ...) the last one: what stays is then valid
/// whatever the attribute's type in its information object. PS3.15 Table E.1-1a.
enum class Action { remove, empty, dummy, keep, clean, new_uid };

struct ProfileRule {
  Action action;
  Action leanest;  // the first of a combination: for sequences, whose items would need a dummy each
  bool by_option;  // an option decided
};
/// The rule of the profile's table under the options; nullopt: the table does not name the attribute.
std::optional<ProfileRule> profile_rule(std::uint16_t group, std::uint16_t element, const ProfileOptions& options);

/// Texts that the table does not name: kept as they are, tied to a coding scheme, a label that must not be empty, or
/// an identifier. nullopt: only harmless words stay.
enum class TextAction { keep, code, label, identifier, clean };
std::optional<TextAction> standard_text(std::uint16_t group, std::uint16_t element);

/// The VR of a private attribute that is known to hold no identity, from its creator; empty: not known.
std::string safe_private_vr(std::string_view creator, std::uint16_t group, std::uint8_t element);

/// Whether a word (ASCII in lower case, or Chinese) says nothing of a person.
bool is_harmless_word(std::string_view word);

/// The digest of all tables: outputs of two versions must not be mixed.
std::string profile_version();

}  // namespace larc::io::dicom
