#pragma once
#include <string>

namespace larc::store {

/// What the address of a PostgreSQL server says before it is asked for anything.
struct PostgresAddress {
  std::string shown;    // for messages: user, host, port and database, never the password
  std::string sslmode;  // to be set over the address's own; empty: as it says
};

/// Values of patients cross a network under TLS alone: with a host that is neither this machine nor a socket the mode
/// is at least "require". Hosts that the address leaves open are those of PGHOST and PGHOSTADDR.
/// errors format: no address, or it switches TLS off for such a host
PostgresAddress parse_postgres_address(const std::string& address);

}  // namespace larc::store
