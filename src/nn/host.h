#pragma once
#include <filesystem>

#include "nn/api.h"

namespace larc::nn {

/// The network library, loaded once: liblarc_nn.so in the folder LARC_LIB_DIR names, else beside the running program.
/// Loading takes about a second, because it brings LibTorch along; nothing else does.
/// errors not_found (file absent, or a library it needs is), unsupported (built for another interface)
const Api& load();

/// As load(), from one file, not remembered.
const Api& load_from(const std::filesystem::path& library);

/// The interface behind a loaded library's answer. errors unsupported
const Api& checked(const Library* library, const std::filesystem::path& path);

/// LibTorch that larc was compiled against, such as "1.13.0"; does not load it.
const char* compiled_torch_version();
/// Whether that LibTorch was built for CUDA.
bool cuda_compiled();

}  // namespace larc::nn
