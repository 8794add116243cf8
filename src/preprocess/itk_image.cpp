#include "preprocess/itk_image.h"

#include <itkMultiThreaderBase.h>
#include <itkVersion.h>

#include <mutex>

#include "preprocess/bias_field.h"

namespace larc::preprocess {

void start_itk() {
  static std::once_flag once;
  std::call_once(once, [] {
    itk::Object::SetGlobalWarningDisplay(false);
    itk::MultiThreaderBase::SetGlobalDefaultNumberOfThreads(1);
    // The first object sets up ITK's list of factories, which is not safe in several threads at the same time.
    itk::Image<float, 3>::New();
  });
}

std::string itk_version() {
  return itk::Version::GetITKVersion();
}

}  // namespace larc::preprocess
