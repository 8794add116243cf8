#include "demo/demo.h"

#include <mutex>

#include "core/error.h"
#include "core/file.h"
#include "core/parallel.h"
#include "core/random.h"
#include "demo/delivery.h"
#include "demo/raw_disk.h"
#include "demo/scanner.h"

namespace larc::demo {

namespace fs = std::filesystem;

ImagingCase imaging_of(const DemoPatient& patient) {
  const auto& clinical = patient.latent.clinical;
  ImagingCase result;
  result.patient = patient.id;
  result.truth = patient.imaging;
  result.faults = patient.faults;
  result.habitus = {clinical.sex == "M", clinical.bmi};
  result.weight_kg = clinical.weight_kg;
  result.date[0] = dicom_date(patient.course.mri_1);
  result.date[1] = dicom_date(patient.course.mri_2);
  result.age_years[0] = result.age_years[1] = clinical.age_years;
  return result;
}

DemoTruth write_demo(const fs::path& incoming, const fs::path& truth_path, const DemoSettings& settings,
                     const DemoProgress& progress) {
  for (const char* name : {"dicom", "DISK1", "DISK2", "DISK3", "clinical.csv"}) {
    if (fs::exists(incoming / name)) {
      throw Error(ErrorCode::conflict,
                  (incoming / name).string() +
                      " exists already; give the demonstration an empty folder, it overwrites nothing");
    }
  }
  const Cohort cohort(settings);
  const auto scanners = scanners_of(settings.scenario);
  ensure_directory(incoming);

  const bool raw = settings.disk == Disk::raw;
  std::optional<DiskPlan> disk;
  if (raw && settings.images) {
    disk.emplace(cohort);
    write_clutter(incoming);
  }
  std::mutex mutex;
  std::size_t done = 0;
  parallel_for(settings.images ? cohort.size() : 0, settings.threads, [&](std::size_t i) {
    const auto patient = cohort.patient(i);
    in_context("patient " + patient.id, [&] {
      if (raw)
        write_raw_patient(incoming, cohort, *disk, i);
      else
        write_images(ensure_directory(incoming / "dicom" / patient.id), imaging_of(patient),
                     scanners[static_cast<std::size_t>(patient.latent.centre)], settings.seed);
    });
    const std::lock_guard lock(mutex);
    ++done;
    if (progress) progress(done, cohort.size());
  });
  write_clinical_csv(incoming / "clinical.csv", cohort);
  const auto truth = compute_truth(cohort);
  write_truth(fs::absolute(truth_path), cohort, truth);
  return truth;
}

}  // namespace larc::demo
