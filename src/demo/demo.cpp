#include "demo/demo.h"

#include <mutex>

#include "core/error.h"
#include "core/file.h"
#include "core/parallel.h"
#include "core/random.h"
#include "demo/scanner.h"

namespace larc::demo {

namespace {

namespace fs = std::filesystem;

}  // namespace

ImagingCase imaging_of(const DemoPatient& patient) {
  const auto& clinical = patient.latent.clinical;
  const auto& course = patient.course;
  Random random(derive_seed(derive_seed(0, patient.id), "imaging"));
  ImagingCase result;
  result.patient = patient.id;
  result.habitus = {clinical.sex == "M", clinical.bmi};
  result.weight_kg = clinical.weight_kg;
  result.date[0] = dicom_date(course.mri_1);
  result.date[1] = dicom_date(course.nat_end + (course.surgery - course.nat_end) / 2);
  result.age_years[0] = result.age_years[1] = clinical.age_years;
  auto& truth = result.truth;
  truth.before = patient.appearance;
  constexpr double kRemaining[] = {0.0, 0.08, 0.30, 0.65};
  const int grade = patient.pathology.trg;
  truth.response.remaining = kRemaining[grade] * random.uniform(0.75, 1.25);
  truth.response.fibrosis = random.uniform(0.08, 0.22);
  truth.response.adc_before = random.uniform(0.85, 1.05);
  truth.response.adc_after = truth.response.adc_before + 0.45 - 0.12 * grade;
  truth.mrf_distance_mm_1 = clinical.mrf_distance_mm;
  truth.deposits = clinical.mr_tumour_deposits;
  truth.bladder_invaded = clinical.ct == "T4b";
  result.faults.gas_1 = random.uniform() < 0.25;
  result.faults.gas_2 = random.uniform() < 0.25;
  result.faults.missing_slice = patient.planted == "missing_slice";
  result.faults.truncated_slice = patient.planted == "truncated_slice";
  result.faults.no_outline = patient.planted == "no_mask";
  return result;
}

DemoTruth write_demo(const fs::path& incoming, const fs::path& truth_path, const DemoSettings& settings,
                     const DemoProgress& progress) {
  for (const char* name : {"dicom", "clinical.csv"}) {
    if (fs::exists(incoming / name)) {
      throw Error(ErrorCode::conflict,
                  (incoming / name).string() +
                      " exists already; give the demonstration an empty folder, it overwrites nothing");
    }
  }
  const auto cohort = draw_cohort(settings);
  const auto scanners = scanners_of(settings.scenario);
  const auto truth = compute_truth(cohort, settings);
  ensure_directory(incoming);

  std::mutex mutex;
  std::size_t done = 0;
  parallel_for(cohort.size(), settings.threads, [&](std::size_t i) {
    const auto& patient = cohort[i];
    in_context("patient " + patient.id, [&] {
      write_images(ensure_directory(incoming / "dicom" / patient.id), imaging_of(patient),
                   scanners[static_cast<std::size_t>(patient.latent.centre)], settings.seed);
    });
    const std::lock_guard lock(mutex);
    ++done;
    if (progress) progress(done, cohort.size());
  });
  write_file_atomic(incoming / "clinical.csv", format_clinical_csv(cohort, settings));
  ensure_directory(fs::absolute(truth_path).parent_path());
  write_file_atomic(truth_path, dump_json(to_json(truth), 1) + "\n");
  return truth;
}

}  // namespace larc::demo
