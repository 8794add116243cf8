#pragma once
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "quality/hard_checks.h"
#include "quality/limits.h"
#include "quality/near_duplicate.h"
#include "study/study.h"

namespace larc::study {

/// What is known of the quality of one image of a patient.
struct ImageQuality {
  std::vector<quality::Measure> measures;
  std::vector<quality::HardCheck> checks;
  quality::Verdict verdict;  // of the measures, by the learned limits, and of the failed checks
  std::optional<clinical::Decision> person;
  std::string picture;  // in the content store: JSON of thumbnail.h
  bool used = true;
  std::string why_not;  // in English, for reasons of missing features; empty where used
};

/// Two images that show the same.
struct DuplicateImages {
  std::pair<std::string, std::string> first, second;  // patient and role, first < second
  quality::DuplicateKind kind = quality::DuplicateKind::exact;
  double similarity = 0;
};

struct QualityReport {
  std::map<std::pair<std::string, std::string>, ImageQuality> images;  // by patient and role, those that were measured
  quality::Limits limits;
  std::size_t learned_from = 0;  // images of development centres
};

/// Measures every image of the registry that was not measured yet, as cases of the stage "quality", and looks for
/// duplicates among all.
void run_quality(Study& study, const RunOptions& options);

/// Limits learned on the development centres of study.yaml (all, where it names none), the verdict on every measured
/// image, and persons' decisions over it. An image is not used when a person excludes it, or, where study.yaml has
/// `quality`, when its verdict is exclude and no person keeps it.
QualityReport quality_report(const Study& study);

/// As the last `run_quality` found them, exact and near.
std::vector<DuplicateImages> duplicate_images(const Study& study);

/// Pairs of images of two patients, as alike as two examinations of one: it may be one person under two names, which
/// somebody has to look at. They count as nothing else, and splits do not know them. Without patients who share an
/// image.
std::vector<DuplicateImages> alike_images(const Study& study);

/// Images that models and exports may use, and why the others may not.
struct UsableImages {
  std::map<std::pair<std::string, std::string>, clinical::ImageRecord> images;
  std::map<std::pair<std::string, std::string>, std::string> excluded;
};
UsableImages usable_images(const Study& study);

/// A name for each patient who shares an image with another one, the same for all who do: they are kept on one side of
/// every split.
std::map<std::string, std::string> shared_units(const std::vector<DuplicateImages>& duplicates);

}  // namespace larc::study
