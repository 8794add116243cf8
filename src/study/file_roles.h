#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "study/study_file.h"

namespace larc::study {

/// The patient in a path whose last components match the pattern: "{patient}/MR_*_image.nii.gz" finds STS_002 in
/// ".../STS_002/MR_T1_image.nii.gz". `*` stands for any characters within one component.
std::optional<std::string> patient_of_path(const std::string& pattern, const std::filesystem::path& path);

/// True if every attribute the role asks for matches one of its globs, case-insensitively, or its bound (">= 800").
bool series_has_role(const ImageRole& role, const std::map<std::string, std::string>& attributes);

}  // namespace larc::study
