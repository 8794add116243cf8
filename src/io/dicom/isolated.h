#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace larc::io::dicom {

/// Where a child process stands; in memory that both processes see.
struct Progress {
  std::atomic<std::uint32_t> job{0};
};

struct IsolatedEnd {
  bool completed = false;
  std::uint32_t job = 0;  // the one that it ended in, where it did not complete
  std::string reason;     // "crashed (signal 11)", "took longer than 20 s", "needed more than 1024 MB"
};

/// Runs `work` in a child process, which may crash, hang or eat memory: 1 GiB of memory beyond what the process has, 20
/// s for each job. `work` gets `bytes` of zeroed memory that `take` sees afterwards, and says which job it is at.
/// errors io: the system gives no memory or no process
IsolatedEnd run_isolated(std::size_t bytes, const std::function<void(std::byte*, Progress&)>& work,
                         const std::function<void(const std::byte*)>& take);

}  // namespace larc::io::dicom
