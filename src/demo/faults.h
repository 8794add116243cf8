#pragma once
#include <string>
#include <vector>

#include "core/random.h"
#include "demo/record.h"

namespace larc::demo {

/// A cell that holds what the dictionary does not allow.
struct CellFault {
  std::string variable;
  std::string delivered;
  std::string what;
};
const std::vector<CellFault>& cell_faults();

/// Changes values so that check C01 .. C22 of the rectal protocol (1 .. 22) is broken; some break another one too.
void break_check(int check, Record& record);

/// A way to write "no value": mostly nothing, else one of the codes that the protocol declares.
std::string missing_code(Random& random);

}  // namespace larc::demo
