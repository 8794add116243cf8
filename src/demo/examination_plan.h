#pragma once
#include "demo/disk_plan.h"
#include "demo/headers.h"
#include "demo/series_habit.h"
#include "demo/write_images.h"

namespace larc::demo {

/// What a stack of slices shows.
enum class Content { t2, t2_spoilt, low, middle, high, calculated, isotropic, adc, habit };

/// Slices of one kind; stacks that follow one another with equal series UIDs are one series.
struct PlannedStack {
  Content content = Content::habit;
  std::string role;   // as the truth has it
  std::string image;  // the study's image that it is, t2_1 ...; empty: none
  io::dicom::DicomSeriesInfo info;
  double b_value = kNaN;
  const SeriesHabit* habit = nullptr;
  View view = View::axial;
  int slices = 1;
  bool ambiguous = false;  // two series are equally right for the image
  bool better = false;     // of two such
};

/// Everything of one delivered examination that is decided before a voxel is computed: the truth is written from it,
/// and so are the files.
struct ExaminationPlan {
  std::size_t patient = 0;
  int centre = 0;       // whose disk it is on
  int examination = 0;  // 0 before therapy, 1 after it
  ImagingCase imaging;  // of the patient whose images these are
  std::uint64_t image_seed = 0;
  Scanner scanner;
  ExaminationLabel label;
  ExaminationFaults faults;
  bool resampled = false;
  bool multiframe = false;
  bool no_outline = false;
  io::dicom::FileForm form;
  std::vector<PlannedStack> stacks;
  io::dicom::DicomSeriesInfo outlines;  // of the structure set
};

inline constexpr double kMiddleB = 400;       // s/mm2
inline constexpr double kCalculatedB = 1400;  // s/mm2, computed by the scanner

/// The examinations that were delivered of a patient: none, one or two.
std::vector<ExaminationPlan> plan_examinations(const Cohort& cohort, const DiskPlan& disk, std::size_t patient);

}  // namespace larc::demo
