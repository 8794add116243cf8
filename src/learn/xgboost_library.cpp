#include "learn/xgboost_library.h"

#include <dlfcn.h>

#include "core/error.h"

namespace larc::learn {

namespace {

constexpr const char* kName = "libxgboost.so.0";

template <typename Function>
void find(void* handle, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(handle, name));
  if (function == nullptr)
    throw Error(ErrorCode::not_found, std::string(kName) + " has no function " + name + ": larc needs XGBoost 1.7");
}

XgboostLibrary load() {
  void* handle = ::dlopen(kName, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle == nullptr) {
    const char* why = ::dlerror();
    throw Error(ErrorCode::not_found, std::string("gradient boosting needs ") + kName + " (" +
                                          (why == nullptr ? "no reason given" : why) +
                                          "): install the Debian package libxgboost0");
  }
  XgboostLibrary library;
  find(handle, "XGBoostVersion", library.version);
  find(handle, "XGBGetLastError", library.last_error);
  find(handle, "XGDMatrixCreateFromMat_omp", library.matrix_create);
  find(handle, "XGDMatrixSetFloatInfo", library.matrix_set);
  find(handle, "XGDMatrixFree", library.matrix_free);
  find(handle, "XGBoosterCreate", library.create);
  find(handle, "XGBoosterFree", library.free);
  find(handle, "XGBoosterSetParam", library.set);
  find(handle, "XGBoosterUpdateOneIter", library.update);
  find(handle, "XGBoosterPredictFromDMatrix", library.predict);
  find(handle, "XGBoosterSaveModelToBuffer", library.save);
  find(handle, "XGBoosterLoadModelFromBuffer", library.load);
  find(handle, "XGBoosterFeatureScore", library.feature_score);
  return library;
}

}  // namespace

void XgboostLibrary::check(int code) const {
  if (code != 0) throw Error(ErrorCode::internal, std::string("XGBoost: ") + last_error());
}

const XgboostLibrary& xgboost_library() {
  static const XgboostLibrary library = load();
  return library;
}

}  // namespace larc::learn
