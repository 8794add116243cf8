#pragma once
#include <array>

#include "radiomics/glcm_sums.h"

namespace larc::radiomics {

enum PairFeature {
  autocorrelation,
  cluster_prominence,
  cluster_shade,
  cluster_tendency,
  contrast,
  correlation,
  difference_average,
  difference_entropy,
  difference_variance,
  inverse_difference,
  inverse_difference_moment,
  inverse_difference_moment_normalised,
  inverse_difference_normalised,
  information_correlation_1,
  information_correlation_2,
  inverse_variance,
  joint_average,
  joint_energy,
  joint_entropy,
  maximal_correlation,
  joint_maximum,
  sum_average,
  sum_entropy,
  joint_variance,
  kPairFeatures
};

using PairValues = std::array<double, kPairFeatures>;

struct PairFeatureName {
  PairFeature feature;
  const char* id;
};

/// Every id of the family; dissimilarity and sum variance are second names of features above.
inline constexpr PairFeatureName kPairFeatureNames[] = {
    {autocorrelation, "glcm_Autocorrelation"},
    {cluster_prominence, "glcm_ClusterProminence"},
    {cluster_shade, "glcm_ClusterShade"},
    {cluster_tendency, "glcm_ClusterTendency"},
    {cluster_tendency, "glcm_SumVariance"},
    {contrast, "glcm_Contrast"},
    {correlation, "glcm_Correlation"},
    {difference_average, "glcm_DifferenceAverage"},
    {difference_average, "glcm_Dissimilarity"},
    {difference_entropy, "glcm_DifferenceEntropy"},
    {difference_variance, "glcm_DifferenceVariance"},
    {inverse_difference, "glcm_Id"},
    {inverse_difference_moment, "glcm_Idm"},
    {inverse_difference_moment_normalised, "glcm_Idmn"},
    {inverse_difference_normalised, "glcm_Idn"},
    {information_correlation_1, "glcm_Imc1"},
    {information_correlation_2, "glcm_Imc2"},
    {inverse_variance, "glcm_InverseVariance"},
    {joint_average, "glcm_JointAverage"},
    {joint_energy, "glcm_JointEnergy"},
    {joint_entropy, "glcm_JointEntropy"},
    {maximal_correlation, "glcm_MCC"},
    {joint_maximum, "glcm_MaximumProbability"},
    {sum_average, "glcm_SumAverage"},
    {sum_entropy, "glcm_SumEntropy"},
    {joint_variance, "glcm_SumSquares"},
};

/// Features of one matrix with a total above 0; a single level gives correlation 1 and information correlation 0, as
/// PyRadiomics does. maximal_correlation is left NaN.
/// source IBSI 1 manual, arXiv:1612.07003, section 3.6; Haralick 1973
PairValues pair_features(const PairSums& sums, const LevelScale& scale, bool symmetric);

}  // namespace larc::radiomics
