#pragma once
#include <string>
#include <vector>

#include "study/dataset.h"

namespace larc::study {

/// What runs beside the kinds of model a study asks for, on the same folds, so that their figures can be read:
///   volume         the volume of the outlined regions alone
///   random         as many random numbers as there are features, drawn anew in every fold
///   clinical+radiomics  what combined would be without the network's score, where it has one
///   <kind>+combat  radiomics or combined with the features of images harmonised by centre
/// In the order of the report. Empty where no model looks at images; +combat where the study file asks for it
/// (models.harmonise) and the rows come from at least two centres.
std::vector<std::string> companions_of(const StudyFile& file, const Dataset& dataset);

inline constexpr const char* kTables = "clinical+radiomics";

bool is_baseline(const std::string& kind);
/// Whether the report sets a kind of model beside this baseline.
bool is_compared(const std::string& kind, const std::string& baseline);
bool is_harmonised(const std::string& kind);
/// "radiomics+combat" -> "radiomics"
std::string plain_kind(const std::string& kind);
std::string harmonised_kind(const std::string& kind);

/// Whether any kind of model that the study asks for reads what a network says.
bool uses_networks(const StudyFile& file);
/// Whether this one, or the companion of one, does: "deep", and "combined" where the study asks for "deep" too.
bool uses_network(const StudyFile& file, const std::string& kind);
/// Repeats of the cross-validation of a kind or companion.
int repeats_of(const StudyFile& file, const std::string& kind);

/// The columns of the volume baseline: the mesh volumes of the rules' own regions, or where no rule measures them, what
/// the first mask encloses.
std::vector<std::string> volume_columns(const StudyFile& file, const learn::Frame& frame);

/// Centres of the rows, in order of name; rows without one count for none.
std::vector<std::string> centres_of(const Dataset& dataset);

/// The dataset that a baseline learns from. random: with as many columns of random numbers (group learn::kRandomGroup)
/// as it has features of images. volume: nothing counts as measured again, for what the features are compared with must
/// stay, however it bears perturbation.
Dataset baseline_dataset(Dataset dataset, const std::string& kind, std::uint64_t seed);

}  // namespace larc::study
