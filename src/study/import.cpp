#include "study/import.h"

#include <set>

#include "clinical/clinical_table.h"
#include "clinical/patient_id.h"
#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/number.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/text.h"
#include "io/dicom/rtstruct.h"
#include "io/dicom/scan.h"
#include "io/dicom/segmentation.h"
#include "io/dicom/series.h"
#include "io/image_file.h"
#include "io/nrrd.h"
#include "study/candidate.h"
#include "study/delivered_table.h"
#include "study/delivery_identity.h"
#include "study/dicom_intake.h"
#include "study/dicom_source.h"
#include "study/file_roles.h"
#include "study/import_tables.h"
#include "study/table_mapping.h"

namespace larc::study {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kHeaderBatch = 4096;  // files whose headers are held at once

struct Delivery {
  std::vector<DeliveredTable> tables;
  std::vector<Candidate> images;
  std::vector<Candidate> masks;
  io::dicom::SeriesCollector dicom;
  std::vector<io::dicom::DicomInstance> outlines;
  std::vector<Failure> failed;   // files that cannot be read at all
  std::set<std::string> mended;  // case ids of files that failed before and could be read
  std::size_t dicom_images = 0;
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

void sort_image_file(const StudyFile& study, const fs::path& path, DeliveryIdentity& identity, Delivery& delivery) {
  const auto add = [&](const std::string& role, const std::vector<std::string>& patterns, const ImageRole* image,
                       const MaskRole* mask) {
    for (const auto& pattern : patterns) {
      const auto patient = patient_of_path(pattern, path);
      if (!patient) continue;
      Candidate candidate;
      candidate.kind = mask == nullptr ? Candidate::Kind::image_file : Candidate::Kind::label_map;
      candidate.patient = identity.patient(*patient);
      candidate.role = role;
      candidate.source = identity.file(path.filename().string());
      candidate.file = path;
      candidate.image = image;
      candidate.mask = mask;
      (mask == nullptr ? delivery.images : delivery.masks).push_back(std::move(candidate));
      return true;
    }
    return false;
  };
  for (const auto& role : study.images)
    if (add(role.id, role.files, &role, nullptr)) return;
  for (const auto& role : study.masks)
    if (add(role.id, role.files, nullptr, &role)) return;
  ++delivery.ignored;
}

const ImageRole& image_role(const StudyFile& study, const std::string& id) {
  return *std::find_if(study.images.begin(), study.images.end(), [&](const auto& role) { return role.id == id; });
}

/// Which images the outlines of a file lie on, and whether it holds a region.
struct Outlines {
  const io::dicom::DicomInstance* instance;
  Candidate::Kind kind;
  std::vector<std::string> series;  // delivered UIDs; empty: the file does not say
  std::vector<std::string> regions;

  explicit Outlines(const io::dicom::DicomInstance& of) : instance(&of) {
    if (of.modality == "RTSTRUCT") {
      kind = Candidate::Kind::structure_set;
      if (const auto uid = io::dicom::referenced_series_uid(of.path); !uid.empty()) series.push_back(uid);
      for (const auto& region : io::dicom::list_rois(of.path)) regions.push_back(region.name);
    } else {
      kind = Candidate::Kind::segmentation;
      series = io::dicom::segmentation_references(of.path).series_uids;
      for (const auto& segment : io::dicom::list_segments(of.path)) regions.push_back(segment.label);
    }
  }
  bool holds(const std::string& glob) const {
    return std::any_of(regions.begin(), regions.end(),
                       [&](const auto& name) { return glob_match(to_lower(glob), to_lower(name)); });
  }
};

bool holds_outlines(const io::dicom::DicomInstance& instance) {
  return instance.modality == "RTSTRUCT" || io::dicom::is_segmentation(instance.sop_class_uid);
}

/// Outlines become the masks of the images they were drawn on: by the series the file names, else by frame of
/// reference.
void place_outlines(const Study& study, const DeliveryIdentity& identity, Delivery& delivery) {
  std::multimap<std::string, const Candidate*> by_series, by_frame;
  for (const auto& image : delivery.images)
    if (image.stack) {
      by_series.emplace(image.stack->head.series_uid, &image);
      by_frame.emplace(image.patient + "/" + image.stack->head.frame_of_reference_uid, &image);
    }
  for (const auto& instance : delivery.outlines) {
    const std::string name = identity.file(instance.path.filename().string());
    try {
      const Outlines outlines(instance);
      std::set<std::string> roles;
      const auto take = [&](const auto& range) {
        for (auto found = range.first; found != range.second; ++found) roles.insert(found->second->role);
      };
      for (const auto& uid : outlines.series) take(by_series.equal_range(identity.uid(uid)));
      if (outlines.series.empty() && !instance.frame_of_reference_uid.empty())
        take(by_frame.equal_range(instance.patient_id + "/" + instance.frame_of_reference_uid));
      bool of_use = false;
      for (const auto& mask : study.file.masks) {
        const std::string& region = outlines.kind == Candidate::Kind::structure_set ? mask.rtstruct_roi : mask.segment;
        if (region.empty() || !roles.contains(mask.image) || (mask.optional && !outlines.holds(region))) continue;
        Candidate candidate;
        candidate.kind = outlines.kind;
        candidate.patient = instance.patient_id;
        candidate.role = mask.id;
        candidate.source = name;
        candidate.file = instance.path;
        candidate.mask = &mask;
        delivery.masks.push_back(std::move(candidate));
        of_use = true;
      }
      if (!of_use) ++delivery.ignored;
    } catch (const Error& error) {
      delivery.failed.push_back(
          {instance.patient_id + "/" + name, "import", without_path(error.what(), instance.path, name)});
    }
  }
}

/// Chosen stacks become images.
void place_dicom(Study& study, Delivery& delivery, DeliveryIdentity& identity, IntakeResult& intake, int threads) {
  auto stacks = stacks_of(study.file, delivery.dicom);
  intake = take_in(study, stacks, identity, threads);
  std::size_t used = 0;
  for (const auto& chosen : intake.chosen) {
    DeliveredStack& stack = stacks[chosen.stack];
    Candidate candidate;
    candidate.kind = Candidate::Kind::series;
    candidate.patient = chosen.patient;
    candidate.role = chosen.role;
    candidate.source = kSeriesSource + stack.offer.key;
    candidate.image = &image_role(study.file, chosen.role);
    candidate.sequence = stack.offer.attributes.at("sequence");
    candidate.details = details_of(stack.images.images.front(), stack.offer.attributes, identity);
    used += stack.images.images.size();
    candidate.stack = std::move(stack.images);
    delivery.images.push_back(std::move(candidate));
  }
  delivery.ignored += delivery.dicom_images - used;
  place_outlines(study, identity, delivery);
}

/// What one file that is neither table nor image file holds.
struct Header {
  std::vector<io::dicom::DicomInstance> images;
  std::string fault;
};
Header read_header(const fs::path& file, const DeliveryIdentity& identity) {
  Header header;
  try {
    header.images = io::dicom::read_instances(file);
    const std::string extension = to_lower(file.extension().string());
    if (header.images.empty() && (extension == ".dcm" || extension == ".ima"))
      header.fault = fs::file_size(file) == 0 ? "the file is empty; copy it again from its source"
                                              : "this is no DICOM file, whatever its name says";
  } catch (const Error& error) {
    header.fault = without_path(error.what(), file, identity.file(file.filename().string()));
  }
  return header;
}

/// Headers of a batch at a time on all threads; what they hold is taken in the order of the paths.
void sort_dicom(const Study& study, const std::vector<fs::path>& files, const std::vector<fs::path>& roots,
                DeliveryIdentity& identity, Delivery& delivery, int threads) {
  std::set<std::string> failed_before;
  for (const auto& [id, job] : study.ledger.stage("import"))
    if (!job.done) failed_before.insert(id);
  Progress progress("Reading headers", files.size());
  for (std::size_t from = 0; from < files.size(); from += kHeaderBatch) {
    std::vector<Header> headers(std::min(kHeaderBatch, files.size() - from));
    parallel_for(headers.size(), threads, [&](std::size_t i) {
      headers[i] = read_header(files[from + i], identity);
      progress.advance();
    });
    for (std::size_t i = 0; i < headers.size(); ++i) {
      auto& [images, fault] = headers[i];
      if (!fault.empty() || !failed_before.empty()) {
        const std::string id = identity.file(name_in_delivery(files[from + i], roots));
        if (!fault.empty())
          delivery.failed.push_back({id, "import", fault});
        else if (failed_before.contains(id))
          delivery.mended.insert(id);
      }
      if (fault.empty() && images.empty()) ++delivery.ignored;
      for (auto& image : images) {
        identity.hide(image);
        if (holds_outlines(image)) {
          delivery.outlines.push_back(std::move(image));
        } else {
          delivery.dicom.add(image);
          ++delivery.dicom_images;
        }
      }
    }
  }
}

Delivery sort_files(const Study& study, const std::vector<fs::path>& paths, const TableMappings& mappings,
                    const std::string& sheet, DeliveryIdentity& identity, int threads) {
  Delivery delivery;
  std::vector<fs::path> files = list_files(paths);
  const std::set<fs::path> named(paths.begin(), paths.end());
  delivery.files = files.size();
  std::vector<fs::path> unknown;
  for (auto& file : files) {
    if (clinical::looks_like_table(file)) {
      const std::string name = name_in_delivery(file, paths);
      if (named.contains(file) || clinical::has_patient_column(study.file, file, {mappings.of(file), sheet, name}))
        delivery.tables.push_back({file, name});
      else
        ++delivery.ignored;
    } else if (io::looks_like_image_file(file)) {
      sort_image_file(study.file, file, identity, delivery);
    } else {
      unknown.push_back(std::move(file));
    }
  }
  files = {};
  name_tables(delivery.tables, paths);
  for (auto& table : delivery.tables) table.name = identity.file(table.name);
  sort_dicom(study, unknown, paths, identity, delivery, threads);
  return delivery;
}

/// What may not be guessed: an image without a patient, or two different images for one place. The first stays.
void refuse_conflicts(const Study& study, std::vector<Candidate>& candidates, KnownFiles& known, Delivery& delivery) {
  std::map<std::string, std::string> known_source;
  std::map<std::string, std::size_t> kept_at;
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
    // A series was chosen, by rule or by a person; of files the first stays.
    if (const auto before = known_source.find(id); candidate.kind != Candidate::Kind::series &&
                                                   before != known_source.end() && before->second != candidate.source) {
      refuse(candidate, "the patient already has this image, from " + before->second + remedy);
      continue;
    }
    const auto [place, fresh] = kept_at.emplace(id, kept.size());
    if (fresh) {
      kept.push_back(std::move(candidate));
      continue;
    }
    Candidate& first = kept[place->second];
    if (first.key.empty()) first.key = content_key(first, known);
    if (first.key != content_key(candidate, known))
      refuse(candidate, "the delivery holds two different files for this image" + remedy);
  }
  candidates = std::move(kept);
}

void import_candidates(Study& study, const std::vector<Candidate>& candidates, KnownFiles& known,
                       const DeliveryIdentity& identity, const std::string& label, int threads) {
  const auto images = study.registry.images();
  std::vector<std::string> keys(candidates.size());
  Progress progress("Comparing files", candidates.size());
  parallel_for(candidates.size(), threads, [&](std::size_t i) {
    keys[i] = candidates[i].key.empty() ? content_key(candidates[i], known) : candidates[i].key;
    progress.advance();
  });
  std::vector<Case> cases;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& candidate = candidates[i];
    const ImageRecord* reference = nullptr;
    if (candidate.mask != nullptr) {
      const auto found = images.find({candidate.patient, candidate.mask->image});
      if (found != images.end()) reference = &found->second;
      keys[i] = hash_of({keys[i], reference ? reference->content_hash : ""});
    }
    const auto work = [&study, &candidate, &identity, reference] {
      ImageRecord record{candidate.patient, candidate.role, "", candidate.source, candidate.details};
      if (candidate.mask == nullptr) {
        CandidateImage image = read_candidate_image(candidate);
        record.content_hash = study.content.put(io::encode_nrrd(image.volume));
        record.details = std::move(image.details);
        if (candidate.stack)
          record.details[kDicomSource] =
              study.content.put(encode_dicom_source(io::dicom::unpack(*candidate.stack), identity.hides()));
      } else if (reference == nullptr) {
        throw Error(ErrorCode::not_ready,
                    "the image '" + candidate.mask->image + "' on which this mask lies was not imported");
      } else {
        const auto grid = io::decode_nrrd_geometry(study.content.get(reference->content_hash), reference->source);
        CandidateMask read = read_candidate_mask(candidate, grid, identity);
        const auto& voxels = read.mask.voxels;
        record.content_hash =
            study.content.put(io::encode_nrrd({grid, std::vector<double>(voxels.begin(), voxels.end())}));
        record.details = std::move(read.details);
      }
      study.registry.add_image(record);
      return record.content_hash;
    };
    cases.push_back(
        {candidate.case_id(), keys[i], [&candidate, &identity, work] { return in_source(candidate, identity, work); }});
  }
  run_cases(study, "import", cases, label, threads);
}

Json notes_json(const IntakeResult& intake, bool open) {
  Json list = Json::array();
  for (const auto& note : intake.notes)
    if (note.open == open)
      list.push_back({{"patient", note.patient}, {"role", note.role}, {"text", to_json(note.text)}});
  return list;
}

}  // namespace

std::string import_fingerprint(const Study& study, const std::vector<fs::path>& paths) {
  std::vector<std::string> parts;
  for (const char* key : {"table", "variables", "sequences", "therapy", "images", "masks"})
    parts.push_back(study.file.document.contains(key) ? dump_json(study.file.document.at(key)) : "");
  for (const auto& [pattern, file] : study.file.table.mappings)
    parts.push_back(fs::exists(study.folder / file) ? sha256_file(study.folder / file) : "");
  for (const auto& [place, decision] : study.registry.decisions("series"))
    parts.push_back(hash_of({place.first, place.second, decision.value}));
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
  DeliveryIdentity identity(study, choices.pseudonyms);
  Delivery delivery = sort_files(study, paths, mappings, choices.sheet, identity, options.threads);
  std::set<std::string> unused;
  Json faults = Json::array();
  for (const auto& table : import_tables(study, delivery.tables, mappings, {choices.sheet, choices.centre}, identity)) {
    unused.insert(table.unused_columns.begin(), table.unused_columns.end());
    for (const auto& fault : table.faults) faults.push_back(to_json(fault));
  }
  IntakeResult intake;
  place_dicom(study, delivery, identity, intake, options.threads);
  const auto before = study.ledger.find("known files", "import");
  KnownFiles known(before && !choices.reread ? before->result : "");
  refuse_conflicts(study, delivery.images, known, delivery);
  refuse_conflicts(study, delivery.masks, known, delivery);
  import_candidates(study, delivery.images, known, identity, "Importing images", options.threads);
  import_candidates(study, delivery.masks, known, identity, "Importing masks", options.threads);
  if (std::string kept = known.kept(); !kept.empty() && (!before || before->result != kept))
    study.ledger.record({"known files", "import", "", true, "", std::move(kept), 0});
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
    if (!job.done && job.input_hash.empty() && (job.result == origin || delivery.mended.contains(id)))
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
                    {"open", notes_json(intake, true)},
                    {"warnings", notes_json(intake, false)},
                    {"failed", failed}};
  return result;
}

}  // namespace larc::study
