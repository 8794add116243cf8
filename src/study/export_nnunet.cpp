#include "study/export_nnunet.h"

#include <algorithm>
#include <cstdio>

#include "core/csv.h"
#include "core/error.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/text.h"
#include "io/image_file.h"
#include "study/bids_name.h"
#include "study/extract.h"
#include "study/snapshot.h"

namespace larc::study {

namespace {

template <typename List>
const auto& declared(const List& roles, const std::string& id, const std::string& option) {
  std::vector<std::string> known;
  for (const auto& role : roles) {
    if (role.id == id) return role;
    known.push_back(role.id);
  }
  throw Error(ErrorCode::usage, option + " names '" + id + "', which study.yaml does not declare; it has: " +
                                    (known.empty() ? "none" : join(known, ", ")));
}

struct Roles {
  std::vector<std::string> masks, channels;
};

Roles roles_of(const StudyFile& file, const NnunetSettings& settings) {
  if (file.masks.empty())
    throw Error(ErrorCode::not_ready, "study.yaml declares no mask; nnU-Net learns from outlines");
  Roles roles{settings.masks, settings.channels};
  if (roles.masks.empty()) roles.masks = {file.masks.front().id};
  const std::string& image = declared(file.masks, roles.masks.front(), "--mask").image;
  if (roles.channels.empty()) roles.channels = {image};
  for (const auto& id : roles.masks) declared(file.masks, id, "--mask");
  for (const auto& id : roles.channels) declared(file.images, id, "--channels");
  return roles;
}

/// One label map of all masks. errors geometry_mismatch, domain: two masks hold one voxel
image::Volume label_map(const PatientImages& images, const Roles& roles, const image::Geometry& grid) {
  image::Volume labels{grid, std::vector<double>(grid.voxel_count(), 0.0)};
  for (std::size_t m = 0; m < roles.masks.size(); ++m) {
    const image::Mask mask = images.mask(roles.masks[m]);
    if (!image::same_geometry(mask.geometry, grid))
      throw Error(ErrorCode::geometry_mismatch, "'" + roles.masks[m] + "' is not on the grid of '" +
                                                    roles.channels.front() +
                                                    "': " + image::describe_difference(mask.geometry, grid));
    for (std::size_t v = 0; v < mask.voxels.size(); ++v) {
      if (mask.voxels[v] == 0) continue;
      if (labels.voxels[v] != 0)
        throw Error(ErrorCode::domain, "'" + roles.masks[m] + "' overlaps '" +
                                           roles.masks[static_cast<std::size_t>(labels.voxels[v]) - 1] +
                                           "'; export them one at a time");
      labels.voxels[v] = static_cast<double>(m + 1);
    }
  }
  return labels;
}

/// Files of one case. Nothing is written before everything was found good.
void write_case(const PatientImages& images, const Roles& roles, const std::string& name, const ExportFolder& folder) {
  for (const auto* list : {&roles.channels, &roles.masks})
    for (const auto& role : *list)
      if (const std::string why = images.missing(role); !why.empty()) throw Error(ErrorCode::not_ready, why);
  std::vector<image::Volume> channels;
  for (const auto& role : roles.channels) {
    channels.push_back(images.image(role));
    const auto& grid = channels.front().geometry;
    if (!image::same_geometry(channels.back().geometry, grid))
      throw Error(ErrorCode::geometry_mismatch, "'" + role + "' is not on the grid of '" + roles.channels.front() +
                                                    "': " + image::describe_difference(channels.back().geometry, grid) +
                                                    "; nnU-Net wants all channels on one grid");
    // Equal to rounding; nnU-Net compares headers.
    channels.back().geometry = grid;
  }
  const image::Volume labels = label_map(images, roles, channels.front().geometry);
  for (std::size_t c = 0; c < channels.size(); ++c) {
    char number[32];
    std::snprintf(number, sizeof number, "_%04zu", c);
    io::write_image(folder.place("imagesTr/" + name + number + ".nii.gz"), channels[c]);
  }
  io::write_image(folder.place("labelsTr/" + name + ".nii.gz"), labels);
}

Json dataset_json(const StudyFile& file, const Roles& roles, std::size_t cases) {
  Json channel_names = Json::object(), labels = {{"background", 0}};
  for (std::size_t c = 0; c < roles.channels.size(); ++c) channel_names[std::to_string(c)] = roles.channels[c];
  for (std::size_t m = 0; m < roles.masks.size(); ++m) labels[roles.masks[m]] = m + 1;
  return {{"channel_names", channel_names},
          {"labels", labels},
          {"numTraining", cases},
          {"file_ending", ".nii.gz"},
          {"name", file.id},
          {"description", file.title.en + (file.synthetic ? " (synthetic patients)" : "")}};
}

}  // namespace

std::string nnunet_name(const StudyFile& file, int number) {
  if (number < 1 || number > 999) throw Error(ErrorCode::usage, "--dataset must be a number from 1 to 999");
  std::string name = alphanumeric(file.id);
  if (name.empty()) name = "study";
  name[0] = static_cast<char>(name[0] >= 'a' && name[0] <= 'z' ? name[0] - 'a' + 'A' : name[0]);
  char text[32];
  std::snprintf(text, sizeof text, "Dataset%03d_", number);
  return text + name;
}

ExportSummary write_nnunet(const Study& study, const NnunetSettings& settings, ExportFolder& folder) {
  const Roles roles = roles_of(study.file, settings);
  const UsableImages images = usable_images(study);
  const Snapshot snapshot(study);
  std::vector<std::string> patients;
  for (const auto& patient : snapshot.patients)
    if (snapshot.eligibility_of(patient) == Eligibility::eligible &&
        images.images.contains({patient, roles.masks.front()}))
      patients.push_back(patient);
  if (patients.empty())
    throw Error(ErrorCode::not_ready, "no eligible patient has '" + roles.masks.front() + "'; import outlines first");
  const auto names = alphanumeric_names(snapshot.patients);

  ExportSummary summary;
  std::vector<std::string> reasons(patients.size());
  Progress progress("Writing nnU-Net cases", patients.size());
  parallel_for(patients.size(), settings.threads, [&](std::size_t i) {
    try {
      write_case(registry_images(study, images, patients[i]), roles, names.at(patients[i]), folder);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::io) throw;
      reasons[i] = error.what();
    }
    progress.advance();
  });
  std::vector<std::vector<std::string>> ids;
  for (std::size_t i = 0; i < patients.size(); ++i) {
    if (reasons[i].empty())
      ids.push_back({names.at(patients[i]), patients[i]});
    else
      summary.left_out.emplace_back(patients[i], reasons[i]);
  }
  if (ids.empty())
    throw Error(ErrorCode::not_ready,
                "no patient can be exported; the first, " + patients.front() + ": " + reasons.front());
  folder.write("dataset.json", dump_json(dataset_json(study.file, roles, ids.size()), 2) + "\n");
  folder.write("patient_ids.csv", format_safe_csv({"case", "patient_id"}, ids));
  summary.patients = ids.size();
  return summary;
}

}  // namespace larc::study
