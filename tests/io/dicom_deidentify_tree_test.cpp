// Trees of anything: what is written, copied, refused and remembered, and that names of files stay unnamed.
#include "deidentify_support.h"
#include "io/dicom/deidentify_tree.h"
#include "io_support.h"

namespace larc::io::dicom {
namespace {

using namespace test;
namespace fs = std::filesystem;

std::map<std::string, std::string> contents(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && entry.path().filename() != ".lock")
      files[fs::relative(entry.path(), folder).string()] = read_file(entry.path());
  return files;
}

Json run(const fs::path& in, const fs::path& out, int threads = 2, DeidentifyOptions object = {},
         Secret secret = fixed_secret()) {
  TreeOptions options;
  options.object = object;
  options.threads = threads;
  Pseudonyms pseudonyms(secret);
  return deidentify_tree({in}, out, options, pseudonyms);
}

/// An image of another instance.
std::vector<Node> instance(int number, const std::string& id = "Doe-17") {
  auto nodes = mr_image(id, "Doe^Jane");
  set(nodes, element(0x00080018, "UI", "1.2.3.4." + std::to_string(number)));
  return nodes;
}

class Delivery : public testing::Test {
 protected:
  void SetUp() override {
    for (int n = 0; n < 5; ++n) put("Doe Jane/IM" + std::to_string(n), file_bytes(instance(n), kMr));
    put("Doe Jane/copy/IM0", file_bytes(instance(0), kMr));
    put("Doe Jane/letter to Doe.txt", "Dear Mrs Doe");
    put("Doe Jane/broken", file_bytes(instance(8), kMr).substr(0, 500));
  }
  void put(const std::string& name, const std::string& bytes) { write_file_atomic(in() / name, bytes); }
  fs::path in() const { return folder_.path() / "in"; }
  fs::path out() const { return folder_.path() / "out"; }

 private:
  TemporaryFolder folder_;
};

TEST_F(Delivery, IsWrittenOnceAndNamesNobody) {
  const Json first = run(in(), out());
  EXPECT_EQ(first["files"], 8);
  EXPECT_EQ(first["written"], 5);
  EXPECT_EQ(first["copies"], 1);
  EXPECT_EQ(first["not_dicom"], 1);
  EXPECT_EQ(first["patients"], 1);
  ASSERT_EQ(first["refused"].size(), 1U);
  EXPECT_EQ(position_of(dump_json(first), "doe"), std::string::npos) << dump_json(first);
  const auto files = contents(out());
  EXPECT_EQ(files.size(), 5U + 3U);
  for (const auto& [name, bytes] : files) {
    EXPECT_EQ(position_of(name, "doe"), std::string::npos) << name;
    EXPECT_EQ(position_of(bytes, "doe"), std::string::npos) << name;
  }
  const Json again = run(in(), out());
  EXPECT_EQ(again["written"], 0);
  EXPECT_EQ(again["unchanged"], 7);
  EXPECT_EQ(contents(out()), files);
}

TEST_F(Delivery, DoesNotDependOnThreadsOrStops) {
  run(in(), out(), 1);
  const auto files = contents(out());
  run(in(), out().string() + "-four", 4);
  EXPECT_EQ(contents(out().string() + "-four"), files);
  // a stop: an object and the record are missing, something half-written is left
  const fs::path stopped = out().string() + "-stopped";
  run(in(), stopped);
  fs::remove(stopped / "files.csv");
  for (const auto& [name, bytes] : files)
    if (name.ends_with(".dcm")) {
      fs::remove(stopped / name);
      break;
    }
  write_file_atomic(stopped / ".partial/3", "half");
  run(in(), stopped);
  EXPECT_EQ(contents(stopped), files);
}

TEST_F(Delivery, TwoContentsWithOneUid) {
  auto other = instance(0);
  set(other, element(0x00180050, "DS", "4"));
  put("Doe Jane/other", file_bytes(other, kMr));
  const Json summary = run(in(), out());
  EXPECT_EQ(summary["written"], 5);
  ASSERT_EQ(summary["refused"].size(), 2U);
  EXPECT_NE(dump_json(summary["refused"]).find("other contents"), std::string::npos);
}

TEST_F(Delivery, RefusedFilesAreTriedAgain) {
  auto burned = instance(20);
  set(burned, element(0x00280301, "CS", "YES"));
  put("screen", file_bytes(burned, kMr));
  EXPECT_EQ(run(in(), out())["refused"].size(), 2U);
  DeidentifyOptions accept;
  accept.accept_burned_in = true;
  const Json accepted = run(in(), out(), 2, accept);
  EXPECT_EQ(accepted["written"], 1);
  EXPECT_EQ(accepted["burned_in_accepted"], 1);
  EXPECT_EQ(accepted["refused"].size(), 1U);
}

TEST_F(Delivery, KeepsToItsSecretAndOptions) {
  run(in(), out());
  const auto files = contents(out());
  expect_error(ErrorCode::conflict, "began with another secret", [&] { run(in(), out(), 1, {}, fixed_secret(7)); });
  DeidentifyOptions bare;
  bare.profile = parse_profile_options("none");
  expect_error(ErrorCode::conflict, "begun with other options", [&] { run(in(), out(), 1, bare); });
  expect_error(ErrorCode::refused, "lie within each other", [&] { run(in(), in() / "out"); });
  expect_error(ErrorCode::refused, "lie within each other", [&] { run(in() / "Doe Jane", in()); });
  expect_error(ErrorCode::not_found, "path 1", [&] { run(in() / "Doe", out()); });
  expect_error(ErrorCode::usage, "no option", [] { parse_profile_options("dates"); });
  EXPECT_EQ(contents(out()), files);
}

TEST(DicomDeidentifyTree, EveryRealSetGoesThrough) {
  LARC_NEEDS_DATA("imaging");
  const TemporaryFolder folder;
  DeidentifyOptions options;
  options.allow_missing_id = true;
  const Json summary = run(data_root() / "imaging", folder.path() / "out", 2, options);
  EXPECT_EQ(summary["files"].get<std::size_t>(),
            summary["written"].get<std::size_t>() + summary["copies"].get<std::size_t>() +
                summary["not_dicom"].get<std::size_t>() + summary["directories"].get<std::size_t>() +
                summary["refused"].size());
  EXPECT_GT(summary["written"].get<std::size_t>(), 300U);
  Json reasons = read_json(folder.path() / "out/summary.json");
  std::cout << dump_json(reasons, 1) << '\n';
}

}  // namespace
}  // namespace larc::io::dicom
