#include "study/export_bids.h"

#include <algorithm>
#include <functional>
#include <mutex>
#include <set>

#include "core/csv.h"
#include "core/error.h"
#include "core/number.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/version.h"
#include "io/image_file.h"
#include "study/bids_name.h"

namespace larc::study {

namespace {

using Images = std::map<std::pair<std::string, std::string>, ImageRecord>;

constexpr const char* kVersion = "1.10.0";

std::string text(const Json& json) {
  return dump_json(json, 2) + "\n";
}

/// BIDS writes "n/a" where nothing is known; a tab or a line break would begin a new cell.
std::string tsv_cell(std::string cell) {
  for (char& c : cell)
    if (c == '\t' || c == '\n' || c == '\r') c = ' ';
  return cell.empty() ? "n/a" : spreadsheet_safe(cell);
}

std::string tsv(const std::vector<std::vector<std::string>>& rows) {
  std::string all;
  for (const auto& row : rows)
    for (std::size_t c = 0; c < row.size(); ++c) all += tsv_cell(row[c]) + (c + 1 < row.size() ? "\t" : "\n");
  return all;
}

Json description_of(const ExportColumn& column) {
  Json json = {{"LongName", column.label.en}, {"Description", column.label.en + " / " + column.label.zh}};
  if (!column.available_from.empty())
    json["Description"] = json["Description"].get<std::string>() + "; available from " + column.available_from;
  if (!column.unit.empty()) json["Units"] = column.unit;
  if (!column.codes.empty() && column.type != "codes") {
    json["Levels"] = Json::object();
    for (std::size_t c = 0; c < column.codes.size(); ++c) json["Levels"][column.codes[c]] = column.code_labels[c].en;
  }
  return json;
}

void write_participants(const Study& study, const BidsSettings& settings, const std::set<std::string>& imaged,
                        const std::map<std::string, std::string>& names, const ExportFolder& folder,
                        ExportSummary& summary) {
  const ExportTable table = export_variables(study, {settings.at, settings.calendar_dates, settings.outcomes});
  std::vector<std::string> header{"participant_id"};
  Json json = {{"participant_id", {{"Description", "Name of the participant in this dataset"}}}};
  std::vector<std::vector<std::string>> ids{{"participant_id", "patient_id"}};
  for (const auto& column : table.columns) {
    header.push_back(column.id);
    json[column.id] = description_of(column);
  }
  std::vector<std::vector<std::string>> rows{header};
  for (std::size_t row = 0; row < table.patients.size(); ++row) {
    const std::string& patient = table.patients[row];
    if (!imaged.contains(patient)) continue;
    const std::string name = "sub-" + names.at(patient);
    rows.push_back({name});
    for (const auto& column : table.columns) rows.back().push_back(column.cells[row]);
    ids.push_back({name, patient});
  }
  folder.write("participants.tsv", tsv(rows));
  folder.write("participants.json", text(json));
  folder.write("sourcedata/patient_ids.tsv", tsv(ids));
  summary.notes.insert(summary.notes.end(), table.notes.begin(), table.notes.end());
}

std::string stem_of(const std::string& subject, const BidsPlace& place) {
  return "sub-" + subject + "/ses-" + place.session + "/" + place.datatype + "/sub-" + subject + "_ses-" +
         place.session + (place.acquisition.empty() ? "" : "_acq-" + place.acquisition);
}

Json sidecar(const ImageRecord& record) {
  Json json = Json::object();
  const auto copy = [&](const char* from, const char* to) {
    const auto found = record.details.find(from);
    if (found != record.details.end() && !found->is_null() && *found != "") json[to] = *found;
  };
  copy("manufacturer", "Manufacturer");
  copy("model", "ManufacturersModelName");
  copy("field_strength_t", "MagneticFieldStrength");
  return json;
}

void write_one_image(const Study& study, const ImageRecord& record, const std::string& subject, const BidsPlace& place,
                     const ExportFolder& folder) {
  const std::string stem = stem_of(subject, place) + "_" + place.suffix;
  io::write_image(folder.place(stem + ".nii.gz"),
                  io::decode_nrrd(study.content.get(record.content_hash), record.source));
  folder.write(stem + ".json", text(sidecar(record)));
  const auto b_value = record.details.find("b_value");
  if (place.suffix != "dwi" || b_value == record.details.end() || !b_value->is_number()) return;
  const auto b = b_value->get<double>();
  folder.write(stem + ".bval", format_double(b) + "\n");
  // Without diffusion weighting there is no direction. That of other images was not imported, or they have none.
  if (b == 0) folder.write(stem + ".bvec", "0\n0\n0\n");
}

void write_one_mask(const Study& study, const ImageRecord& record, const MaskRole& role, const std::string& label,
                    const std::string& subject, const BidsPlace& place, const ExportFolder& folder) {
  const std::string stem = "derivatives/larc/" + stem_of(subject, place) + "_label-" + label + "_mask";
  io::write_image(folder.place(stem + ".nii.gz"),
                  io::decode_nrrd_mask(study.content.get(record.content_hash), record.source));
  folder.write(stem + ".json",
               text({{"Type", "ROI"},
                     {"Label", {{"en", role.label.en}, {"zh", role.label.zh}}},
                     {"Sources", Json::array({"bids::" + stem_of(subject, place) + "_" + place.suffix + ".nii.gz"})}}));
}

void write_descriptions(const StudyFile& file, const ExportFolder& folder) {
  const std::string synthetic = file.synthetic ? " (synthetic patients)" : "";
  const Json made_by = Json::array({Json{{"Name", "larc"}, {"Version", version()}}});
  folder.write("dataset_description.json", text({{"Name", file.title.en + synthetic},
                                                 {"BIDSVersion", kVersion},
                                                 {"DatasetType", "raw"},
                                                 {"GeneratedBy", made_by}}));
  folder.write("derivatives/larc/dataset_description.json", text({{"Name", file.title.en + synthetic + ": regions"},
                                                                  {"BIDSVersion", kVersion},
                                                                  {"DatasetType", "derivative"},
                                                                  {"GeneratedBy", made_by}}));
  folder.write("README", file.title.en + synthetic + "\n\n" + file.description.en +
                             "\n\nResearch use only. Written by larc; participants.json explains the columns of "
                             "participants.tsv, derivatives/larc holds the outlined regions.\n");
}

}  // namespace

ExportSummary write_bids(const Study& study, const BidsSettings& settings, ExportFolder& folder) {
  const Images images = study.registry.images();
  const auto places = bids_places(study.file);
  const auto labels = bids_labels(study.file, places);
  ExportSummary summary;
  for (const auto& role : study.file.images)
    if (!places.contains(role.id))
      summary.notes.push_back("images of the role '" + role.id +
                              "' were left out: its id says no BIDS suffix (t1, t2, pd, flair, dwi, adc)");
  std::set<std::string> imaged;
  for (const auto& [key, record] : images)
    if (places.contains(key.second)) imaged.insert(key.first);
  if (imaged.empty())
    throw Error(ErrorCode::not_ready,
                "no patient has an image that BIDS has a place for; run 'larc import' with images first");
  const auto names = alphanumeric_names({imaged.begin(), imaged.end()});

  write_descriptions(study.file, folder);
  write_participants(study, settings, imaged, names, folder, summary);
  const std::vector<std::string> patients(imaged.begin(), imaged.end());
  std::mutex mutex;
  Progress progress("Writing BIDS", patients.size());
  parallel_for(patients.size(), settings.threads, [&](std::size_t i) {
    const std::string& patient = patients[i];
    const auto attempt = [&](const std::string& role, const std::function<void(const ImageRecord&)>& work) {
      const auto record = images.find({patient, role});
      if (record == images.end()) return;
      try {
        work(record->second);
      } catch (const Error& error) {
        if (error.code() == ErrorCode::io) throw;
        const std::lock_guard lock(mutex);
        summary.left_out.emplace_back(patient + "/" + role, error.what());
      }
    };
    for (const auto& role : study.file.images)
      if (const auto place = places.find(role.id); place != places.end())
        attempt(role.id, [&](const ImageRecord& record) {
          write_one_image(study, record, names.at(patient), place->second, folder);
        });
    for (const auto& role : study.file.masks)
      if (const auto place = places.find(role.image); place != places.end())
        attempt(role.id, [&](const ImageRecord& record) {
          write_one_mask(study, record, role, labels.at(role.id), names.at(patient), place->second, folder);
        });
    progress.advance();
  });
  std::sort(summary.left_out.begin(), summary.left_out.end());
  summary.patients = patients.size();
  return summary;
}

}  // namespace larc::study
