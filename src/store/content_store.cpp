#include "store/content_store.h"

#include <thread>

#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"

namespace larc::store {

std::filesystem::path ContentStore::path_of(const std::string& hash) const {
  return folder_ / hash.substr(0, 2) / hash.substr(2);
}

std::string ContentStore::put(std::string_view bytes) const {
  const std::string hash = sha256(bytes);
  if (!contains(hash)) write_file_atomic(path_of(hash), bytes);
  return hash;
}

std::string ContentStore::get(const std::string& hash) const {
  if (!contains(hash))
    throw Error(ErrorCode::not_found, "object " + hash + " is missing from " + folder_.string() +
                                          "; restore the folder from a copy, or import the data again");
  const std::string bytes = read_file(path_of(hash));
  if (sha256(bytes) != hash)
    throw Error(ErrorCode::format, "object " + hash + " in " + folder_.string() +
                                       " was changed after it was written; delete it and import the data again");
  return bytes;
}

bool ContentStore::contains(const std::string& hash) const {
  return hash.size() == 64 && std::filesystem::exists(path_of(hash));
}

}  // namespace larc::store
