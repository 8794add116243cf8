#pragma once
#include "core/json.h"

namespace larc::report {

/// Versions of the libraries that take part in the numbers; loads none of them.
Json library_versions();

}  // namespace larc::report
