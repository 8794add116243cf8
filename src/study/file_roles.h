#pragma once
#include <filesystem>
#include <optional>
#include <string>

namespace larc::study {

/// The patient in a path whose last components match the pattern: "{patient}/MR_*_image.nii.gz" finds STS_002 in
/// ".../STS_002/MR_T1_image.nii.gz". `*` stands for any characters within one component.
std::optional<std::string> patient_of_path(const std::string& pattern, const std::filesystem::path& path);

}  // namespace larc::study
