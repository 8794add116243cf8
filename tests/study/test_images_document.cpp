// What reports/images.html is made from: pictures of every image, what is missing and why, commands for a shell.
#include <gtest/gtest.h>

#include "core/error.h"
#include "io/image_file.h"
#include "study/image_quality.h"
#include "study/images_document.h"
#include "study/thumbnail.h"
#include "study_phantom.h"
#include "support/test_data.h"

namespace larc::study {
namespace {

constexpr const char* kProtocol = R"(
format: larc.study/1
id: images-1
title: {en: Images, zh: 图像}
table: {patient: patient_id}
variables:
  response: {type: number, available_from: LABEL}
endpoints:
  y: {type: binary, positive: response == 1}
images:
  t2_1: {dicom: {modality: MR}, label: {en: T2w, zh: T2WI}}
  adc_1: {dicom: {modality: MR}, label: {en: ADC, zh: ADC}}
)";

class Images : public testing::Test {
 protected:
  Images() {
    init_study(folder_.path() / "s", kProtocol);
    study_ = std::make_unique<Study>(folder_.path() / "s");
  }
  void add(const std::string& patient, const std::string& role, std::uint64_t seed) {
    study_->registry.add_image(
        {patient, role, study_->content.put(io::encode_nrrd(phantom(seed).volume)), "f", Json::object()});
  }
  const Json& of(const Json& list, const std::string& patient, const std::string& role) {
    for (const Json& one : list)
      if (one.at("patient") == patient && one.at("role") == role) return one;
    ADD_FAILURE() << patient << " " << role << " is not there";
    return list.at(0);
  }

  const test::TemporaryFolder folder_;
  std::unique_ptr<Study> study_;
};

TEST_F(Images, EveryImageHasAPictureAndThoseWithoutObjectionASmallOne) {
  for (std::uint64_t n = 0; n < 6; ++n) add("P" + std::to_string(n), "t2_1", n + 1);
  run_quality(*study_, {});
  study_->registry.decide({"P5", "t2_1", "quality", "exclude", "blurred", "Reader", ""});
  const Json document = images_document(*study_);
  ASSERT_EQ(document.at("quality").size(), 6u);
  for (const Json& one : document.at("quality")) {
    const bool eye = one.at("verdict") != "ok" || one.at("patient") == "P5";
    EXPECT_EQ(one.at("picture").at("width"), eye ? 176 : 88) << one.at("patient");
  }
}

TEST_F(Images, WhatIsMissingSaysWhy) {
  add("P1", "t2_1", 1);
  study_->registry.add_patient("P2");
  study_->ledger.record({"import", "P1/adc_1", "h", false, "slice 3 is missing", "", 0});
  study_->intake.put_choice(
      "P2", "t2_1",
      {{"state", "none"}, {"why", {{"en", ""}, {"zh", ""}}}, {"chosen", nullptr}, {"candidates", Json::array()}});
  study_->intake.put_choice("P2", "adc_1",
                            {{"state", "ambiguous"},
                             {"why", {{"en", "2 series fit"}, {"zh", "2 个序列符合"}}},
                             {"chosen", nullptr},
                             {"candidates", Json::array()}});
  const Json document = images_document(*study_);
  ASSERT_EQ(document.at("absent").size(), 2u) << document.at("absent").dump(1);
  EXPECT_EQ(of(document.at("absent"), "P1", "adc_1").at("why").at("en"), "not imported: slice 3 is missing");
  EXPECT_EQ(of(document.at("absent"), "P2", "t2_1").at("why").at("zh"), "没有符合的序列");
  EXPECT_EQ(of(document.at("open"), "P2", "adc_1").at("why").at("en"), "2 series fit");
}

TEST_F(Images, CommandsAreForAShell) {
  add("O'Hara $1", "t2_1", 1);
  study_->intake.put_choice("P-2.a", "t2_1",
                            {{"state", "ambiguous"},
                             {"why", {{"en", "2 series fit"}, {"zh", "2 个序列符合"}}},
                             {"chosen", nullptr},
                             {"candidates", Json::array()}});
  run_quality(*study_, {});
  const Json document = images_document(*study_);
  EXPECT_EQ(document.at("quality").at(0).at("commands").at("keep"),
            "larc decide STUDY --patient 'O'\\''Hara $1' --image t2_1 --quality keep --by NAME --reason TEXT");
  const Json& open = document.at("open").at(0);
  EXPECT_EQ(open.at("command"),
            "larc decide STUDY --patient P-2.a --image t2_1 --series '...' --by NAME --reason TEXT");
  EXPECT_EQ(open.at("command_none"),
            "larc decide STUDY --patient P-2.a --image t2_1 --series none --by NAME --reason TEXT");
}

TEST_F(Images, PairsThatAreOnlyAlikeAreNoDuplicates) {
  for (const char* patient : {"P1", "P2", "P3"}) add(patient, "t2_1", 1);
  add("P4", "t2_1", 9);
  run_quality(*study_, {});
  EXPECT_EQ(duplicate_images(*study_).size(), 3u);
  EXPECT_TRUE(alike_images(*study_).empty());
  study_->ledger.record({"duplicates", "all", "h", true, "",
                         R"([["P1","t2_1","P2","t2_1","exact",1],["P1","t2_1","P2","t2_1","alike",0.84],)"
                         R"(["P3","t2_1","P4","t2_1","alike",0.85]])",
                         0});
  EXPECT_EQ(duplicate_images(*study_).size(), 1u);
  const auto alike = alike_images(*study_);
  ASSERT_EQ(alike.size(), 1u);
  EXPECT_EQ(alike[0].first.first, "P3");
  EXPECT_FALSE(shared_units(duplicate_images(*study_)).contains("P3"));
  const Json document = images_document(*study_);
  EXPECT_EQ(document.at("duplicates").size(), 1u);
  EXPECT_EQ(document.at("alike").at(0).at("kind"), "alike");
}

TEST(Thumbnail, SmallerIsHalfAndNothingElse) {
  const Json whole = thumbnail_of_slice(phantom().volume), half = smaller_picture(whole);
  EXPECT_EQ(half.at("width"), 88);
  EXPECT_EQ(half.at("height"), 88);
  EXPECT_LT(half.at("png").get<std::string>().size(), whole.at("png").get<std::string>().size());
  EXPECT_EQ(half, smaller_picture(whole));
  EXPECT_THROW(smaller_picture({{"png", "AAAA"}}), Error);
}

}  // namespace
}  // namespace larc::study
