#pragma once
#include "study/export_table.h"

namespace larc::study {

struct NnunetSettings {
  std::vector<std::string> masks;     // roles; empty: the first of the study file
  std::vector<std::string> channels;  // image roles; empty: the image of the first mask
  int threads = 1;
};

/// "Dataset501_Larc": number and the study's id in letters and digits. errors usage: number outside 1..999
std::string nnunet_name(const StudyFile& file, int number);

/// An nnU-Net (version 2) dataset of the eligible patients who have the mask: imagesTr/<case>_<channel>.nii.gz,
/// labelsTr/<case>.nii.gz, dataset.json. Mask m of the list is label m + 1. A patient whose channels or masks do not
/// lie on one grid, or whose masks overlap, is left out with the reason; nothing is resampled. errors usage (a role
/// that is not declared), not_ready (nobody is left: the first reason)
ExportSummary write_nnunet(const Study& study, const NnunetSettings& settings, ExportFolder& folder);

}  // namespace larc::study
