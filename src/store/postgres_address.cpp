#include "store/postgres_address.h"

#include <libpq-fe.h>

#include <cstdlib>
#include <map>

#include "core/error.h"
#include "core/text.h"

namespace larc::store {

namespace {

using Parts = std::map<std::string, std::string>;

Parts parts_of(const std::string& address) {
  char* reason = nullptr;
  PQconninfoOption* options = PQconninfoParse(address.c_str(), &reason);
  if (options == nullptr) {
    // The reason may quote the address.
    PQfreemem(reason);
    throw Error(ErrorCode::format,
                "key 'database' in study.yaml is no address of a database; write postgresql://user@host:port/database");
  }
  Parts parts;
  for (const PQconninfoOption* option = options; option->keyword != nullptr; ++option)
    if (option->val != nullptr) parts[option->keyword] = option->val;
  PQconninfoFree(options);
  return parts;
}

std::string or_environment(const std::string& value, const char* name) {
  const char* other = std::getenv(name);
  return value.empty() && other != nullptr ? other : value;
}

bool is_this_machine(const std::string& host) {
  return host.empty() || host[0] == '/' || host[0] == '@' || host == "localhost" || host == "::1" ||
         host.starts_with("127.");
}

/// Whether the connection may leave this machine. A service file may name any host.
bool crosses_a_network(Parts& parts) {
  const std::string numeric = or_environment(parts["hostaddr"], "PGHOSTADDR");
  const std::string hosts = numeric.empty() ? or_environment(parts["host"], "PGHOST") : numeric;
  if (hosts.empty()) return !or_environment(parts["service"], "PGSERVICE").empty();
  for (const auto& host : split(hosts, ','))
    if (!is_this_machine(std::string(trim(host)))) return true;
  return false;
}

}  // namespace

PostgresAddress parse_postgres_address(const std::string& address) {
  Parts parts = parts_of(address);
  PostgresAddress result;
  result.shown = "postgresql://" + (parts["user"].empty() ? "" : parts["user"] + "@") + parts["host"] +
                 (parts["port"].empty() ? "" : ":" + parts["port"]) + "/" + parts["dbname"];
  if (!crosses_a_network(parts)) return result;
  const std::string& mode = parts["sslmode"];
  if (mode == "disable")
    throw Error(ErrorCode::format, "the database " + result.shown +
                                       " lies on another machine and its address says sslmode=disable, so that values "
                                       "of patients would cross the network in the clear; write sslmode=verify-full, "
                                       "or leave sslmode out");
  const std::string given = or_environment(mode, "PGSSLMODE");
  if (!given.starts_with("verify-")) result.sslmode = "require";
  return result;
}

}  // namespace larc::store
