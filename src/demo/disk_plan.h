#pragma once
#include <string>
#include <vector>

#include "demo/cohort.h"

namespace larc::demo {

/// What is wrong with a T2w image. Those called slight do no harm: a reader would use the image.
enum class T2Fault : std::uint8_t {
  none,
  motion,
  slight_motion,
  noise,
  slight_noise,
  wrap,
  slight_wrap,
  cut_field,
  missing_slice,
  uneven_gap,
  duplicate_position,
  truncated_file,
  repeated,  // acquired twice: spoilt by motion, then well
};

enum class DiffusionFault : std::uint8_t { none, gas, slight_gas, noise, slight_noise };

/// "" for none, otherwise the name that the truth gives it.
std::string to_string(T2Fault fault);
std::string to_string(DiffusionFault fault);
/// Whether the image has to be excluded.
bool is_excluding(T2Fault fault);
bool is_excluding(DiffusionFault fault);

struct ExaminationFaults {
  T2Fault t2 = T2Fault::none;
  DiffusionFault diffusion = DiffusionFault::none;
};

/// What is planted in the images of a raw disk, over and above ImagingFaults: quality faults by quota in an order that
/// depends on the seed, gas as the patient has it, and patients whose images are those of another one. A few bytes a
/// patient.
class DiskPlan {
 public:
  explicit DiskPlan(const Cohort& cohort);

  ExaminationFaults faults(const DemoPatient& patient, int examination) const;

  /// The patient whose images this one was given, or the patient's own index.
  std::size_t source(std::size_t patient) const { return entries_[patient].source; }
  /// The images went through another hospital's system: other grid, scale and identifiers.
  bool resampled(std::size_t patient) const { return entries_[patient].resampled; }
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    ExaminationFaults faults[2];
    bool resampled = false;
    std::size_t source = 0;
  };
  void plant_duplicates(const Cohort& cohort);

  std::uint64_t seed_;
  std::vector<Entry> entries_;
};

}  // namespace larc::demo
