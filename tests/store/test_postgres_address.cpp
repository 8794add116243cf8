#include <gtest/gtest.h>

#include <cstdlib>

#include "core/error.h"
#include "store/postgres_address.h"

namespace larc::store {
namespace {

std::string mode_of(const std::string& address) {
  return parse_postgres_address(address).sslmode;
}

TEST(PostgresAddress, AsksForTlsWhereANetworkIsCrossed) {
  for (const char* variable : {"PGHOST", "PGHOSTADDR", "PGSERVICE", "PGSSLMODE"}) ::unsetenv(variable);
  for (const char* here :
       {"postgresql://u@127.0.0.1:5433/d", "postgresql://u@localhost/d", "postgresql://u@[::1]/d",
        "postgresql://u@/d?host=/run/postgresql", "postgresql:///d", "postgresql://u@localhost/d?sslmode=disable"})
    EXPECT_EQ(mode_of(here), "") << here;
  for (const char* away : {"postgresql://u@db.hospital.org/d", "postgresql://u@10.0.0.7/d?sslmode=prefer",
                           "postgresql://u@localhost,db.hospital.org/d", "postgresql://u@localhost/d?hostaddr=10.0.0.7",
                           "postgresql:///d?service=studies"})
    EXPECT_EQ(mode_of(away), "require") << away;
  EXPECT_EQ(mode_of("postgresql://u@db.hospital.org/d?sslmode=verify-full"), "");
  ::setenv("PGHOST", "db.hospital.org", 1);
  EXPECT_EQ(mode_of("postgresql:///d"), "require");
  ::setenv("PGSSLMODE", "verify-ca", 1);
  EXPECT_EQ(mode_of("postgresql:///d"), "");
  ::unsetenv("PGHOST");
  ::unsetenv("PGSSLMODE");
}

TEST(PostgresAddress, RefusesANetworkWithoutTls) {
  try {
    parse_postgres_address("postgresql://u:secret@db.hospital.org/d?sslmode=disable");
    FAIL() << "taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::format);
    const std::string message = error.what();
    EXPECT_NE(message.find("postgresql://u@db.hospital.org/d"), std::string::npos) << message;
    EXPECT_NE(message.find("sslmode=verify-full"), std::string::npos) << message;
    EXPECT_EQ(message.find("secret"), std::string::npos) << message;
  }
}

}  // namespace
}  // namespace larc::store
