#pragma once
#include <string>
#include <vector>

#include "demo/course.h"
#include "demo/follow_up.h"
#include "demo/pathology.h"
#include "demo/plan.h"
#include "demo/regression.h"

namespace larc::demo {

/// The truth about one patient, before anybody writes anything down.
struct DemoPatient {
  std::size_t index = 0;
  std::string id;  // LARC-B-017
  PatientPlan plan;
  LatentPatient latent;
  Predictors predictors;
  double response = 0;
  ImagingTruth imaging;
  ImagingFaults faults;
  Restaging restaging;
  bool restaged = true;  // MRI 2 was done
  Course course;
  Pathology pathology;
  FollowUp follow_up;
  int followup_visits = 0;

  bool treated() const { return plan.screening != ScreeningCase::no_therapy; }
  bool operated() const { return plan.screening != ScreeningCase::no_surgery; }
};

/// A cohort that is never held in memory: patient `i` is drawn anew from its own seed each time it is asked for.
class Cohort {
 public:
  /// errors domain: fewer than kFewestPatients patients
  explicit Cohort(const DemoSettings& settings);

  const DemoSettings& settings() const { return settings_; }
  std::size_t size() const { return plan_.size(); }
  /// May be called from several threads at once.
  DemoPatient patient(std::size_t index) const;

 private:
  DemoSettings settings_;
  std::vector<PatientPlan> plan_;
};

/// All patients at once, for a cohort of a size that fits.
std::vector<DemoPatient> draw_cohort(const DemoSettings& settings);

}  // namespace larc::demo
