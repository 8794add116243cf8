#include "report/versions.h"

#include "nn/host.h"

namespace larc::report {

Json library_versions() {
  return {{"libtorch", nn::compiled_torch_version()},
          {"itk", LARC_ITK_VERSION},
          {"dcmtk", LARC_DCMTK_VERSION},
          {"cuda", nn::cuda_compiled() ? "compiled in" : "not usable: this LibTorch is built without CUDA"}};
}

}  // namespace larc::report
