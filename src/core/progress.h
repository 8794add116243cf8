#pragma once
#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>

namespace larc {

/// A bar on standard error with rate and remaining time. Silent when standard error is not a terminal, when progress is
/// switched off, and during the first two seconds. Safe to advance from several threads.
class Progress {
 public:
  Progress(std::string label, std::size_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void advance(std::size_t steps = 1);
  /// For the whole process: `--quiet`.
  static void set_enabled(bool enabled);

 private:
  void draw();
  std::string label_;
  std::size_t total_;
  std::size_t done_ = 0;
  bool active_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point last_draw_;
  std::mutex mutex_;
};

/// "1:05", "2:03:04"
std::string format_duration(double seconds);

}  // namespace larc
