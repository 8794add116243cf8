#pragma once
#include "study/export_table.h"

namespace larc::study {

struct BidsSettings {
  PredictionPoint at = PredictionPoint::P0;  // variables of participants.tsv
  bool outcomes = false;                     // in participants.tsv
  bool calendar_dates = false;
  int threads = 1;
};

/// A BIDS 1.10 dataset of every patient with an image: sub-<name>/ses-<1|2>/<anat|dwi>/..., participants.tsv and .json;
/// regions as derivatives/larc/.../..._label-<name>_mask.nii.gz. Names of letters and digits stand for patients;
/// sourcedata/patient_ids.tsv says which is whose.
/// errors not_ready: no patient has an image that BIDS has a place for
ExportSummary write_bids(const Study& study, const BidsSettings& settings, ExportFolder& folder);

}  // namespace larc::study
