#pragma once
#include <string>

#include "nn/api.h"

namespace larc::nn {

/// As Api::explain.
Explanation explain(const std::string& weights, const Json& architecture, const Cases& one_case,
                    const std::string& task, std::size_t output);

}  // namespace larc::nn
