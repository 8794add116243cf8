#pragma once
#include <filesystem>
#include <string>

#include "study/model.h"

namespace larc::study {

/// A locked model: one safetensors file whose metadata holds the protocol, the preprocessing state, the coefficients or
/// the architecture, the baseline hazard, the threshold, the hash of the training data and the code version, and whose
/// tensors are the network's weights. It reproduces its numbers anywhere and is never changed.
struct Bundle {
  Json card;  // id parts, n, events, data hash, seed, versions
  StudyFile file;
  Endpoint endpoint;
  FittedModel model;
};

/// Same model, same bytes.
std::string encode_bundle(const FittedModel& model, const StudyFile& file, const Endpoint& endpoint, const Json& card);
/// errors format (not a bundle, or damaged), unsupported (written by a newer larc)
Bundle decode_bundle(const std::string& bytes, const std::string& name);

/// "<endpoint>_<point>_<kind>_<first 12 digits of the SHA-256 of the bytes>"
std::string bundle_id(const Endpoint& endpoint, const std::string& kind, const std::string& bytes);

}  // namespace larc::study
