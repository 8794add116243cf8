#include "io/dicom/isolated.h"

#include <semaphore.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <new>

#include "core/error.h"

namespace larc::io::dicom {

namespace {

constexpr int kSecondsEach = 20;
constexpr rlim_t kMemory = rlim_t{1} << 30;
constexpr int kOutOfMemory = 3;

struct Control {
  sem_t done;
  Progress progress;
};

/// Pages of this process, so that the limit counts from here (a sanitizer reserves terabytes).
rlim_t memory_now() {
  std::ifstream statm("/proc/self/statm");
  rlim_t pages = 0;
  statm >> pages;
  return pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE));
}

[[noreturn]] void be_child(const std::function<void(std::byte*, Progress&)>& work, std::byte* shared,
                           Control& control) {
  for (const int number : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGTERM, SIGINT, SIGALRM, SIGXCPU})
    ::signal(number, SIG_DFL);
  const rlimit no_core{0, 0}, memory{memory_now() + kMemory, memory_now() + kMemory};
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::setrlimit(RLIMIT_AS, &memory);
  int status = 0;
  try {
    work(shared, control.progress);
  } catch (const std::bad_alloc&) {
    status = kOutOfMemory;
  } catch (...) {
    status = 1;
  }
  if (status == 0) ::sem_post(&control.done);
  ::_exit(status);
}

/// Waits for the child, which is killed when one job takes too long. Returns its wait status.
int wait_for(pid_t child, Control& control, bool& killed) {
  using Clock = std::chrono::steady_clock;
  std::uint32_t job = 0;
  auto since = Clock::now();
  int status = 0;
  killed = false;
  for (;;) {
    const pid_t ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child || (ended < 0 && errno != EINTR)) return status;
    timespec until{};
    ::clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 20'000'000;
    if (until.tv_nsec >= 1'000'000'000) {
      until.tv_nsec -= 1'000'000'000;
      ++until.tv_sec;
    }
    ::sem_timedwait(&control.done, &until);  // wakes at once when the child is through
    if (const std::uint32_t now = control.progress.job; now != job) {
      job = now;
      since = Clock::now();
    }
    if (!killed && Clock::now() - since > std::chrono::seconds(kSecondsEach)) {
      killed = true;
      ::kill(child, SIGKILL);
    }
  }
}

}  // namespace

IsolatedEnd run_isolated(std::size_t bytes, const std::function<void(std::byte*, Progress&)>& work,
                         const std::function<void(const std::byte*)>& take) {
  const std::size_t before = (sizeof(Control) + 63) / 64 * 64;
  void* memory =
      ::mmap(nullptr, before + bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED)
    throw Error(ErrorCode::io, "no shared memory for decoding; free memory or run with fewer threads");
  auto* control = new (memory) Control;
  auto* shared = static_cast<std::byte*>(memory) + before;
  ::sem_init(&control->done, 1, 0);
  IsolatedEnd end;
  const pid_t child = ::fork();
  if (child == 0) be_child(work, shared, *control);
  if (child < 0) {
    ::munmap(memory, before + bytes);
    throw Error(ErrorCode::io, "no child process for decoding; raise the limit of processes");
  }
  bool killed = false;
  const int status = wait_for(child, *control, killed);
  end.completed = !killed && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  end.job = control->progress.job;
  if (killed)
    end.reason = "took longer than " + std::to_string(kSecondsEach) + " s";
  else if (WIFEXITED(status) && WEXITSTATUS(status) == kOutOfMemory)
    end.reason = "needed more than 1024 MB";
  else if (WIFSIGNALED(status))
    end.reason = "crashed (signal " + std::to_string(WTERMSIG(status)) + ")";
  else
    end.reason = "ended early";
  try {
    if (end.completed) take(shared);
  } catch (...) {
    ::munmap(memory, before + bytes);
    throw;
  }
  ::sem_destroy(&control->done);
  ::munmap(memory, before + bytes);
  return end;
}

}  // namespace larc::io::dicom
