#pragma once
#include <string>
#include <string_view>

namespace larc::clinical {

/// The separator of a text table, out of comma, semicolon, tab and |: the one that cuts the header and the first rows
/// into the same number of cells, quotes honoured; of several, the one that gives the most columns. errors format:
/// empty, or none gives two columns
char find_separator(std::string_view text, const std::string& name);

}  // namespace larc::clinical
