#pragma once
#include <string>

#include "demo/date.h"
#include "demo/outcome.h"

namespace larc::demo {

/// What the pathologist finds. pCR (ypT0, ypN0, no deposit) exactly when the response is above 0, see `draw_response`.
struct Pathology {
  std::string ypt, ypn;
  int nodes_examined = 0;
  int nodes_positive = 0;
  int regression = 0;  // 0 complete, 1 near-complete, 2 partial, 3 poor
  std::string trg_system;
  int trg_value = 0;  // in that system
  double crm_mm = 0;
  int deposits = 0;
  bool perineural = false;
  bool lymphovascular = false;
  std::string grade;
  std::string resection;
};

/// Regression is near-complete down to a response of -1.6, partial down to -4.4, poor below. Deposits and an involved
/// margin occur only where the response is not complete, with the odds of `predictors`.
Pathology draw_pathology(const LatentPatient& patient, const Predictors& predictors, double response, Random& random);

/// The centre's own grading: A AJCC, B Mandard from 2016 on and Ryan's three grades before, C Dworak.
/// Of Mandard's 4 and 5 and Dworak's 1 and 0, which all are a poor regression, one is drawn.
void grade_regression(Pathology& pathology, int centre, Day surgery, Random& random);

/// pCR as the endpoint defines it.
bool is_pcr(const Pathology& pathology);

}  // namespace larc::demo
