#pragma once

namespace larc {

/// The version of larc, as in CMakeLists.txt.
const char* version();
/// The commit it was built from, "unknown" outside a checkout.
const char* commit();

}  // namespace larc
