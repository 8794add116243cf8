#pragma once
#include <cstdint>
#include <filesystem>
#include <string>

#include "nn/data.h"
#include "nn/member.h"

namespace larc::nn {

/// The states of a training's members in the folder of TrainSettings::checkpoint, a safetensors file each, which tells
/// in its metadata what it belongs to and the hash of its own bytes. Does nothing without a folder.
class Checkpoint {
 public:
  /// A state belongs to the key, the settings, the architecture, the seed, the number of processes, the outcomes, the
  /// table, the scale of the crops and the version of LibTorch.
  Checkpoint(const Job& job, const InputScale& scale, std::uint64_t seed);

  /// The hash of all that.
  const std::string& identity() const { return identity_; }

  /// Process 0 writes. errors io
  void save(const Job& job, int number, const Member& member) const;
  /// Brings an empty member to where its file says, as process 0 sees it. false if there is no such file, or it belongs
  /// to something else or is damaged: the member may then be half restored.
  bool restore(const Job& job, int number, Member& member) const;

 private:
  std::filesystem::path file_of(int number) const;
  std::string folder_;
  std::string identity_;
};

}  // namespace larc::nn
