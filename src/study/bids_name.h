#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "study/study_file.h"

namespace larc::study {

/// Letters and digits alone, as BIDS and nnU-Net want them; other characters go.
std::string alphanumeric(const std::string& text);

/// A name of letters and digits for each id; `stem` stands for those that have none. Where several would have one name,
/// each gets "n1", "n2", ... in the order of the ids, so that no two patients ever become one.
std::map<std::string, std::string> alphanumeric_names(const std::vector<std::string>& ids,
                                                      const std::string& stem = "patient");

/// Where BIDS 1.10 puts the images of a role.
struct BidsPlace {
  std::string session;      // "1", "2"
  std::string datatype;     // anat, dwi
  std::string suffix;       // T2w, dwi, ADC, ...
  std::string acquisition;  // entity acq-; empty unless several roles share all the rest
};

/// The session is the digits at the end of the role's id ("t2_2"), otherwise 1 for what is available from P0 and 2
/// later. The suffix follows from the parts of the id: t2 T2w, t1 T1w, pd PDw, flair FLAIR, adc ADC, dwi or diffusion
/// or b800 dwi. Roles whose id says none of these have no place. No two roles have one place.
std::map<std::string, BidsPlace> bids_places(const StudyFile& file);

/// Label of every mask whose image has a place: its id without the session, "tumour_1" is label-tumour. Where several
/// masks of one place would have one label, the whole id: label-node1, label-node2.
std::map<std::string, std::string> bids_labels(const StudyFile& file, const std::map<std::string, BidsPlace>& places);

}  // namespace larc::study
