#pragma once
// DCMTK's types stay within this folder's .cpp files; nothing outside src/io/dicom includes this header.
#include "io/dicom/dataset.h"
#include "io/dicom/scan.h"

namespace larc::io::dicom {

struct Diffusion {
  double b_value = kNaN;                 // s/mm2
  std::optional<image::Vec3> direction;  // unit vector in the patient (LPS)
  std::string directionality;            // NONE, DIRECTIONAL, BMATRIX, ISOTROPIC or empty
};

/// What a header says of diffusion weighting; `instance` already holds the texts. In this order:
/// the standard's DiffusionBValue (0018,9087); Siemens (0019,xx0C), its CSA image header, and, of images where both
/// were taken out, the number after `b` in the sequence name; GE (0043,xx39), first value, less the multiple of 10^9
/// that GE adds; Philips (2001,xx03); United Imaging (0065,xx09); Canon and Toshiba the comment `b=1000(x,y,z)`.
/// Private attributes are found by their creator, else at their usual place; text in unknown VR, padded, is read. GE's
/// gradient directions are left out: they lie in the scan plane's own frame. A number without meaning (negative, above
/// 50,000) is none.
Diffusion read_diffusion(const Attributes& data, const DicomInstance& instance);

/// MRDiffusionSequence (0018,9117) of a frame.
void read_diffusion_macro(DcmItem& macro, const std::string& name, DicomInstance& frame);

}  // namespace larc::io::dicom
