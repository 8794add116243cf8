#include "core/error.h"

namespace larc {

std::string to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage:
      return "usage";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::format:
      return "format";
    case ErrorCode::domain:
      return "domain";
    case ErrorCode::shape_mismatch:
      return "shape_mismatch";
    case ErrorCode::geometry_mismatch:
      return "geometry_mismatch";
    case ErrorCode::unsupported:
      return "unsupported";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::not_ready:
      return "not_ready";
    case ErrorCode::refused:
      return "refused";
    case ErrorCode::io:
      return "io";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

int exit_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage:
      return 2;
    case ErrorCode::not_found:
    case ErrorCode::format:
    case ErrorCode::domain:
    case ErrorCode::shape_mismatch:
    case ErrorCode::geometry_mismatch:
    case ErrorCode::unsupported:
    case ErrorCode::conflict:
    case ErrorCode::io:
      return 3;
    case ErrorCode::not_ready:
      return 4;
    case ErrorCode::refused:
      return 5;
    case ErrorCode::internal:
      return 1;
  }
  return 1;
}

Error::Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)), what_(message_) {}

Error& Error::with_context(std::string where) {
  what_ = where + ": " + what_;
  context_.push_back(std::move(where));
  return *this;
}

}  // namespace larc
