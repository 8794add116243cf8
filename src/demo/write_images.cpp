#include "demo/write_images.h"

#include "core/error.h"
#include "core/file.h"
#include "demo/acquisition.h"
#include "demo/diffusion.h"
#include "demo/headers.h"

namespace larc::demo {

namespace {

namespace fs = std::filesystem;
using io::dicom::DicomInstance;

void truncate_file(const fs::path& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (!error) fs::resize_file(path, size / 3, error);
  if (error) throw Error(ErrorCode::io, "cannot shorten " + path.string() + ": " + error.message());
}

/// "2019-03-07" of "20190307"
std::string folder_of_date(const std::string& date) {
  return date.substr(0, 4) + "-" + date.substr(4, 2) + "-" + date.substr(6);
}

void write_diffusion(const fs::path& folder, const DiffusionAcquisition& acquisition, const Scanner& scanner,
                     const ExaminationLabel& label) {
  const auto write = [&](const image::Volume& volume, const SeriesHeader& header) {
    io::dicom::write_series(folder / header.folder, volume, header.info);
  };
  write(acquisition.low, diffusion_header(scanner, label, scanner.diffusion.low_b));
  write(acquisition.high, diffusion_header(scanner, label, scanner.diffusion.high_b));
  auto map = acquisition.adc;
  const auto header = adc_header(scanner, label);
  // As stored: whole 10^-6 mm^2/s everywhere, read as such or through the slope.
  for (auto& value : map.voxels) value = std::round(1000 * value) * header.info.rescale_slope;
  write(map, header);
}

}  // namespace

void write_images(const fs::path& folder, const ImagingCase& patient, const Scanner& scanner, std::uint64_t seed) {
  const auto patient_seed = derive_seed(seed, "demo image " + patient.patient);
  const auto& faults = patient.faults;
  const Phantom phantom(patient.truth, faults, patient.habitus,
                        plan_slices(scanner, 0, patient_seed).geometry.direction, patient_seed);
  for (int examination = 0; examination < (faults.no_second_examination ? 1 : 2); ++examination) {
    const bool first = examination == 0;
    const auto own_seed = derive_seed(patient_seed, "examination", static_cast<std::uint64_t>(examination));
    const auto plan = plan_slices(scanner, examination, patient_seed);
    const std::string uid_seed =
        "larc demo " + std::to_string(seed) + " " + patient.patient + " " + std::to_string(examination + 1);
    const ExaminationLabel label{patient.patient,
                                 examination,
                                 patient.habitus.male ? "M" : "F",
                                 patient.age_years[examination],
                                 patient.weight_kg,
                                 patient.date[examination],
                                 io::dicom::make_uid(uid_seed + " frame"),
                                 uid_seed};
    const fs::path own = ensure_directory(folder / folder_of_date(label.date));

    const auto t2w =
        degrade(acquire_perfect(phantom, examination, plan), scanner, {first && faults.motion_1 ? 1.0 : 0.0}, own_seed);
    const auto header = t2w_header(scanner, label);
    const auto slices = io::dicom::write_series(own / header.folder, t2w.image, header.info);
    if (!faults.no_outline) {
      auto info = header.info;
      info.series_uid = io::dicom::make_uid(info.series_uid + " rtstruct");
      info.series_description = "Contours on T2w";
      info.series_number = 1000 + header.info.series_number;
      std::vector<io::dicom::RtRegion> regions;
      if (image::voxel_count(t2w.tumour) > 0) regions.push_back({kTumourRoi, &t2w.tumour});
      regions.push_back({kMesorectumRoi, &t2w.mesorectum});
      io::dicom::write_rtstruct(own / "rtstruct.dcm", regions, info, slices);
    }
    if (!faults.no_diffusion) {
      const auto diffusion =
          acquire_diffusion(phantom, examination, plan_diffusion(plan, scanner.diffusion), scanner,
                            (first ? faults.gas_1 : faults.gas_2) ? kMuchGas : DiffusionErrors{}, own_seed);
      write_diffusion(own, diffusion, scanner, label);
    }
    const auto& victim = slices[slices.size() / 2].path;
    if (first && faults.truncated_slice) truncate_file(victim);
    if (first && faults.missing_slice) fs::remove(victim);
  }
}

}  // namespace larc::demo
