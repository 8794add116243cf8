#pragma once
#include <string>
#include <string_view>

#include "io/dicom/code.h"

namespace larc::io::dicom {

/// What a region is, in codes: category and type of the property (PS3.16 CID 7150, 7151), where it lies, if that is not
/// the type itself.
struct RegionTerm {
  Code category;
  Code type;
  Code anatomic_region;
};

/// The codes of a region of the field by a name for it: tumour, GTV, lesion, rectum, mesorectum, mesorectal fascia,
/// MRF, lymph node, EMVI, anal canal, sigmoid, bladder, prostate, seminal vesicle, uterus, vagina, muscle, fat; case,
/// spaces, underscores and hyphens do not matter, and more may follow ("lymph node 2"). SNOMED CT where DICOM's own
/// lists have the term, otherwise larc's private scheme 99LARC (PS3.16 section 8), whose meaning is the name itself.
RegionTerm term_of(std::string_view name);

inline constexpr const char* kOwnScheme = "99LARC";

}  // namespace larc::io::dicom
