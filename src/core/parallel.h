#pragma once
#include <cstddef>
#include <functional>

namespace larc {

/// All processors the process may use, at least 1.
int hardware_threads();

/// Calls work(0) .. work(count - 1), each once, on up to `threads` threads. Each call must write only its own result,
/// so that nothing depends on the number of threads. If calls throw, all others still run and the exception of the
/// lowest index is rethrown at the end.
void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& work);

}  // namespace larc
