#include "study/companions.h"

#include "learn/crossval.h"

namespace larc::study {

namespace {

constexpr const char* kCombat = "+combat";

bool asks_for(const StudyFile& file, const std::string& kind) {
  return std::find(file.kinds.begin(), file.kinds.end(), kind) != file.kinds.end();
}

std::size_t features_of(const learn::Frame& frame) {
  return static_cast<std::size_t>(std::count_if(frame.columns.begin(), frame.columns.end(),
                                                [](const auto& column) { return column.group == "radiomics"; }));
}

bool has_clinical(const learn::Frame& frame) {
  return std::any_of(frame.columns.begin(), frame.columns.end(),
                     [](const auto& column) { return column.group == "clinical"; });
}

}  // namespace

bool uses_networks(const StudyFile& file) {
  return file.crop.has_value() && asks_for(file, "deep");
}

bool uses_network(const StudyFile& file, const std::string& kind) {
  return uses_networks(file) && (kind == "deep" || plain_kind(kind) == "combined");
}

int repeats_of(const StudyFile& file, const std::string& kind) {
  return uses_network(file, kind) ? file.validation.deep_repeats : file.validation.repeats;
}

std::vector<std::string> companions_of(const StudyFile& file, const Dataset& dataset) {
  std::vector<std::string> list;
  const bool features = features_of(dataset.frame) > 0;
  const bool radiomics = features && (asks_for(file, "radiomics") || asks_for(file, "combined"));
  if (!dataset.refused.empty()) return list;
  if ((radiomics || asks_for(file, "deep")) && !volume_columns(file, dataset.frame).empty()) list.push_back("volume");
  if (radiomics) list.push_back("random");
  if (radiomics && uses_network(file, "combined") && asks_for(file, "combined") && has_clinical(dataset.frame))
    list.emplace_back(kTables);
  if (!radiomics || !file.harmonise || centres_of(dataset).size() < 2) return list;
  for (const char* kind : {"radiomics", "combined"})
    if (asks_for(file, kind)) list.push_back(harmonised_kind(kind));
  return list;
}

bool is_baseline(const std::string& kind) {
  return kind == "volume" || kind == "random" || kind == kTables;
}

bool is_compared(const std::string& kind, const std::string& baseline) {
  if (baseline == kTables) return kind == "combined";
  return kind == "radiomics" || kind == "combined" || kind == "deep";
}

bool is_harmonised(const std::string& kind) {
  return kind.ends_with(kCombat);
}

std::string plain_kind(const std::string& kind) {
  return is_harmonised(kind) ? kind.substr(0, kind.size() - std::string(kCombat).size()) : kind;
}

std::string harmonised_kind(const std::string& kind) {
  return kind + kCombat;
}

std::vector<std::string> volume_columns(const StudyFile& file, const learn::Frame& frame) {
  const auto begins = [](const std::string& name, const std::string& prefix) { return name.starts_with(prefix + "_"); };
  std::vector<std::string> mesh, enclosed;
  for (const auto& column : frame.columns) {
    if (column.group == kVolumeGroup) enclosed.push_back(column.name);
    if (column.group != "radiomics" ||
        !(column.name.ends_with("_shape_MeshVolume") || column.name.ends_with("_morph_volume")))
      continue;
    const bool of_rule = std::any_of(file.extraction.begin(), file.extraction.end(),
                                     [&](const auto& rule) { return begins(column.name, rule.prefix); });
    const bool is_change = std::any_of(file.deltas.begin(), file.deltas.end(),
                                       [&](const auto& delta) { return begins(column.name, delta.prefix); });
    if (of_rule && !is_change) mesh.push_back(column.name);
  }
  return mesh.empty() ? enclosed : mesh;
}

std::vector<std::string> centres_of(const Dataset& dataset) {
  std::set<std::string> names(dataset.centres.begin(), dataset.centres.end());
  names.erase("");
  return {names.begin(), names.end()};
}

Dataset baseline_dataset(Dataset dataset, const std::string& kind, std::uint64_t seed) {
  if (kind == "random") learn::add_random_columns(dataset.frame, features_of(dataset.frame), seed);
  if (kind == "volume") dataset.frame.repeated.clear();
  return dataset;
}

}  // namespace larc::study
