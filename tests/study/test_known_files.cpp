// A delivered file is not read twice unless it may have changed; a change is noticed whatever its times say.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "core/file.h"
#include "core/hash.h"
#include "io/image_file.h"
#include "study/import.h"
#include "study/known_files.h"
#include "study_phantom.h"
#include "support/test_data.h"

namespace larc::study {
namespace {

namespace fs = std::filesystem;

class Known : public testing::Test {
 protected:
  Known() {
    write_file_atomic(one_, "first content");
    write_file_atomic(two_, "other content");
  }
  /// Later than the clock of any file system ticks.
  static void wait() { std::this_thread::sleep_for(std::chrono::milliseconds(60)); }
  /// Another content of the same length, with the times of before.
  void change(const fs::path& path, const std::string& content) const {
    const auto time = fs::last_write_time(path);
    std::ofstream(path, std::ios::binary) << content;
    fs::last_write_time(path, time);
  }
  const test::TemporaryFolder folder_;
  const fs::path one_ = folder_.path() / "one", two_ = folder_.path() / "two";
  std::string kept_;
};

TEST_F(Known, an_unchanged_file_is_read_once) {
  KnownFiles first(kept_, 0);
  EXPECT_EQ(first.sha256(one_), sha256("first content"));
  EXPECT_EQ(first.sha256(one_), sha256("first content"));
  EXPECT_EQ(first.read(), 1U);
  kept_ = first.kept();
  for (int n = 0; n < 2; ++n) {
    KnownFiles next(kept_, 0);
    EXPECT_EQ(next.sha256(one_), sha256("first content"));
    EXPECT_EQ(next.read(), 0U);
    EXPECT_EQ(next.sha256(two_), sha256("other content"));
    EXPECT_EQ(next.read(), n == 0 ? 1U : 0U);
    kept_ = next.kept();
  }
  KnownFiles again("", 0);
  EXPECT_EQ(again.sha256(one_), sha256("first content"));
  EXPECT_EQ(again.read(), 1U);
}

TEST_F(Known, a_changed_file_is_read_whatever_its_size_and_mtime_say) {
  KnownFiles first(kept_, 0);
  first.sha256(one_);
  kept_ = first.kept();
  wait();
  change(one_, "FIRST CONTENT");
  KnownFiles second(kept_, 0);
  EXPECT_EQ(second.sha256(one_), sha256("FIRST CONTENT"));
  EXPECT_EQ(second.read(), 1U);
  // Another file under the same name, too.
  wait();
  fs::rename(two_, one_);
  EXPECT_EQ(second.sha256(one_), sha256("other content"));
}

TEST_F(Known, a_young_file_is_not_trusted) {
  KnownFiles first(kept_);
  first.sha256(one_);
  EXPECT_EQ(first.sha256(one_), sha256("first content"));
  EXPECT_EQ(first.read(), 2U);
  kept_ = first.kept();
  EXPECT_TRUE(kept_.empty());
}

TEST_F(Known, a_damaged_list_counts_for_nothing) {
  KnownFiles first(kept_, 0);
  first.sha256(one_);
  first.sha256(two_);
  kept_ = first.kept();
  const std::string whole = kept_;
  for (const std::string& damaged : {std::string(), whole.substr(0, whole.size() - 7), "x" + whole, whole + "\n",
                                     whole.substr(0, 19) + whole.substr(19 + 98) + whole.substr(19, 98)}) {
    KnownFiles next(damaged, 0);
    EXPECT_EQ(next.sha256(one_), sha256("first content"));
    EXPECT_EQ(next.read(), 1U) << damaged;
  }
  KnownFiles next(whole, 0);
  next.sha256(one_);
  EXPECT_EQ(next.read(), 0U);
}

TEST_F(Known, a_list_of_many_files_grows) {
  std::vector<fs::path> files;
  for (int n = 0; n < 300; ++n) {
    files.push_back(folder_.path() / ("f" + std::to_string(n)));
    write_file_atomic(files.back(), std::to_string(n));
  }
  for (std::size_t from = 0; from < files.size(); from += 100) {
    KnownFiles part(kept_, 0);
    for (std::size_t n = 0; n < from + 100; ++n) EXPECT_EQ(part.sha256(files[n]), sha256(std::to_string(n)));
    EXPECT_EQ(part.read(), 100U);
    kept_ = part.kept();
  }
}

constexpr const char* kProtocol = R"(
format: larc.study/1
id: again
table: {patient: patient_id}
variables:
  age: {type: number, available_from: P0}
  outcome: {type: number, available_from: LABEL}
images:
  t2_1: {available_from: P0, files: "{patient}.nrrd"}
endpoints:
  y: {type: binary, positive: outcome == 1}
)";

TEST(ImportAgain, trusts_what_is_known_and_reads_again_where_it_is_told_to) {
  const test::TemporaryFolder folder;
  const fs::path study_folder = folder.path() / "s", delivery = folder.path() / "delivery";
  fs::create_directories(delivery);
  io::write_image(delivery / "P1.nrrd", phantom(1).volume);
  init_study(study_folder, kProtocol);
  const auto input_of_image = [&](bool reread) {
    Study study(study_folder);
    ImportChoices choices;
    choices.reread = reread;
    EXPECT_TRUE(import_paths(study, {delivery}, choices, {}).summary.at("failed").empty());
    return study.ledger.find("import", "P1/t2_1")->input_hash;
  };
  const auto kept = [&] {
    const auto job = Study(study_folder).ledger.find("known files", "import");
    return job ? job->result : std::string();
  };
  const std::string first = input_of_image(false);
  EXPECT_TRUE(kept().empty());  // too young
  std::this_thread::sleep_for(std::chrono::milliseconds(4100));
  EXPECT_EQ(input_of_image(false), first);
  ASSERT_FALSE(kept().empty());
  // A list that is wrong shows what is taken from it.
  std::string list = kept();
  list.replace(list.size() - 65, 64, std::string(64, '0'));
  Study(study_folder).ledger.record({"known files", "import", "", true, "", list, 0});
  EXPECT_NE(input_of_image(false), first);
  EXPECT_EQ(input_of_image(true), first);
  EXPECT_EQ(input_of_image(false), first);  // and the list is mended
  // A changed image is a new image, whatever its time says.
  const auto time = fs::last_write_time(delivery / "P1.nrrd");
  io::write_image(delivery / "P1.nrrd", phantom(3).volume);
  fs::last_write_time(delivery / "P1.nrrd", time);
  EXPECT_NE(input_of_image(false), first);
}

}  // namespace
}  // namespace larc::study
