#pragma once
#include <exception>
#include <string>
#include <vector>

namespace larc {

/// What went wrong, in a dozen kinds. `exit_code` maps each to the code the command line ends with.
enum class ErrorCode {
  usage,              // wrong command line
  not_found,          // a file, patient, column or key that does not exist
  format,             // a file that is not what its name or header says
  domain,             // a value outside what the field allows
  shape_mismatch,     // two things that should have the same length or size
  geometry_mismatch,  // image and mask in different frames
  unsupported,        // understood, and deliberately not handled
  conflict,           // two inputs that contradict each other
  not_ready,          // an earlier step is missing
  refused,            // a rule forbids it: leak, sealed set, locked model, too few events
  io,                 // the operating system said no
  internal            // a defect of larc
};

std::string to_string(ErrorCode code);

/// 2 usage, 3 bad input, 4 not ready, 5 refused, 1 internal.
int exit_code(ErrorCode code);

/// The one exception type. `message` says what is wrong and how to mend it, without patient data;
/// callers add where it happened with `with_context` on the way up, innermost first.
class Error : public std::exception {
 public:
  Error(ErrorCode code, std::string message);
  ErrorCode code() const { return code_; }
  const std::string& message() const { return message_; }
  const std::vector<std::string>& context() const { return context_; }
  /// "outer: inner: message"
  const char* what() const noexcept override { return what_.c_str(); }
  Error& with_context(std::string where);

 private:
  ErrorCode code_;
  std::string message_;
  std::vector<std::string> context_;
  std::string what_;
};

/// Runs `work` and adds `where` to any Error that leaves it.
template <typename Work>
auto in_context(const std::string& where, Work&& work) -> decltype(work()) {
  try {
    return work();
  } catch (Error& error) {
    error.with_context(where);
    throw;
  }
}

}  // namespace larc
