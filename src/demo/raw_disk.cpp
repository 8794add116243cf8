#include "demo/raw_disk.h"

#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "io/dicom/write_directory.h"

namespace larc::demo {

namespace {

namespace fs = std::filesystem;

constexpr const char* kDisks[] = {"DISK1", "DISK2", "DISK3"};

/// Letters and digits as an ISO 9660 medium allows them, 5 bits of the hash each.
std::string name_of(const char* start, const std::string& hash, std::size_t from, std::size_t length) {
  static constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
  std::string name = start;
  for (std::size_t c = 0; c < length; ++c) name += kLetters[std::stoul(hash.substr(from + 2 * c, 2), nullptr, 16) % 32];
  return name;
}

std::vector<std::string> place_of(int centre, const std::string& hash) {
  switch (centre) {
    case 0:
      return {name_of("S", hash, 0, 2), name_of("", hash, 8, 8)};
    case 1:
      return {name_of("P", hash, 0, 1), name_of("", hash, 8, 8)};
    default:
      return {hash.substr(0, 2), hash.substr(2, 14)};
  }
}

std::string readme() {
  return "This medium holds images of an examination.\r\nOpen VIEWER.EXE to look at them.\r\n";
}

void write_new(const fs::path& path, const std::string& bytes) {
  ensure_directory(path.parent_path());
  if (fs::exists(path)) throw Error(ErrorCode::internal, "two files of the raw disk have the name " + path.string());
  io::dicom::write_dicom_file(path, bytes);
}

}  // namespace

void write_raw_patient(const fs::path& incoming, const Cohort& cohort, const DiskPlan& disk, std::size_t patient) {
  const auto plans = plan_examinations(cohort, disk, patient);
  if (plans.empty()) return;
  const auto& first = plans.front();
  const bool own_medium = first.centre == 1;
  fs::path root = incoming / kDisks[first.centre];
  const std::string medium = name_of("CD", sha256("medium " + first.label.uid_seed), 0, 6);
  if (own_medium) root /= medium;
  std::vector<io::dicom::DirectoryEntry> entries;
  const Phantom phantom = phantom_of(first);
  for (const auto& plan : plans)
    make_images(plan, phantom, [&](const auto& file, const auto& info, int instance_number) {
      const auto hash = sha256("raw disk " + file.sop_instance_uid);
      const auto place = place_of(plan.centre, hash);
      write_new(root / place[0] / place[1], file.bytes);
      if (own_medium) entries.push_back({place, info, instance_number});
      // Exported twice: one file in 200.
      if (plan.centre == 2 && std::stoul(hash.substr(60, 4), nullptr, 16) < 65536 / 200) {
        const auto again = place_of(plan.centre, sha256("again " + file.sop_instance_uid));
        write_new(root / again[0] / again[1], file.bytes);
      }
    });
  if (!own_medium) return;
  io::dicom::write_directory(root, entries, medium);
  io::dicom::write_dicom_file(root / "README.TXT", readme());
  io::dicom::write_dicom_file(root / "AUTORUN.INF", "[autorun]\r\nopen=VIEWER.EXE\r\n");
}

void write_clutter(const fs::path& incoming) {
  Random random(derive_seed(1, "clutter"));
  const auto bytes = [&](std::string start, std::size_t length) {
    while (start.size() < length) start += static_cast<char>(random.below(256));
    return start;
  };
  const fs::path one = incoming / kDisks[0], two = incoming / kDisks[1], three = incoming / kDisks[2];
  using std::string_literals::operator""s;
  write_new(one / "readme.txt", readme());
  write_new(one / "Thumbs.db", bytes("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"s, 3072));  // OLE compound file
  write_new(one / "SAA" / "scan0001", bytes("\xFF\xD8\xFF\xE0\0\x10JFIF\0"s, 4096));
  write_new(one / "export.log", "0 errors, 0 warnings\n");
  write_new(two / "VIEWER.EXE", bytes("MZ\x90\0\x03"s, 8192));
  write_new(two / "index.htm", "<html><body>Images</body></html>\n");
  write_new(three / "00" / ".DS_Store", bytes("\0\0\0\x01"
                                              "Bud1"s,
                                              2048));
  write_new(three / "00" / "picture.jpg", bytes("\xFF\xD8\xFF\xE1"s, 4096));
  write_new(three / "00" / "empty", "");
  // Long enough for a preamble, with nothing behind it.
  write_new(three / "00" / "a7c01f", std::string(132, '\0'));
}

}  // namespace larc::demo
