#include "io/dicom/terms.h"

#include <algorithm>
#include <cctype>

namespace larc::io::dicom {

namespace {

const Code kAnatomy{"123037004", "SCT", "Anatomical Structure"};
const Code kAbnormal{"49755003", "SCT", "Morphologically Abnormal Structure"};
const Code kTissue{"85756007", "SCT", "Tissue"};
const Code kRectum{"34402009", "SCT", "Rectum"};

struct Entry {
  const char* name;  // letters and digits only, lower case; the first that the given name begins with
  RegionTerm term;
};

const Entry kEntries[] = {
    {"mesorectalfascia", {kAnatomy, {"MRF", kOwnScheme, "Mesorectal fascia"}, {}}},
    {"mrf", {kAnatomy, {"MRF", kOwnScheme, "Mesorectal fascia"}, {}}},
    {"mesorectum", {kAnatomy, {"MESORECTUM", kOwnScheme, "Mesorectum"}, {}}},
    {"emvi", {kAbnormal, {"EMVI", kOwnScheme, "Extramural vascular invasion"}, kRectum}},
    {"extramuralv", {kAbnormal, {"EMVI", kOwnScheme, "Extramural vascular invasion"}, kRectum}},
    {"tumordeposit", {kAbnormal, {"14799000", "SCT", "Neoplasm, Secondary"}, {}}},
    {"tumourdeposit", {kAbnormal, {"14799000", "SCT", "Neoplasm, Secondary"}, {}}},
    {"tumour", {kAbnormal, {"86049000", "SCT", "Neoplasm, Primary"}, kRectum}},
    {"tumor", {kAbnormal, {"86049000", "SCT", "Neoplasm, Primary"}, kRectum}},
    {"gtvn", {kAnatomy, {"59441001", "SCT", "Lymph node"}, {}}},
    {"gtv", {kAbnormal, {"86049000", "SCT", "Neoplasm, Primary"}, kRectum}},
    {"neoplasm", {kAbnormal, {"108369006", "SCT", "Neoplasm"}, kRectum}},
    {"lesion", {kAbnormal, {"52988006", "SCT", "Lesion"}, kRectum}},
    {"lymphnode", {kAnatomy, {"59441001", "SCT", "Lymph node"}, {}}},
    {"laterallymphnode", {kAnatomy, {"59441001", "SCT", "Lymph node"}, {}}},
    {"node", {kAnatomy, {"59441001", "SCT", "Lymph node"}, {}}},
    {"rectum", {kAnatomy, kRectum, {}}},
    {"rectalwall", {kAnatomy, kRectum, {}}},
    {"analcanal", {kAnatomy, {"53505006", "SCT", "Anus"}, {}}},
    {"anus", {kAnatomy, {"53505006", "SCT", "Anus"}, {}}},
    {"sigmoid", {kAnatomy, {"60184004", "SCT", "Sigmoid colon"}, {}}},
    {"bladder", {kAnatomy, {"89837001", "SCT", "Bladder"}, {}}},
    {"prostate", {kAnatomy, {"41216001", "SCT", "Prostate"}, {}}},
    {"seminalvesicle", {kAnatomy, {"64739004", "SCT", "Seminal Vesicle"}, {}}},
    {"uterus", {kAnatomy, {"35039007", "SCT", "Uterus"}, {}}},
    {"vagina", {kAnatomy, {"76784001", "SCT", "Vagina"}, {}}},
    {"muscle", {kTissue, {"71616004", "SCT", "Muscle"}, {}}},
    {"fat", {kTissue, {"256674009", "SCT", "Fat"}, {}}},
};

}  // namespace

RegionTerm term_of(std::string_view name) {
  std::string plain;
  for (const char c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const auto& entry : kEntries)
    if (plain.rfind(entry.name, 0) == 0) return entry.term;
  std::string value = plain.substr(0, 16);  // a short string (SH)
  std::transform(value.begin(), value.end(), value.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return {kTissue, {value.empty() ? "REGION" : value, kOwnScheme, name.empty() ? "Region" : std::string(name)}, {}};
}

}  // namespace larc::io::dicom
