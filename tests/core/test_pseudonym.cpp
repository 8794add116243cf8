// Secrets, pseudonyms and date shifts: stable, keyed, and with clear refusals.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "core/error.h"
#include "core/file.h"
#include "core/pseudonym.h"
#include "support/test_data.h"

namespace larc {
namespace {

Secret fixed_secret(unsigned char first = 0) {
  std::array<unsigned char, 32> key{};
  for (std::size_t n = 0; n < key.size(); ++n) key[n] = static_cast<unsigned char>(first + n);
  return Secret::from_bytes(key);
}

void expect_code(ErrorCode code, const std::string& part, const std::function<void()>& work) {
  try {
    work();
    ADD_FAILURE() << "no error; expected '" << part << "'";
  } catch (const Error& error) {
    EXPECT_EQ(to_string(error.code()), to_string(code)) << error.what();
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

// Oracle: python3 -c "import hmac; print(hmac.new(bytes(range(32)), b'patient\0' + b'4711', 'sha256').hexdigest())"
TEST(Secret, IsHmacSha256) {
  EXPECT_EQ(fixed_secret().keyed_hex("patient", "4711", 64),
            "7e4b255c2db22401c5f69fa2ce4380345ba2f9033213d259c5592dbb1676268f");
  EXPECT_NE(fixed_secret().keyed_hex("patient", "4711", 64), fixed_secret(1).keyed_hex("patient", "4711", 64));
  EXPECT_NE(fixed_secret().keyed_hex("patient", "4711", 64), fixed_secret().keyed_hex("uid", "4711", 64));
}

TEST(Secret, IsMadeOnceForItsOwnerAlone) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "keys" / "secret";
  const Secret made = Secret::create(path);
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  EXPECT_EQ(Secret::read(path).fingerprint(), made.fingerprint());
  const std::string bytes = read_file(path);
  expect_code(ErrorCode::conflict, "never replaced", [&] { Secret::create(path); });
  EXPECT_EQ(read_file(path), bytes);
  EXPECT_NE(Secret::create(folder.path() / "other").fingerprint(), made.fingerprint());
  EXPECT_EQ(bytes.find(made.fingerprint()), std::string::npos);
}

TEST(Secret, RefusesWhatIsNone) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "secret";
  expect_code(ErrorCode::not_found, "--create-secret", [&] { Secret::read(path); });
  const Secret made = Secret::create(path);
  for (const mode_t mode : {0640, 0604, 0620, 0602}) {
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
    expect_code(ErrorCode::refused, "chmod 600", [&] { Secret::read(path); });
  }
  ASSERT_EQ(::chmod(path.c_str(), 0600), 0);
  const std::string whole = read_file(path);
  for (const std::string& text : {std::string(), whole.substr(0, 40),
                                  std::string("larc secret 1\n") + std::string(64, 'z'), std::string(200, 'a')}) {
    std::ofstream(path, std::ios::trunc) << text;
    expect_code(ErrorCode::format, "backup", [&] { Secret::read(path); });
  }
  expect_code(ErrorCode::format, "ordinary file", [&] {
    ASSERT_EQ(::chmod(folder.path().c_str(), 0700), 0);
    Secret::read(folder.path());
  });
  made.expect_fingerprint(made.fingerprint(), "this study");
  expect_code(ErrorCode::conflict, "this study began with another secret",
              [&] { fixed_secret().expect_fingerprint(made.fingerprint(), "this study"); });
}

TEST(Pseudonym, OneWayOfWritingAnId) {
  for (const char* same : {"ab 12", " AB 12", "AB  12 ", "Ab\t12", "ＡＢ　１２",
                           "AB\xC2\xA0"
                           "12",
                           "ab 12\n"})
    EXPECT_EQ(normalised_patient_id(same), "AB 12") << same;
  EXPECT_EQ(normalised_patient_id("000120"), "120");
  EXPECT_EQ(normalised_patient_id("000"), "0");
  EXPECT_EQ(normalised_patient_id("0A12"), "0A12");
  EXPECT_EQ(normalised_patient_id("张三"), "张三");
  EXPECT_EQ(normalised_patient_id("  "), "");
  EXPECT_EQ(normalised_patient_id("\xEF\xBC"), "\xEF\xBC");
}

TEST(Pseudonym, IsStableAndReadable) {
  Pseudonyms pseudonyms(fixed_secret()), again(fixed_secret()), other(fixed_secret(9));
  const std::string pseudonym = pseudonyms.of_patient("4711");
  EXPECT_EQ(pseudonym.size(), 11U);
  EXPECT_EQ(pseudonym[0], 'P');
  EXPECT_EQ(pseudonym.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ"), std::string::npos);
  EXPECT_EQ(pseudonym.find("4711"), std::string::npos);
  EXPECT_EQ(pseudonym, again.of_patient(" 04711 "));
  EXPECT_NE(pseudonym, other.of_patient("4711"));
  EXPECT_NE(pseudonym, pseudonyms.of_patient("4712"));
  expect_code(ErrorCode::domain, "patient id is empty", [&] { pseudonyms.of_patient("  "); });
  const auto met = pseudonyms.met();
  ASSERT_EQ(met.size(), 2U);
  EXPECT_EQ(met[0].normalised_id, "4711");
  EXPECT_EQ(met[0].pseudonym, pseudonym);
  EXPECT_EQ(met[0].date_shift_days, pseudonyms.date_shift_days("04711"));
}

TEST(Pseudonym, CollisionsAreFound) {
  Pseudonyms pseudonyms(fixed_secret(), 1);  // 32 pseudonyms
  expect_code(ErrorCode::conflict, "two patients would share", [&] {
    for (int n = 1; n < 40; ++n) pseudonyms.of_patient(std::to_string(n));
  });
  Pseudonyms many(fixed_secret());
  std::set<std::string> seen;
  for (int n = 1; n <= 20000; ++n) seen.insert(many.of_patient(std::to_string(n)));
  EXPECT_EQ(seen.size(), 20000U);
}

TEST(Pseudonym, ShiftsSpreadOverTenYears) {
  const Pseudonyms pseudonyms(fixed_secret());
  int low = 0, high = -9999;
  double sum = 0;
  for (int n = 1; n <= 5000; ++n) {
    const int shift = pseudonyms.date_shift_days(std::to_string(n));
    low = std::min(low, shift);
    high = std::max(high, shift);
    sum += shift;
  }
  EXPECT_GE(low, -3650);
  EXPECT_LE(high, -1);
  EXPECT_LT(low, -3640);
  EXPECT_GT(high, -11);
  EXPECT_NEAR(sum / 5000, -1825.5, 60);  // 4 standard errors
}

TEST(Pseudonym, DatesMoveInTheirOwnForm) {
  EXPECT_EQ(shifted_date("20200301", -1), "20200229");
  EXPECT_EQ(shifted_date("2020-03-01", -1), "2020-02-29");
  EXPECT_EQ(shifted_date("2020.01.01", -1), "2019.12.31");
  EXPECT_EQ(shifted_date("2020/01/01T10:00", -366), "2018/12/31T10:00");
  EXPECT_EQ(shifted_date("19000101", 0), "19000101");
  for (const char* none : {"", "2020", "202001", "20201301", "20210229", "2020-1-01", "2020-01.01", "202003011",
                           "abcdefgh", "01.03.2020", "00000000", "2020-03-0"})
    EXPECT_FALSE(shifted_date(none, -1).has_value()) << none;
}

TEST(Pseudonym, UidsAreValidAndKeyed) {
  const Pseudonyms pseudonyms(fixed_secret()), other(fixed_secret(3));
  std::set<std::string> seen;
  for (int n = 0; n < 500; ++n) {
    const std::string uid = pseudonyms.uid("1.2.3." + std::to_string(n));
    EXPECT_LE(uid.size(), 44U);
    EXPECT_EQ(uid.substr(0, 5), "2.25.");
    EXPECT_NE(uid[5], '0');
    EXPECT_EQ(uid.find_first_not_of("0123456789."), std::string::npos);
    EXPECT_NE(uid, other.uid("1.2.3." + std::to_string(n)));
    seen.insert(uid);
  }
  EXPECT_EQ(seen.size(), 500U);
  EXPECT_EQ(pseudonyms.code("tracking", "a", 12).size(), 12U);
  EXPECT_NE(pseudonyms.code("tracking", "a", 12), pseudonyms.code("visit", "a", 12));
}

}  // namespace
}  // namespace larc
