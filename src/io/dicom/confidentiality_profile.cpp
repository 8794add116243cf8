#include "io/dicom/confidentiality_profile.h"

#include <unordered_map>
#include <unordered_set>

#include "core/csv.h"
#include "core/error.h"
#include "core/hash.h"
#include "core/text.h"

namespace larc::io::dicom {

// data/deidentification/*.csv
extern const char* const kBasicProfileText;
extern const char* const kSafePrivateText;
extern const char* const kStandardTextText;
extern const char* const kHarmlessWordsText;

namespace {

struct Row {
  std::string basic, modified_dates, clean_descriptors, clean_structured_content, patient_characteristics,
      device_identity;
};

std::uint32_t hexadecimal(const std::string& text) {
  return static_cast<std::uint32_t>(std::stoul(text, nullptr, 16));
}

std::uint32_t key_of(const std::string& tag) {
  return (hexadecimal(tag.substr(0, 4)) << 16) | hexadecimal(tag.substr(5, 4));
}

const std::unordered_map<std::uint32_t, Row>& basic_profile() {
  static const auto table = [] {
    const CsvTable csv = parse_csv(kBasicProfileText, "basic_profile.csv");
    std::unordered_map<std::uint32_t, Row> rows;
    for (const auto& cells : csv.rows) {
      const auto cell = [&](const char* name) { return cells[csv.column(name)]; };
      // Curves and overlays (50xx, 60xx) and private attributes go by their groups, whole.
      if (cells[0].find('x') != std::string::npos) continue;
      rows[key_of(cells[0])] = {cell("basic"),
                                cell("modified_dates"),
                                cell("clean_descriptors"),
                                cell("clean_structured_content"),
                                cell("patient_characteristics"),
                                cell("device_identity")};
    }
    return rows;
  }();
  return table;
}

Action action_of(const std::string& letter) {
  if (letter == "X") return Action::remove;
  if (letter == "Z") return Action::empty;
  if (letter == "D") return Action::dummy;
  if (letter == "K") return Action::keep;
  if (letter == "C") return Action::clean;
  if (letter == "U") return Action::new_uid;
  throw Error(ErrorCode::internal, "basic_profile.csv has the action '" + letter + "'");
}

/// Sex, age, size, weight: the only characteristics that a study of this kind needs.
bool needed_characteristic(std::uint32_t key) {
  return key == 0x00100040U || key == 0x00101010U || key == 0x00101020U || key == 0x00101030U;
}

struct NamedOption {
  const char* name;
  bool ProfileOptions::*member;
};
constexpr std::array<NamedOption, 6> kOptions{{{"modified-dates", &ProfileOptions::modified_dates},
                                               {"clean-descriptors", &ProfileOptions::clean_descriptors},
                                               {"clean-structured-content", &ProfileOptions::clean_structured_content},
                                               {"patient-characteristics", &ProfileOptions::patient_characteristics},
                                               {"device-identity", &ProfileOptions::device_identity},
                                               {"safe-private", &ProfileOptions::safe_private}}};

}  // namespace

std::string ProfileOptions::names() const {
  std::string text;
  for (const auto& option : kOptions)
    if (this->*option.member) {
      if (!text.empty()) text += ',';
      text += option.name;
    }
  return text.empty() ? "none" : text;
}

ProfileOptions parse_profile_options(std::string_view names) {
  ProfileOptions options{false, false, false, false, false, false};
  if (trim(names) == "none") return options;
  for (const std::string& part : split(names, ',')) {
    const auto option = std::find_if(kOptions.begin(), kOptions.end(),
                                     [&](const NamedOption& candidate) { return candidate.name == trim(part); });
    if (option == kOptions.end()) {
      std::string offered;
      for (const auto& each : kOptions) offered.append(each.name).append(", ");
      throw Error(ErrorCode::usage, "'" + part + "' is no option of the confidentiality profile; there are " + offered +
                                        "and none, with commas between");
    }
    options.*option->member = true;
  }
  return options;
}

std::optional<ProfileRule> profile_rule(std::uint16_t group, std::uint16_t element, const ProfileOptions& options) {
  const std::uint32_t key = (std::uint32_t{group} << 16) | element;
  const auto found = basic_profile().find(key);
  if (found == basic_profile().end()) return std::nullopt;
  const Row& row = found->second;
  const auto steps = split(row.basic, '/');
  const ProfileRule basic{action_of(steps.back()), action_of(steps.front()), false};
  // Dates first: a device's dates are shifted with all others even where the device is retained.
  if (options.modified_dates && !row.modified_dates.empty()) return ProfileRule{Action::clean, basic.action, true};
  if (options.device_identity && !row.device_identity.empty())
    return ProfileRule{action_of(row.device_identity), basic.action, true};
  if (options.patient_characteristics && !row.patient_characteristics.empty() && needed_characteristic(key))
    return ProfileRule{action_of(row.patient_characteristics), basic.action, true};
  if ((options.clean_descriptors && !row.clean_descriptors.empty()) ||
      (options.clean_structured_content && !row.clean_structured_content.empty()))
    return ProfileRule{Action::clean, basic.action, true};
  return basic;
}

std::optional<TextAction> standard_text(std::uint16_t group, std::uint16_t element) {
  static const auto table = [] {
    const std::map<std::string, TextAction> names{{"keep", TextAction::keep},
                                                  {"code", TextAction::code},
                                                  {"label", TextAction::label},
                                                  {"identifier", TextAction::identifier},
                                                  {"clean", TextAction::clean}};
    std::unordered_map<std::uint32_t, TextAction> rows;
    for (const auto& cells : parse_csv(kStandardTextText, "standard_text.csv").rows)
      rows[key_of(cells[0])] = names.at(cells[2]);
    return rows;
  }();
  const auto found = table.find((std::uint32_t{group} << 16) | element);
  return found == table.end() ? std::nullopt : std::optional(found->second);
}

std::string safe_private_vr(std::string_view creator, std::uint16_t group, std::uint8_t element) {
  static const auto table = [] {
    std::map<std::tuple<std::string, std::uint32_t, std::uint32_t>, std::string> rows;
    for (const auto& cells : parse_csv(kSafePrivateText, "safe_private.csv").rows)
      rows[{to_lower(cells[0]), hexadecimal(cells[1]), hexadecimal(cells[2])}] = cells[3];
    return rows;
  }();
  const auto found = table.find({to_lower(trim(creator)), group, element});
  return found == table.end() ? "" : found->second;
}

bool is_harmless_word(std::string_view word) {
  static const auto words = [] {
    std::unordered_set<std::string> all;
    for (const auto& cells : parse_csv(kHarmlessWordsText, "harmless_words.csv").rows)
      for (const std::string& each : split(cells[0], ' '))
        if (!each.empty()) all.insert(each);
    return all;
  }();
  return words.contains(std::string(word));
}

std::string profile_version() {
  static const std::string version =
      sha256(std::string(kBasicProfileText) + kSafePrivateText + kStandardTextText + kHarmlessWordsText).substr(0, 12);
  return version;
}

}  // namespace larc::io::dicom
