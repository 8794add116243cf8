#pragma once
#include <memory>
#include <string>
#include <vector>

#include "nn/data.h"
#include "nn/network.h"
#include "nn/typicality.h"

namespace larc::nn {

/// A trained network as the interface hands it out, ready to compute.
struct Ensemble {
  NetworkSpec spec;
  InputScale scale;
  std::vector<std::unique_ptr<Network>> members;
  TypicalityFits typicality;
};

/// errors format (architecture, weights), shape_mismatch (they differ)
Ensemble load_ensemble(const std::string& weights, const Json& architecture);

}  // namespace larc::nn
