#include "study/import.h"

#include <set>

#include "clinical/clinical_table.h"
#include "clinical/patient_id.h"
#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/number.h"
#include "core/parallel.h"
#include "core/text.h"
#include "io/dicom/rtstruct.h"
#include "io/dicom/scan.h"
#include "io/dicom/series.h"
#include "io/image_file.h"
#include "study/delivered_table.h"
#include "study/file_roles.h"
#include "study/import_tables.h"
#include "study/series_attributes.h"
#include "study/table_mapping.h"

namespace larc::study {

namespace fs = std::filesystem;

namespace {

/// One image or mask to be made from files.
struct Candidate {
  std::string patient;
  std::string role;
  std::string source;
  std::vector<fs::path> files;
  const MaskRole* mask = nullptr;                // otherwise an image
  std::optional<io::dicom::DicomSeries> series;  // image from DICOM
  bool rtstruct = false;                         // mask from RTSTRUCT
  Json details = Json::object();
  std::string case_id() const { return patient + "/" + role; }
};

struct Delivery {
  std::vector<DeliveredTable> tables;
  std::vector<Candidate> images;
  std::vector<Candidate> masks;
  std::vector<Failure> failed;     // files that cannot be read at all
  std::set<std::string> readable;  // case ids of files that could be read, to clear an earlier failure
  std::size_t files = 0;
  std::size_t ignored = 0;
};

std::vector<fs::path> list_files(const std::vector<fs::path>& paths) {
  std::vector<fs::path> files;
  for (const auto& path : paths) {
    if (!fs::exists(path))
      throw Error(ErrorCode::not_found, "path " + path.string() + " does not exist; check the spelling");
    if (!fs::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    for (auto entry = fs::recursive_directory_iterator(path); entry != fs::recursive_directory_iterator(); ++entry)
      if (entry->is_regular_file() && !entry->path().filename().string().starts_with('.'))
        files.push_back(entry->path());
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

Json details_of(const io::dicom::DicomInstance& instance) {
  return {{"modality", instance.modality},
          {"series_description", instance.series_description},
          {"manufacturer", instance.manufacturer},
          {"model", instance.model},
          {"field_strength_t", number_or_null(instance.field_strength_t)},
          {"series_uid", instance.series_uid}};
}

void sort_image_file(const StudyFile& study, const fs::path& path, Delivery& delivery) {
  const auto add = [&](const std::string& role, const std::vector<std::string>& patterns, const MaskRole* mask) {
    for (const auto& pattern : patterns) {
      const auto patient = patient_of_path(pattern, path);
      if (!patient) continue;
      auto& list = mask == nullptr ? delivery.images : delivery.masks;
      list.push_back({*patient, role, path.filename().string(), {path}, mask, std::nullopt, false, Json::object()});
      return true;
    }
    return false;
  };
  for (const auto& role : study.images)
    if (add(role.id, role.files, nullptr)) return;
  for (const auto& role : study.masks)
    if (add(role.id, role.files, &role)) return;
  ++delivery.ignored;
}

bool has_region(const fs::path& structure, const std::string& glob) {
  const auto regions = io::dicom::list_rois(structure);
  return std::any_of(regions.begin(), regions.end(),
                     [&](const auto& region) { return glob_match(to_lower(glob), to_lower(region.name)); });
}

/// A series that holds several b-values is one image for each.
std::vector<io::dicom::DicomSeries> one_b_value_each(std::vector<io::dicom::DicomSeries> all) {
  std::vector<io::dicom::DicomSeries> parts;
  for (auto& series : all) {
    std::set<double> b_values;
    for (const auto& instance : series.instances)
      if (std::isfinite(instance.b_value)) b_values.insert(instance.b_value);
    if (b_values.size() < 2) {
      parts.push_back(std::move(series));
    } else {
      for (auto& stack : io::dicom::split_stacks(series)) parts.push_back(std::move(stack));
    }
  }
  return parts;
}

void sort_dicom(const StudyFile& study, std::vector<io::dicom::DicomInstance> instances, Delivery& delivery) {
  std::vector<io::dicom::DicomInstance> structures, slices;
  for (auto& instance : instances) {
    if (instance.modality == "RTSTRUCT")
      structures.push_back(std::move(instance));
    else
      slices.push_back(std::move(instance));
  }
  std::map<std::string, std::string> role_of_series;
  for (auto& series : one_b_value_each(io::dicom::group_series(std::move(slices)))) {
    const io::dicom::DicomInstance first = series.instances.front();
    const auto attributes = series_attributes(first);
    const auto role = std::find_if(study.images.begin(), study.images.end(),
                                   [&](const auto& candidate) { return series_has_role(candidate, attributes); });
    if (role == study.images.end()) {
      delivery.ignored += series.instances.size();
      continue;
    }
    role_of_series.try_emplace(first.series_uid, role->id);
    const std::string source =
        "series " + first.series_uid + (std::isfinite(first.b_value) ? ", b " + format_double(first.b_value) : "");
    Candidate candidate{first.patient_id, role->id, source, {}, nullptr, std::nullopt, false, details_of(first)};
    for (const auto& instance : series.instances) candidate.files.push_back(instance.path);
    candidate.series = std::move(series);
    delivery.images.push_back(std::move(candidate));
  }
  for (const auto& structure : structures) {
    const std::string file = structure.path.filename().string();
    try {
      const std::string referenced = io::dicom::referenced_series_uid(structure.path);
      const auto role = role_of_series.find(referenced);
      bool used = false;
      for (const auto& mask : study.masks) {
        if (mask.rtstruct_roi.empty() || role == role_of_series.end() || mask.image != role->second) continue;
        if (mask.optional && !has_region(structure.path, mask.rtstruct_roi)) continue;
        delivery.masks.push_back(
            {structure.patient_id, mask.id, file, {structure.path}, &mask, std::nullopt, true, Json::object()});
        used = true;
      }
      if (!used) ++delivery.ignored;
    } catch (const Error& error) {
      delivery.failed.push_back({structure.patient_id + "/" + file, "import", error.what()});
    }
  }
}

std::string without_folder(std::string text, const fs::path& file, const std::string& name) {
  const std::string path = file.string();
  for (auto at = text.find(path); at != std::string::npos; at = text.find(path, at + name.size()))
    text.replace(at, path.size(), name);
  return text;
}

Delivery sort_files(const StudyFile& study, const std::vector<fs::path>& paths, const TableMappings& mappings,
                    const std::string& sheet, int threads) {
  Delivery delivery;
  const std::vector<fs::path> files = list_files(paths);
  const std::set<fs::path> named(paths.begin(), paths.end());
  delivery.files = files.size();
  std::vector<fs::path> unknown;
  for (const auto& file : files) {
    if (clinical::looks_like_table(file)) {
      const std::string name = name_in_delivery(file, paths);
      if (named.contains(file) || clinical::has_patient_column(study, file, {mappings.of(file), sheet, name}))
        delivery.tables.push_back({file, name});
      else
        ++delivery.ignored;
    } else if (io::looks_like_image_file(file)) {
      sort_image_file(study, file, delivery);
    } else {
      unknown.push_back(file);
    }
  }
  name_tables(delivery.tables, paths);
  std::vector<std::optional<io::dicom::DicomInstance>> headers(unknown.size());
  std::vector<std::string> faults(unknown.size());
  parallel_for(unknown.size(), threads, [&](std::size_t i) {
    try {
      headers[i] = io::dicom::read_header(unknown[i]);
      const std::string extension = to_lower(unknown[i].extension().string());
      if (!headers[i] && (extension == ".dcm" || extension == ".ima"))
        faults[i] = fs::file_size(unknown[i]) == 0 ? "the file is empty; copy it again from its source"
                                                   : "this is no DICOM file, whatever its name says";
    } catch (const Error& error) {
      faults[i] = without_folder(error.what(), unknown[i], unknown[i].filename().string());
    }
  });
  std::vector<io::dicom::DicomInstance> instances;
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    const std::string id = name_in_delivery(unknown[i], paths);
    if (faults[i].empty()) delivery.readable.insert(id);
    if (!faults[i].empty())
      delivery.failed.push_back({id, "import", faults[i]});
    else if (headers[i])
      instances.push_back(std::move(*headers[i]));
    else
      ++delivery.ignored;
  }
  sort_dicom(study, std::move(instances), delivery);
  return delivery;
}

image::Volume read_candidate_image(const Candidate& candidate) {
  image::Volume volume =
      candidate.series ? io::dicom::read_series(*candidate.series) : io::read_image(candidate.files.front());
  image::check_geometry(volume.geometry, candidate.source);
  image::check_finite(volume, candidate.source);
  return volume;
}

image::Volume read_candidate_mask(Study& study, const Candidate& candidate, const ImageRecord& record) {
  const image::Volume reference = io::decode_nrrd(study.content.get(record.content_hash));
  image::Mask mask;
  if (candidate.rtstruct)
    mask = io::dicom::read_rtstruct(candidate.files.front(), candidate.mask->rtstruct_roi, reference.geometry);
  else
    mask = image::select_label(io::read_image(candidate.files.front()), candidate.mask->label_value);
  image::check_same_geometry(reference, mask);
  if (image::voxel_count(mask) == 0)
    throw Error(ErrorCode::domain, "the mask is empty: no voxel is marked; outline the region");
  return {reference.geometry, std::vector<double>(mask.voxels.begin(), mask.voxels.end())};
}

std::string content_key(const Candidate& candidate) {
  std::vector<std::string> parts{candidate.patient, candidate.role};
  for (const auto& file : candidate.files) parts.push_back(sha256_file(file));
  return hash_of(parts);
}

/// What may not be guessed: an image without a patient, or two different images for one place. The first stays.
void refuse_conflicts(const Study& study, std::vector<Candidate>& candidates, Delivery& delivery) {
  std::map<std::string, std::string> known_source, key_of;
  for (const auto& [key, record] : study.registry.images()) known_source[key.first + "/" + key.second] = record.source;
  std::vector<Candidate> kept;
  const auto refuse = [&](const Candidate& candidate, const std::string& reason) {
    delivery.failed.push_back({candidate.case_id() + " (" + candidate.source + ")", "import", reason});
  };
  const std::string remedy = "; keep one of the two, or name them apart under images in study.yaml";
  for (auto& candidate : candidates) {
    const std::string id = candidate.case_id();
    if (const auto fault = clinical::patient_id_fault(candidate.patient)) {
      refuse(candidate, "the file names no usable patient: " + fault->text.en + "; correct it at the source");
      continue;
    }
    if (const auto known = known_source.find(id); known != known_source.end() && known->second != candidate.source) {
      refuse(candidate, "the patient already has this image, from " + known->second + remedy);
      continue;
    }
    const std::string key = content_key(candidate);
    const auto [first, fresh] = key_of.emplace(id, key);
    if (fresh)
      kept.push_back(std::move(candidate));
    else if (first->second != key)
      refuse(candidate, "the delivery holds two different files for this image" + remedy);
  }
  candidates = std::move(kept);
}

/// The error of a file names its source, not where the delivery lay.
std::string in_source(const Candidate& candidate, const std::function<std::string()>& work) {
  try {
    return work();
  } catch (const Error& error) {
    std::string text = error.what();
    for (const auto& file : candidate.files) text = without_folder(text, file, file.filename().string());
    throw Error(error.code(), text.starts_with(candidate.source) ? text : candidate.source + ": " + text);
  }
}

void import_candidates(Study& study, const std::vector<Candidate>& candidates, const std::string& label, int threads) {
  const auto images = study.registry.images();
  std::vector<std::string> keys(candidates.size());
  parallel_for(candidates.size(), threads, [&](std::size_t i) { keys[i] = content_key(candidates[i]); });
  std::vector<Case> cases;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& candidate = candidates[i];
    const ImageRecord* reference = nullptr;
    if (candidate.mask != nullptr) {
      const auto found = images.find({candidate.patient, candidate.mask->image});
      if (found != images.end()) reference = &found->second;
      keys[i] = hash_of({keys[i], reference ? reference->content_hash : ""});
    }
    cases.push_back(
        {candidate.case_id(), keys[i], [&study, &candidate, reference] {
           return in_source(candidate, [&] {
             if (candidate.mask != nullptr && reference == nullptr)
               throw Error(ErrorCode::not_ready,
                           "the image '" + candidate.mask->image + "' on which this mask lies was not imported");
             const image::Volume volume =
                 candidate.mask ? read_candidate_mask(study, candidate, *reference) : read_candidate_image(candidate);
             const std::string hash = study.content.put(io::encode_nrrd(volume));
             study.registry.add_image({candidate.patient, candidate.role, hash, candidate.source, candidate.details});
             return hash;
           });
         }});
  }
  run_cases(study, "import", cases, label, threads);
}

}  // namespace

std::string import_fingerprint(const Study& study, const std::vector<fs::path>& paths) {
  std::vector<std::string> parts;
  for (const char* key : {"table", "variables", "images", "masks"})
    parts.push_back(study.file.document.contains(key) ? dump_json(study.file.document.at(key)) : "");
  for (const auto& [pattern, file] : study.file.table.mappings)
    parts.push_back(fs::exists(study.folder / file) ? sha256_file(study.folder / file) : "");
  for (const auto& file : list_files(paths)) {
    parts.push_back(name_in_delivery(file, paths));
    parts.push_back(std::to_string(fs::file_size(file)));
    parts.push_back(std::to_string(fs::last_write_time(file).time_since_epoch().count()));
  }
  return hash_of(parts);
}

ImportResult import_paths(Study& study, const std::vector<fs::path>& paths, const ImportChoices& choices,
                          const RunOptions& options) {
  const TableMappings mappings(study.file.table, study.folder, choices.mapping);
  const std::string& centre = choices.centre;
  Delivery delivery = sort_files(study.file, paths, mappings, choices.sheet, options.threads);
  std::set<std::string> unused;
  Json faults = Json::array();
  for (const auto& table : import_tables(study, delivery.tables, mappings, choices.sheet, choices.centre)) {
    unused.insert(table.unused_columns.begin(), table.unused_columns.end());
    for (const auto& fault : table.faults) faults.push_back(to_json(fault));
  }
  refuse_conflicts(study, delivery.images, delivery);
  refuse_conflicts(study, delivery.masks, delivery);
  import_candidates(study, delivery.images, "Importing images", options.threads);
  import_candidates(study, delivery.masks, "Importing masks", options.threads);
  if (!centre.empty())
    study.registry.change("import --centre", {{"centre", centre}}, [&] {
      for (const auto& candidate : delivery.images) {
        study.registry.add_value(candidate.patient, kCentreVariable, centre, "larc import --centre", "");
      }
    });
  // Files that failed when the same paths were imported before were mended, taken away, or fail again now.
  std::vector<std::string> roots;
  for (const auto& path : paths) roots.push_back(fs::absolute(path).lexically_normal().string());
  const std::string origin = join(roots, "\n");
  for (const auto& [id, job] : study.ledger.stage("import"))
    if (!job.done && job.input_hash.empty() && (job.result == origin || delivery.readable.contains(id)))
      study.ledger.forget("import", id);
  for (const auto& failure : delivery.failed)
    study.ledger.record({"import", failure.case_id, "", false, failure.reason, origin, 0});

  Json failed = Json::array();
  for (const auto& failure : failures(study))
    if (failure.stage == "import") failed.push_back(to_json(failure));
  ImportResult result;
  result.summary = {{"study", study.folder.string()},
                    {"files", delivery.files},
                    {"ignored", delivery.ignored},
                    {"patients", study.registry.patients().size()},
                    {"images", delivery.images.size()},
                    {"masks", delivery.masks.size()},
                    {"tables", delivery.tables.size()},
                    {"columns_not_in_dictionary", Json(std::vector<std::string>(unused.begin(), unused.end()))},
                    {"faults", faults},
                    {"failed", failed}};
  return result;
}

}  // namespace larc::study
