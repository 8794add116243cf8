#pragma once
#include "clinical/readers.h"
#include "study/study_file.h"

namespace larc::study {

/// Agreement of the first two readers, a line a variable in the order of the dictionary: kappa for categories, weighted
/// (quadratic) where their codes are ordered, ICC(2,1) for numbers; each with 95% limits, patients read twice, equal
/// readings, and readings that differ without a consensus.
Json reader_agreement(const StudyFile& file, const std::map<std::string, std::vector<Reading>>& readings);

}  // namespace larc::study
