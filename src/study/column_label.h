#pragma once
#include "study/study_file.h"

namespace larc::study {

/// What people call a model's column: the dictionary's label, or the feature's with its image.
Label column_label(const StudyFile& file, const std::string& name);

}  // namespace larc::study
