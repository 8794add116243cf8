#pragma once
#include <xgboost/c_api.h>

#include <string>

namespace larc::learn {

/// The functions of XGBoost's C interface that larc calls, found in the shared library when first wanted: linking it
/// would cost every start of the program, and it is not needed where nothing is boosted.
struct XgboostLibrary {
  decltype(&XGBoostVersion) version;
  decltype(&XGBGetLastError) last_error;
  decltype(&XGDMatrixCreateFromMat_omp) matrix_create;
  decltype(&XGDMatrixSetFloatInfo) matrix_set;
  decltype(&XGDMatrixFree) matrix_free;
  decltype(&XGBoosterCreate) create;
  decltype(&XGBoosterFree) free;
  decltype(&XGBoosterSetParam) set;
  decltype(&XGBoosterUpdateOneIter) update;
  decltype(&XGBoosterPredictFromDMatrix) predict;
  decltype(&XGBoosterSaveModelToBuffer) save;
  decltype(&XGBoosterLoadModelFromBuffer) load;
  decltype(&XGBoosterFeatureScore) feature_score;

  /// errors internal: `code` is not 0; says what XGBoost says
  void check(int code) const;
};

/// Loaded once, kept to the end of the process. errors not_found
const XgboostLibrary& xgboost_library();

}  // namespace larc::learn
