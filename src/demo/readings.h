#pragma once
#include "core/random.h"
#include "demo/record.h"

namespace larc::demo {

/// Two readers beside the consensus of every variable that the dictionary marks `readers` ("cT_1__r1", "cT_1__r2"). The
/// consensus is right. In a stage or a score one of the two readers may be off by one step; distances have a noise of
/// 0.6 mm, and the second reader measures 0.4 mm too much. Of cT_1 and cN_1, which decide on eligibility, the consensus
/// always stands in the table; of the others it is empty in a quarter of the disagreements, the value is then unknown,
/// and in a tenth of the agreements.
void add_readings(Record& record, Random& random);

/// The readers disagree on `variable` and no consensus was recorded.
void leave_open(Record& record, const char* variable, const char* first, const char* second);

}  // namespace larc::demo
