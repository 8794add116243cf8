#pragma once
#include <string>
#include <vector>

namespace larc::store {

struct Migration {
  std::string name;  // "0001_registry"
  std::string sql;   // statements, each ended by ';' at the end of a line
};

/// All migrations, by number. Written by CMake from migrations/*.sql.
std::vector<Migration> migrations();

}  // namespace larc::store
