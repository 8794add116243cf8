#include "study/bids_name.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "core/text.h"

namespace larc::study {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Parts between '_' and '-', in lower case.
std::vector<std::string> parts_of(const std::string& id) {
  std::string text = to_lower(id);
  std::replace(text.begin(), text.end(), '-', '_');
  return split(text, '_');
}

bool all_digits(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

std::string session_of(const ImageRole& role) {
  const auto parts = parts_of(role.id);
  if (parts.size() > 1 && all_digits(parts.back())) return parts.back();
  return role.available_from == PredictionPoint::P0 ? "1" : "2";
}

std::optional<std::pair<std::string, std::string>> type_of(const std::string& id) {
  static const std::array<std::tuple<const char*, const char*, const char*>, 9> kTypes{{{"adc", "dwi", "ADC"},
                                                                                        {"dwi", "dwi", "dwi"},
                                                                                        {"diffusion", "dwi", "dwi"},
                                                                                        {"flair", "anat", "FLAIR"},
                                                                                        {"t2w", "anat", "T2w"},
                                                                                        {"t2", "anat", "T2w"},
                                                                                        {"t1w", "anat", "T1w"},
                                                                                        {"t1", "anat", "T1w"},
                                                                                        {"pd", "anat", "PDw"}}};
  const auto parts = parts_of(id);
  for (const auto& [word, datatype, suffix] : kTypes)
    if (std::find(parts.begin(), parts.end(), word) != parts.end()) return std::pair{datatype, suffix};
  for (const auto& part : parts)
    if (part.size() > 1 && part[0] == 'b' && all_digits(part.substr(1))) return std::pair{"dwi", "dwi"};
  return std::nullopt;
}

/// Letters and digits of an id, but for the number at its end.
std::string without_session(const std::string& id) {
  std::string text = id;
  const auto end = text.find_last_not_of("0123456789");
  if (end != std::string::npos && end + 1 < text.size() && (text[end] == '_' || text[end] == '-')) text.resize(end);
  return alphanumeric(text);
}

}  // namespace

std::string alphanumeric(const std::string& text) {
  std::string name;
  for (const char c : text)
    if (is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) name += c;
  return name;
}

std::map<std::string, std::string> alphanumeric_names(const std::vector<std::string>& ids, const std::string& stem) {
  // Names that differ in case alone are one file on some disks.
  std::map<std::string, std::vector<std::string>> same;
  for (const auto& id : ids) same[to_lower(alphanumeric(id))].push_back(id);
  std::set<std::string> taken;
  for (const auto& [name, list] : same)
    if (list.size() == 1 && !name.empty()) taken.insert(name);
  std::map<std::string, std::string> names;
  for (auto& [lower, list] : same) {
    std::sort(list.begin(), list.end());
    std::size_t number = 0;
    for (const auto& id : list) {
      std::string name = alphanumeric(id);
      if (list.size() > 1 || name.empty()) {
        const std::string begin = name.empty() ? stem : name;
        do name = begin + "n" + std::to_string(++number);
        while (!taken.insert(to_lower(name)).second);
      }
      names[id] = name;
    }
  }
  return names;
}

std::map<std::string, BidsPlace> bids_places(const StudyFile& file) {
  std::map<std::string, BidsPlace> places;
  std::map<std::tuple<std::string, std::string, std::string>, std::vector<std::string>> roles;
  for (const auto& role : file.images)
    if (const auto type = type_of(role.id)) {
      places[role.id] = {session_of(role), type->first, type->second, ""};
      roles[{session_of(role), type->first, type->second}].push_back(role.id);
    }
  for (const auto& [kind, ids] : roles)
    if (ids.size() > 1)
      for (const auto& [id, name] : alphanumeric_names(ids, "role")) places.at(id).acquisition = name;
  return places;
}

std::map<std::string, std::string> bids_labels(const StudyFile& file, const std::map<std::string, BidsPlace>& places) {
  std::map<std::tuple<std::string, std::string, std::string>, std::vector<std::string>> together;
  for (const auto& mask : file.masks)
    if (const auto place = places.find(mask.image); place != places.end())
      together[{place->second.session, place->second.datatype, place->second.acquisition}].push_back(mask.id);
  std::map<std::string, std::string> labels;
  for (const auto& [where, ids] : together) {
    const auto whole = alphanumeric_names(ids, "region");
    std::map<std::string, std::string> here;
    for (const auto& id : ids) here[id] = without_session(id);
    // A whole id may be the label of another mask, which then takes its whole id too.
    for (bool changed = true; changed;) {
      changed = false;
      std::map<std::string, std::size_t> count;
      for (const auto& [id, label] : here) ++count[to_lower(label)];
      for (auto& [id, label] : here)
        if ((label.empty() || count.at(to_lower(label)) > 1) && label != whole.at(id)) {
          label = whole.at(id);
          changed = true;
        }
    }
    labels.merge(here);
  }
  return labels;
}

}  // namespace larc::study
