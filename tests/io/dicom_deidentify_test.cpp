// Planted identities are gone from every byte; what a study needs is still there.
#include "core/csv.h"
#include "core/random.h"
#include "deidentify_support.h"
#include "io/dicom/clean_text.h"
#include "io/dicom/write.h"

namespace larc::io::dicom {
namespace {

using namespace test;
using Outcome = Deidentified::Outcome;

/// Words that stand nowhere by chance. The first two are in the patient's name and id, the last two in no name at all.
const std::vector<std::string> kPlanted{"quincy", "zebrafish", "wolkenstein", "hjkmnp"};

std::string planted_text() {
  return "Wolkenstein hjkmnp";
}

void expect_nothing_planted(const std::string& bytes) {
  for (const std::string& word : kPlanted) {
    const std::size_t at = position_of(bytes, word);
    EXPECT_EQ(at, std::string::npos) << word << " in ..."
                                     << (at == std::string::npos
                                             ? ""
                                             : bytes.substr(at - std::min<std::size_t>(at, 24), 60));
  }
}

std::vector<Node> planted_image() {
  auto nodes = mr_image("zebrafish", "Quincy^Zebrafish");
  set(nodes, element(0x00080080, "LO", "Hospital Wolkenstein"));
  set(nodes, element(0x00080090, "PN", "Hjkmnp^A"));
  return nodes;
}

/// Every attribute that the profile's table names, each holding planted text.
std::vector<Node> whole_table(const std::string& vr) {
  std::vector<Node> nodes;
  const CsvTable table = read_csv(source_root() / "data/deidentification/basic_profile.csv");
  for (const auto& row : table.rows) {
    if (row[0].find('x') != std::string::npos) continue;
    const auto group = static_cast<std::uint32_t>(std::stoul(row[0].substr(0, 4), nullptr, 16));
    const auto number = static_cast<std::uint32_t>(std::stoul(row[0].substr(5), nullptr, 16));
    if (group < 8 || group >= 0xfffa) continue;
    nodes.push_back(element((group << 16) | number, vr, planted_text()));
  }
  EXPECT_GT(nodes.size(), 600U);
  return nodes;
}

TEST(DicomDeidentify, EveryAttributeOfTheTableInEveryVr) {
  for (const char* vr : {"LO", "UN", "OB", "UT", "PN", "CS", "SH", "LT", "DA", "DS", "UI", "TM", "AE"}) {
    auto nodes = whole_table(vr);
    const auto inner = nodes;
    for (const Node& node : planted_image()) set(nodes, node);
    set(nodes, sequence(0x00081140, {inner}));
    set(nodes, sequence(0x00089215, {{sequence(0x00082112, {inner, {sequence(0x00400275, {inner})}})}}));
    drop(nodes, 0x00420011);  // an encapsulated document is refused as such
    const Result result = deidentify(nodes);
    ASSERT_TRUE(written(result)) << vr << ": " << result.object.reason;
    expect_nothing_planted(result.bytes);
  }
}

TEST(DicomDeidentify, TextsThatStayElsewhereHoldNoName) {
  auto nodes = planted_image();
  // not in the table; some of them stay as they are when they name nobody
  for (const std::uint32_t tag :
       {0x00080070U, 0x00081090U, 0x00180024U, 0x00181020U, 0x00181250U, 0x00281054U, 0x00080104U})
    set(nodes, element(tag, "LO", "Model of Quincy hjkmnp"));
  set(nodes, element(0x00180022, "CS", "WOLKENSTEIN"));
  set(nodes, element(0x00181314, "DS", "hjkmnp"));
  set(nodes, element(0x00180050, "DS", std::string("3.5\0hjkmnp", 10)));
  set(nodes, element(0x00101010, "AS", "hjkm"));
  set(nodes, element(0x00080030, "TM", "1200 hjkmnp"));
  set(nodes, element(0x00102297, "PN", "Hjkmnp"));  // a name the table does not list everywhere
  set(nodes, element(0x00282000, "OB", "desc hjkmnp"));
  set(nodes, element(0x00282000, "UN", "desc hjkmnp"));
  set(nodes, element(0x0028fff0, "LO", planted_text()));  // known to nobody
  set(nodes, element(0x00283002, "US", little(256, 2) + little(0, 2) + little(16, 2)));
  set(nodes, element(0x0008103e, "LO", "t2_tse_sag_p2 Wolkenstein b800"));
  const Result result = deidentify(nodes);
  ASSERT_TRUE(written(result)) << result.object.reason;
  expect_nothing_planted(result.bytes);
  EXPECT_EQ(text(result.nodes, 0x0008103e), "t2 tse sag p2 b800");
  EXPECT_EQ(text(result.nodes, 0x00180050), "3.5");
  EXPECT_EQ(text(result.nodes, 0x00181314), "");
  EXPECT_EQ(find(result.nodes, 0x0028fff0), nullptr);
  EXPECT_GE(result.object.texts_removed, 8U);
}

TEST(DicomDeidentify, PrivateAttributesStayOnlyWhereKnown) {
  auto nodes = planted_image();
  const std::string b_value = "800 ";
  set(nodes, element(0x00190010, "LO", "SIEMENS MR HEADER"));
  set(nodes, element(0x0019100c, "IS", b_value));
  set(nodes, element(0x0019100d, "CS", "WOLKENSTEIN ^"));
  set(nodes, element(0x00191099, "LO", planted_text()));
  set(nodes, element(0x00290010, "LO", "Wolkenstein's"));
  set(nodes, element(0x00291010, "OB", planted_text()));
  set(nodes, element(0x20010010, "LO", "Philips Imaging DD 001"));
  set(nodes, element(0x20011003, "UN", std::string("\0\0\x48\x44", 4)));  // 800 as float
  set(nodes, element(0x200110ff, "SH", planted_text()));
  set(nodes, element(0x20050011, "LO", "Philips MR Imaging DD 005"));
  set(nodes,
      sequence(0x2005110f, {{element(0x00100010, "PN", "Quincy"), element(0x00189087, "FD", std::string(8, '\0')),
                             element(0x20050010, "LO", "Hjkmnp"), element(0x20051001, "LO", planted_text())}}));
  set(nodes, element(0x00431039, "IS", "1000000800\\8\\0\\0"));  // its creator is missing
  const Result result = deidentify(nodes);
  ASSERT_TRUE(written(result)) << result.object.reason;
  expect_nothing_planted(result.bytes);
  EXPECT_EQ(text(result.nodes, 0x00190010), "SIEMENS MR HEADER");
  EXPECT_EQ(text(result.nodes, 0x0019100c), "800");
  EXPECT_EQ(find(result.nodes, 0x0019100d), nullptr);
  EXPECT_EQ(find(result.nodes, 0x00290010), nullptr);
  ASSERT_NE(find(result.nodes, 0x20011003), nullptr);
  EXPECT_EQ(find(result.nodes, 0x20011003)->vr, "FL");
  EXPECT_EQ(find(result.nodes, 0x20011003)->value, std::string("\0\0\x48\x44", 4));
  EXPECT_EQ(find(result.nodes, 0x00431039), nullptr);
  const Node* frames = find(result.nodes, 0x2005110f);
  ASSERT_NE(frames, nullptr);
  ASSERT_EQ(frames->items.size(), 1U);
  EXPECT_NE(find(frames->items[0], 0x00189087), nullptr);
  EXPECT_EQ(find(frames->items[0], 0x20050010), nullptr);

  DeidentifyOptions none;
  none.profile = parse_profile_options("none");
  const Result bare = deidentify(nodes, none);
  ASSERT_TRUE(written(bare)) << bare.object.reason;
  for (const Node& node : bare.nodes) EXPECT_EQ((node.tag >> 16) % 2, 0U) << node.tag;
}

TEST(DicomDeidentify, FileAroundTheDataSet) {
  auto nodes = planted_image();
  set(nodes, element(0xfffcfffc, "OB", planted_text()));
  Node pixels = *find(nodes, 0x7fe00010);
  const std::string image = pixels.value;
  pixels.value += "Wolkenstein hjkmnp. ";
  set(nodes, pixels);
  const std::vector<Node> meta{element(0x00020016, "AE", "WOLKENSTEIN"), element(0x00020017, "AE", "HJKMNP"),
                               element(0x00020100, "UI", "1.2.9"), element(0x00020102, "OB", planted_text())};
  const Result result = deidentify(file_bytes(nodes, kMr, meta, planted_text()));
  ASSERT_TRUE(written(result)) << result.object.reason;
  expect_nothing_planted(result.bytes);
  EXPECT_EQ(result.bytes.substr(0, 128), std::string(128, '\0'));
  EXPECT_EQ(find(result.nodes, 0x7fe00010)->value, image);
  EXPECT_EQ(text(result.nodes, 0x00020003), text(result.nodes, 0x00080018));
  EXPECT_EQ(text(result.nodes, 0x00020012), make_uid("larc implementation class"));
  EXPECT_EQ(text(result.nodes, 0x00020013), "LARC_1");
  EXPECT_EQ(find(result.nodes, 0x00020016), nullptr);
  EXPECT_EQ(find(result.nodes, 0xfffcfffc), nullptr);
}

TEST(DicomDeidentify, OverlaysAndCurvesGoAlsoFromUnusedBits) {
  auto nodes = planted_image();
  std::string cells;
  for (int n = 0; n < 12; ++n) cells += little(static_cast<std::uint32_t>(n * 300 % 4096) | 0x8000U, 2);
  set(nodes, element(0x7fe00010, "OW", cells));
  set(nodes, unsigned_short(0x60000010, 3));
  set(nodes, unsigned_short(0x60000011, 4));
  set(nodes, unsigned_short(0x60000102, 15));
  set(nodes, element(0x60020022, "LO", planted_text()));
  set(nodes, element(0x60023000, "OW", planted_text()));
  set(nodes, element(0x50002600, "LO", planted_text()));
  const Result result = deidentify(nodes);
  ASSERT_TRUE(written(result)) << result.object.reason;
  expect_nothing_planted(result.bytes);
  for (const Node& node : result.nodes) {
    const unsigned family = node.tag >> 24;
    EXPECT_TRUE(family != 0x60 && family != 0x50) << node.tag;
  }
  std::string wanted;
  for (int n = 0; n < 12; ++n) wanted += little(static_cast<std::uint32_t>(n * 300 % 4096), 2);
  EXPECT_EQ(find(result.nodes, 0x7fe00010)->value, wanted);
}

TEST(DicomDeidentify, WhatAStudyNeedsStays) {
  auto nodes = mr_image();
  set(nodes, element(0x00100040, "CS", "F"));
  set(nodes, element(0x00101010, "AS", "061Y"));
  set(nodes, element(0x00101030, "DS", "71.5"));
  set(nodes, element(0x00102160, "SH", "Martian"));
  set(nodes, element(0x0008103e, "LO", "T2 TSE sag oblique"));
  set(nodes, element(0x00181000, "LO", "SN4711"));
  set(nodes, element(0x00180087, "DS", "3"));
  set(nodes, element(0x00200032, "DS", "-100.25\\33.5\\1e-3"));
  set(nodes, element(0x00189087, "FD", std::string("\0\0\0\0\0\0\x89\x40", 8)));
  Result result = deidentify(nodes);
  ASSERT_TRUE(written(result)) << result.object.reason;
  const auto value = [&](std::uint32_t tag) { return text(result.nodes, tag); };
  EXPECT_EQ(value(0x00100010), result.object.pseudonym);
  EXPECT_EQ(value(0x00100020), result.object.pseudonym);
  EXPECT_EQ(value(0x00100040), "F");
  EXPECT_EQ(value(0x00101010), "061Y");
  EXPECT_EQ(value(0x00101030), "71.5");
  EXPECT_EQ(value(0x00102160), "(absent)");
  EXPECT_EQ(value(0x0008103e), "T2 TSE sag oblique");
  EXPECT_EQ(value(0x00080070), "Example Works");
  EXPECT_EQ(value(0x00080008), "ORIGINAL\\PRIMARY\\M");
  EXPECT_EQ(value(0x00181000), "REMOVED");
  EXPECT_EQ(value(0x00200032), "-100.25\\33.5\\1e-3");
  EXPECT_EQ(find(result.nodes, 0x00189087)->value, std::string("\0\0\0\0\0\0\x89\x40", 8));
  EXPECT_EQ(find(result.nodes, 0x7fe00010)->value, find(nodes, 0x7fe00010)->value);
  EXPECT_EQ(value(0x00120062), "YES");
  EXPECT_EQ(value(0x00280303), "MODIFIED");
  const Node* methods = find(result.nodes, 0x00120064);
  ASSERT_NE(methods, nullptr);
  std::vector<std::string> codes;
  for (const auto& item : methods->items) codes.push_back(text(item, 0x00080100));
  EXPECT_EQ(codes, (std::vector<std::string>{"113100", "113104", "113105", "113107", "113108", "113111"}));

  DeidentifyOptions options;
  options.profile = parse_profile_options("device-identity");
  result = deidentify(nodes, options);
  ASSERT_TRUE(written(result));
  EXPECT_EQ(value(0x00181000), "SN4711");
  EXPECT_EQ(value(0x00100040), "");
  EXPECT_EQ(value(0x00101010), "(absent)");
  EXPECT_EQ(value(0x0008103e), "(absent)");
  EXPECT_EQ(value(0x00080020), "");
  EXPECT_EQ(value(0x00280303), "REMOVED");
}

TEST(DicomDeidentify, VeryOldAgesAreOne) {
  auto nodes = mr_image();
  set(nodes, element(0x00101010, "AS", "097Y"));
  EXPECT_EQ(text(deidentify(nodes).nodes, 0x00101010), "090Y");
}

TEST(DicomDeidentify, DatesMoveTogether) {
  auto nodes = mr_image();
  set(nodes, element(0x00080020, "DA", "20200131"));
  set(nodes, element(0x00080021, "DA", "2020.02.10"));
  set(nodes, element(0x0008002a, "DT", "20200301101500.25+0800"));
  set(nodes, element(0x00080030, "TM", "101500.25"));
  set(nodes, element(0x00080012, "DA", "20201399"));
  set(nodes, element(0x00100030, "DA", "19500203"));
  set(nodes, sequence(0x00081140, {{element(0x00080022, "DA", "20190131")}}));
  const Result result = deidentify(nodes);
  ASSERT_TRUE(written(result));
  const Pseudonyms pseudonyms(fixed_secret());
  const int shift = pseudonyms.date_shift_days("MRN-7710");
  EXPECT_EQ(text(result.nodes, 0x00080020), shifted_date("20200131", shift).value());
  EXPECT_EQ(text(result.nodes, 0x00080021), shifted_date("20200210", shift).value());
  EXPECT_EQ(text(result.nodes, 0x0008002a), shifted_date("20200301", shift).value() + "101500.25+0800");
  EXPECT_EQ(text(result.nodes, 0x00080030), "101500.25");
  EXPECT_EQ(text(result.nodes, 0x00080012), "19000101");  // X/D, and nothing of it was a date
  EXPECT_EQ(text(result.nodes, 0x00100030), "");
  EXPECT_EQ(text(find(result.nodes, 0x00081140)->items.at(0), 0x00080022), shifted_date("20190131", shift).value());
  EXPECT_EQ(position_of(result.bytes, "20200131"), std::string::npos);
}

TEST(DicomDeidentify, Refusals) {
  const auto refused = [](const std::vector<Node>& nodes, const std::string& reason,
                          const DeidentifyOptions& options = {}) {
    const Result result = deidentify(nodes, options);
    EXPECT_EQ(result.object.outcome, Outcome::refused);
    EXPECT_NE(result.object.reason.find(reason), std::string::npos) << result.object.reason;
    EXPECT_TRUE(result.bytes.empty());
    expect_nothing_planted(result.object.reason);
  };
  const auto with = [](std::initializer_list<Node> changes) {
    auto nodes = planted_image();
    for (const Node& node : changes) set(nodes, node);
    return nodes;
  };
  const Node burned = element(0x00280301, "CS", "YES");
  refused(with({burned}), "BurnedInAnnotation is YES");
  refused(with({element(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.7")}), "SecondaryCapture");
  refused(with({element(0x00080060, "CS", "US")}), "(US)");
  refused(with({element(0x00080064, "CS", "DF")}), "ConversionType");
  refused(with({element(0x00080008, "CS", "DERIVED\\SECONDARY\\SCREEN SAVE")}), "ImageType");
  refused(with({element(0x00280004, "CS", "RGB")}), "colour");
  refused(with({element(0x00420011, "OB", "%PDF")}), "encapsulated document");
  refused(with({element(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.66")}), "raw data");
  refused(with({element(0x00080016, "UI", "1.3.12.2.1107.5.9.1")}), "private");
  refused(with({element(0x00100020, "LO", " ")}), "no PatientID");
  refused(with({element(0x00080018, "UI", "")}), "no SOP Instance UID");
  refused(with({element(0x7fe00010, "OW", "abcd")}), "end before the last frame");
  DeidentifyOptions options;
  options.accept_burned_in = true;
  EXPECT_TRUE(written(deidentify(with({burned}), options)));
  EXPECT_TRUE(deidentify(with({burned}), options).object.burned_in_accepted);
  EXPECT_TRUE(written(deidentify(with({element(0x00080060, "CS", "US"), element(0x00280301, "CS", "NO")}))));
  options.allow_missing_id = true;
  EXPECT_TRUE(written(deidentify(with({element(0x00100020, "LO", " ")}), options)));
  options.profile.clean_structured_content = false;
  refused(with({sequence(0x0040a730, {})}), "structured report", options);

  std::string cut = file_bytes(planted_image(), kMr);
  cut.resize(cut.size() - 30);
  const Result broken = deidentify(cut);
  EXPECT_EQ(broken.object.outcome, Outcome::refused);
  EXPECT_NE(broken.object.reason.find("again"), std::string::npos) << broken.object.reason;
  EXPECT_EQ(broken.object.reason.find('/'), std::string::npos);
  EXPECT_EQ(deidentify(std::string("not DICOM at all, but a text file")).object.outcome, Outcome::not_dicom);
  EXPECT_EQ(deidentify(std::string()).object.outcome, Outcome::not_dicom);
}

TEST(DicomDeidentify, ClassAndInstanceMayStandInTheFileMetaInformationAlone) {
  auto nodes = mr_image();
  drop(nodes, 0x00080016);
  drop(nodes, 0x00080018);
  const Result result = deidentify(file_bytes(nodes, kMr));
  ASSERT_TRUE(written(result)) << result.object.reason;
  EXPECT_EQ(result.object.instance_uid, deidentify(mr_image()).object.instance_uid);
}

TEST(DicomDeidentify, StructuredReportsKeepNumbersAndCodes) {
  const auto code = [](const char* value, const char* scheme, const char* meaning) {
    return std::vector<Node>{element(0x00080100, "SH", value), element(0x00080102, "SH", scheme),
                             element(0x00080104, "LO", meaning)};
  };
  std::vector<Node> nodes{
      element(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.88.33"),
      element(0x00080018, "UI", "1.2.3.9"),
      element(0x00080060, "CS", "SR"),
      element(0x00100010, "PN", "Quincy^Zebrafish"),
      element(0x00100020, "LO", "zebrafish"),
      sequence(0x0040a730,
               {{element(0x0040a040, "CS", "NUM"), sequence(0x0040a043, {code("118565006", "SCT", "Volume")}),
                 sequence(0x0040a300, {{element(0x0040a30a, "DS", "12.5")}})},
                {element(0x0040a040, "CS", "TEXT"), sequence(0x0040a043, {code("121071", "DCM", "Finding")}),
                 element(0x0040a160, "UT", "Seen with Dr Wolkenstein")},
                {element(0x0040a040, "CS", "TEXT"), element(0x0040a160, "UT", "Tumor volume")},
                {element(0x0040a040, "CS", "PNAME"), element(0x0040a123, "PN", "Hjkmnp^B")},
                {element(0x0040a040, "CS", "CODE"), sequence(0x0040a168, {code("W1", "99ZEBRA", "Wolkenstein sign")})},
                {element(0x0040a040, "CS", "UIDREF"), element(0x0040a124, "UI", "1.2.3.4")}})};
  const Result result = deidentify(nodes);
  ASSERT_TRUE(written(result)) << result.object.reason;
  expect_nothing_planted(result.bytes);
  const auto& items = find(result.nodes, 0x0040a730)->items;
  ASSERT_EQ(items.size(), 6U);
  EXPECT_EQ(text(find(items[0], 0x0040a300)->items.at(0), 0x0040a30a), "12.5");
  EXPECT_EQ(text(find(items[0], 0x0040a043)->items.at(0), 0x00080104), "Volume");
  EXPECT_EQ(text(items[2], 0x0040a160), "Tumor volume");
  EXPECT_EQ(text(items[3], 0x0040a123), "REMOVED");
  EXPECT_EQ(text(items[5], 0x0040a124), Pseudonyms(fixed_secret()).uid("1.2.3.4"));
}

TEST(DicomDeidentify, ChineseAndOtherCharacterSets) {
  auto nodes = mr_image("ＭＲ００１", "张^三");
  set(nodes, element(0x00080005, "CS", "ISO_IR 192"));
  set(nodes, element(0x0008103e, "LO", "直肠矢状位 张三"));
  set(nodes, element(0x00081030, "LO", "直肠增强扫描"));
  const Result result = deidentify(nodes);
  ASSERT_TRUE(written(result)) << result.object.reason;
  EXPECT_EQ(text(result.nodes, 0x0008103e), "直肠矢状位");
  EXPECT_EQ(text(result.nodes, 0x00081030), "直肠增强扫描");
  EXPECT_EQ(result.bytes.find("张"), std::string::npos);
  // the same id as a table would write it
  EXPECT_EQ(result.object.pseudonym, Pseudonyms(fixed_secret()).of_patient("mr001"));

  set(nodes, element(0x00080005, "CS", "GB18030"));
  set(nodes, element(0x00100020, "LO", "MR001"));
  set(nodes, element(0x00100010, "PN", "\xD5\xC5^\xC8\xFD"));
  set(nodes, element(0x0008103e, "LO", "\xD6\xB1\xB3\xA6"));  // 直肠
  drop(nodes, 0x00081030);
  const Result gb = deidentify(nodes);
  ASSERT_TRUE(written(gb)) << gb.object.reason;
  EXPECT_EQ(text(gb.nodes, 0x0008103e), "直肠");
  EXPECT_EQ(text(gb.nodes, 0x00080005), "ISO_IR 192");
  EXPECT_EQ(gb.bytes.find("\xD5\xC5"), std::string::npos);

  set(nodes, element(0x00080005, "CS", "NO SUCH SET"));
  const Result unknown = deidentify(nodes);
  ASSERT_TRUE(written(unknown)) << unknown.object.reason;
  EXPECT_EQ(unknown.bytes.find("\xD5\xC5"), std::string::npos);
  EXPECT_EQ(unknown.bytes.find("\xD6\xB1"), std::string::npos);
}

TEST(DicomDeidentify, ReferencesAgreeBetweenObjects) {
  const Pseudonyms pseudonyms(fixed_secret());
  const Result image = deidentify(mr_image());
  std::vector<Node> mask{
      element(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.66.4"),
      element(0x00080018, "UI", "1.2.3.77"),
      element(0x00080060, "CS", "SEG"),
      element(0x00100020, "LO", "mrn-7710 "),
      element(0x0020000d, "UI", "1.2.3.1"),
      element(0x0020000e, "UI", "1.2.3.78"),
      element(0x00200052, "UI", "1.2.3.3"),
      sequence(0x00081115,
               {{sequence(0x0008114a, {{element(0x00081150, "UI", kMr), element(0x00081155, "UI", "1.2.3.4")}}),
                 element(0x0020000e, "UI", "1.2.3.2")}}),
      sequence(0x00620002, {{unsigned_short(0x00620004, 1), element(0x00620005, "LO", "Quincy's tumour"),
                             element(0x00620020, "UT", "T1"), element(0x00620021, "UI", "1.2.3.80")}}),
      sequence(0x52009230,
               {{sequence(0x00089124, {{sequence(0x00082112, {{element(0x00081150, "UI", kMr),
                                                               element(0x00081155, "UI", "1.2.3.4")}})}})}})};
  const Result seg = deidentify(mask);
  ASSERT_TRUE(written(image) && written(seg)) << image.object.reason << seg.object.reason;
  EXPECT_EQ(seg.object.pseudonym, image.object.pseudonym);
  EXPECT_EQ(seg.object.study_uid, image.object.study_uid);
  EXPECT_EQ(text(seg.nodes, 0x00200052), text(image.nodes, 0x00200052));
  const auto& series = find(seg.nodes, 0x00081115)->items.at(0);
  EXPECT_EQ(text(series, 0x0020000e), image.object.series_uid);
  EXPECT_EQ(text(find(series, 0x0008114a)->items.at(0), 0x00081155), image.object.instance_uid);
  EXPECT_EQ(text(find(series, 0x0008114a)->items.at(0), 0x00081150), kMr);
  const auto& frame = find(seg.nodes, 0x52009230)->items.at(0);
  const auto& source = find(find(frame, 0x00089124)->items.at(0), 0x00082112)->items.at(0);
  EXPECT_EQ(text(source, 0x00081155), image.object.instance_uid);
  const auto& segment = find(seg.nodes, 0x00620002)->items.at(0);
  EXPECT_EQ(text(segment, 0x00620005), "s tumour");
  EXPECT_EQ(text(segment, 0x00620021), pseudonyms.uid("1.2.3.80"));
  EXPECT_EQ(text(segment, 0x00620020), pseudonyms.code("identifier", "T1", 12));
}

/// Random data sets: any tag, VR and depth. Whatever comes in, nothing planted comes out, and what comes out is DICOM.
TEST(DicomDeidentify, RandomDataSetsHoldNothingPlanted) {
  Random random(20240);
  const std::vector<std::string> kVrs{"AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH",
                                      "ST", "TM", "UC", "UI", "UR", "UT", "UN", "OB", "US", "FD"};
  const std::vector<std::uint32_t> kGroups{0x0008, 0x0009, 0x0010, 0x0012, 0x0018, 0x0019, 0x0020, 0x0028, 0x0029,
                                           0x0032, 0x0038, 0x0040, 0x0043, 0x0054, 0x0062, 0x0070, 0x0088, 0x2001,
                                           0x2005, 0x3006, 0x300a, 0x4008, 0x5000, 0x5200, 0x6000};
  const std::vector<std::uint32_t> kSequences{0x00081140, 0x00082112, 0x00081115, 0x00089215, 0x00400275, 0x0040a730,
                                              0x0040a043, 0x52009229, 0x52009230, 0x30060010, 0x00620002, 0x00321064,
                                              0x00400555, 0x00700001, 0x0040a073, 0x04000561, 0x20051410};
  const CsvTable table = read_csv(source_root() / "data/deidentification/basic_profile.csv");
  const CsvTable known = read_csv(source_root() / "data/deidentification/standard_text.csv");
  const auto tag_of = [](const std::string& tag) {
    return static_cast<std::uint32_t>(std::stoul(tag.substr(0, 4) + tag.substr(5), nullptr, 16));
  };
  const std::function<std::vector<Node>(int)> random_item = [&](int depth) {
    std::vector<Node> nodes;
    const std::size_t count = 1 + random.below(12);
    for (std::size_t n = 0; n < count; ++n) {
      std::uint32_t tag =
          (kGroups[random.below(kGroups.size())] << 16) | static_cast<std::uint32_t>(random.below(0x2000));
      if (random.below(3) == 0) tag = tag_of(known.rows[random.below(known.rows.size())][0]);
      if (random.below(3) == 0) {
        const std::string& named = table.rows[random.below(table.rows.size())][0];
        if (named.find('x') == std::string::npos) tag = tag_of(named);
      }
      const std::string& vr = kVrs[random.below(kVrs.size())];
      if (tag >> 16 < 8 || tag >> 16 >= 0xfffa || tag == 0x00080005 || tag == 0x00420011 || (tag & 0xffffU) == 0)
        continue;
      if (vr == "US" || vr == "FD")
        set(nodes, {tag, vr, std::string(8, static_cast<char>(random.below(3))), {}});
      else
        set(nodes, element(tag, vr, (random.below(2) == 0 ? "tumor " : "") + std::string("Zebrafish wolkenstein")));
    }
    if (depth < 5)
      for (std::size_t n = random.below(3); n > 0; --n) {
        std::vector<std::vector<Node>> items;
        for (std::size_t i = random.below(3); i > 0; --i) items.push_back(random_item(depth + 1));
        set(nodes, sequence(kSequences[random.below(kSequences.size())], std::move(items)));
      }
    return nodes;
  };
  std::size_t kept = 0;
  for (int round = 0; round < 300; ++round) {
    auto nodes = random_item(0);
    for (const Node& node : planted_image()) set(nodes, node);
    // the tags that decide whether an object is refused keep their values
    for (const std::uint32_t tag : {0x00280301U, 0x00080064U, 0x54000100U, 0x00280008U}) drop(nodes, tag);
    DeidentifyOptions options;
    options.profile.safe_private = round % 2 == 0;
    options.profile.device_identity = round % 3 == 0;
    options.profile.clean_descriptors = round % 5 != 0;
    const Result result = deidentify(nodes, options);
    ASSERT_TRUE(written(result)) << round << ": " << result.object.reason;
    expect_nothing_planted(result.bytes);
    kept += result.nodes.size();
    if (HasFailure()) FAIL() << "round " << round;
  }
  EXPECT_GT(kept, 300U * 25U);
}

TEST(DicomDeidentify, SameBytesEveryTime) {
  const Result first = deidentify(planted_image()), second = deidentify(planted_image());
  EXPECT_EQ(first.bytes, second.bytes);
  const Result other = deidentify(file_bytes(planted_image(), kMr), {}, fixed_secret(99));
  EXPECT_NE(first.object.pseudonym, other.object.pseudonym);
  EXPECT_NE(first.object.instance_uid, other.object.instance_uid);
}

TEST(DicomCleanText, HarmlessPart) {
  IdentityWords nobody, somebody;
  somebody.add_person("Dixon^Mary^^Dr");
  somebody.add("H-4711");
  const auto part = [&](const char* text) { return harmless_part(text, nobody); };
  EXPECT_EQ(part("t2_tse_sag_p2"), "t2_tse_sag_p2");
  EXPECT_EQ(part("T2TseSag 3mm"), "T2TseSag 3mm");
  EXPECT_EQ(part("ep2d_diff_b50_1000 Smith"), "ep2d diff b50 1000");
  EXPECT_EQ(part("b=1500(0.1,0,1)"), "b=1500(0.1,0,1)");
  EXPECT_EQ(part("Smith 12345678"), "");
  EXPECT_EQ(part("12 345"), "12 345");
  EXPECT_EQ(part("Smith 12 345"), "");
  EXPECT_EQ(part("+0800"), "+0800");
  EXPECT_EQ(part("born 1957"), "");
  EXPECT_EQ(part("\xff\xfe"), "");
  EXPECT_EQ(harmless_part("t1 dixon", nobody), "t1 dixon");
  EXPECT_EQ(harmless_part("t1 dixon", somebody), "t1");
  EXPECT_FALSE(somebody.in("dr"));
  EXPECT_TRUE(somebody.in("for mary"));
  EXPECT_FALSE(somebody.in("rosemary"));
  EXPECT_TRUE(somebody.in("xdixonx"));
  EXPECT_TRUE(somebody.in("id 4711."));
}

TEST(DicomCleanText, TimesAgesUids) {
  for (const char* good : {"10", "1015", "101500", "101500.123456", "10:15:00"}) EXPECT_TRUE(is_time(good)) << good;
  for (const char* bad : {"", "1", "101", "10150", "1015.5", "101500.", "101500.1234567", "10 15", "ab", ":10"})
    EXPECT_FALSE(is_time(bad)) << bad;
  EXPECT_EQ(shifted_dt("20200301", -1), "20200229");
  EXPECT_EQ(shifted_dt("2020030110+0100", -1), "2020022910+0100");
  for (const char* bad : {"2020", "202003", "20200301x", "20200301101500.5Smith", "20200301+01", "20200301-Smit"})
    EXPECT_FALSE(shifted_dt(bad, -1).has_value()) << bad;
  EXPECT_EQ(cleaned_age("089Y"), "089Y");
  EXPECT_EQ(cleaned_age("090Y"), "090Y");
  EXPECT_EQ(cleaned_age("101Y"), "090Y");
  EXPECT_EQ(cleaned_age("120D"), "120D");
  EXPECT_FALSE(cleaned_age("61").has_value());
}

}  // namespace
}  // namespace larc::io::dicom
