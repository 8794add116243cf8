#pragma once
#include <filesystem>

#include "demo/truth.h"

namespace larc::demo {

/// clinical.csv, a row at a time: rows in the order of the cohort.
/// errors io
void write_clinical_csv(const std::filesystem::path& path, const Cohort& cohort);

/// truth.json, a line a patient in each of its lists: planted, faulty_cells, contradictions, eligibility,
/// endpoints_of_patients, traits, and of a raw disk those of disk_lists(). See docs/methods/demo.md.
/// errors io
void write_truth(const std::filesystem::path& path, const Cohort& cohort, const DemoTruth& truth);

}  // namespace larc::demo
