#pragma once
#include "study/study.h"

namespace larc::study {

/// What the study has of images, as reports/images.html shows it (larc.images/1): per role what is there, what waits
/// for a person, how good the images are and why some are left out, duplicates, and every series that was delivered.
Json images_document(const Study& study);

}  // namespace larc::study
