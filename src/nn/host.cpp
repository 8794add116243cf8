#include "nn/host.h"

#include <dlfcn.h>

#include <cstdlib>
#include <mutex>
#include <system_error>

#include "core/error.h"

namespace larc::nn {

namespace {

constexpr const char* kFileName = "liblarc_nn.so";

std::filesystem::path library_folder() {
  const char* folder = std::getenv("LARC_LIB_DIR");
  if (folder != nullptr && *folder != '\0') return folder;
  std::error_code failed;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", failed);
  if (failed) {
    throw Error(
        ErrorCode::not_found,
        "the folder of the running program cannot be read: set LARC_LIB_DIR to the one with " + std::string(kFileName));
  }
  return program.parent_path();
}

}  // namespace

const Api& checked(const Library* library, const std::filesystem::path& path) {
  if (library == nullptr || library->abi != kAbi || library->api == nullptr) {
    throw Error(ErrorCode::unsupported, path.string() + " was built for interface " +
                                            (library == nullptr ? "none" : std::to_string(library->abi)) +
                                            ", this program needs " + std::to_string(kAbi) +
                                            ": install both from the same build");
  }
  return *library->api;
}

const Api& load_from(const std::filesystem::path& library) {
  if (!std::filesystem::exists(library)) {
    throw Error(ErrorCode::not_found, "the network library " + library.string() +
                                          " is absent: build the target larc_nn, or set LARC_LIB_DIR to its folder");
  }
  void* handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle == nullptr) {
    const char* why = ::dlerror();
    throw Error(ErrorCode::not_found, "the network library " + library.string() + " cannot be loaded (" +
                                          (why == nullptr ? "no reason given" : why) +
                                          "): install LibTorch (Debian: libtorch1.13), or build larc_nn again");
  }
  using Factory = const Library* (*)();
  const auto factory = reinterpret_cast<Factory>(::dlsym(handle, "larc_nn_library"));
  return checked(factory == nullptr ? nullptr : factory(), library);
}

const Api& load() {
  static std::mutex mutex;
  static const Api* loaded = nullptr;
  const std::lock_guard lock(mutex);
  if (loaded == nullptr) loaded = &load_from(library_folder() / kFileName);
  return *loaded;
}

const char* compiled_torch_version() {
  return LARC_TORCH_VERSION;
}

bool cuda_compiled() {
  return LARC_TORCH_CUDA != 0;
}

}  // namespace larc::nn
