#include "study/readable_value.h"

#include "core/error.h"

namespace larc::study {

std::optional<clinical::Datum> readable_value(const clinical::PatientView& view, const std::string& variable) {
  try {
    return view(variable);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::domain) throw;
    return std::nullopt;
  }
}

}  // namespace larc::study
