#pragma once
#include <filesystem>

#include "demo/raw_images.h"

namespace larc::demo {

/// The files of one patient on the disk of the centre, shuffled over folders, with names that say nothing and without
/// extension:
///   DISK1/S<xx>/<name>             centre A
///   DISK2/CD<name>/P<x>/<name>     centre B: a medium for each patient, with DICOMDIR and what such media carry
///   besides DISK3/<xx>/<name>              centre C: some files lie there twice
/// Every name is made from the UID of what the file holds, so that the bytes do not depend on the order of work.
/// errors io
void write_raw_patient(const std::filesystem::path& incoming, const Cohort& cohort, const DiskPlan& disk,
                       std::size_t patient);

/// Files on the disks that are no DICOM: texts, pictures, a program, databases of thumbnails, an empty file.
void write_clutter(const std::filesystem::path& incoming);

}  // namespace larc::demo
