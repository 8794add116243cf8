#pragma once
#include "clinical/finding.h"
#include "study/snapshot.h"

namespace larc::study {

/// What screening says of the study as it is now, and everything that waits for somebody's eye.
struct Flow {
  Json document;  // larc.flow/1, as docs/methods/endpoints.md says
  std::vector<Finding> queries;
  std::map<std::string, std::string> centre_of;
};
Flow flow_of(const Snapshot& snapshot);

/// The screen stage: tells the audit trail when the criteria are not those of the last screening, and writes
/// reports/flow.json and reports/queries.csv where they changed. Gives the document.
Json run_screen(Study& study);

}  // namespace larc::study
