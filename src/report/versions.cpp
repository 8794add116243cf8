#include "report/versions.h"

#include "io/versions.h"
#include "nn/host.h"

namespace larc::report {

Json library_versions() {
  return {{"libtorch", nn::compiled_torch_version()},
          {"itk", io::itk_version()},
          {"dcmtk", io::dcmtk_version()},
          {"cuda", nn::cuda_compiled() ? "compiled in" : "not usable: this LibTorch is built without CUDA"}};
}

}  // namespace larc::report
