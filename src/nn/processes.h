#pragma once
#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "nn/api.h"

namespace larc::nn {

/// The processes that train one ensemble together, connected while this lives: when one of them ends or throws, what
/// the others wait for fails at once. One training at a time in each process. With one process everything here does
/// nothing; with more it makes the program ignore SIGPIPE from then on. Every call may throw io: another process ended,
/// or did not answer within Group::timeout_seconds.
class Processes {
 public:
  /// Waits until all have come. errors domain (group), unsupported (LibTorch without Gloo), io
  explicit Processes(const Group& group);
  ~Processes();
  Processes(const Processes&) = delete;
  Processes& operator=(const Processes&) = delete;

  /// Whether there may be more than one.
  static bool available();

  int rank() const { return rank_; }
  int size() const { return size_; }

  /// The sum over the processes in the place of the values, the same bytes in each. values: float, contiguous
  void sum(const at::Tensor& values);
  /// The bytes of process 0.
  std::string from_first(const std::string& bytes);
  /// errors conflict, in all of them, where one has another text than process 0
  void require_same(const std::string& text, const std::string& what);
  /// Rows that do not depend on each other, each computed by one process. `work` gets some of `rows` and returns one
  /// row of `columns` floats for each. -> (rows, columns)
  at::Tensor gather(const std::vector<std::size_t>& rows, std::int64_t columns,
                    const std::function<at::Tensor(const std::vector<std::size_t>&)>& work);

 private:
  struct Link;
  int rank_;
  int size_;
  std::unique_ptr<Link> link_;
};

}  // namespace larc::nn
