// Notes hidden in compressed frames go; every byte that a decoder needs stays.
#include <gtest/gtest.h>

#include <string>

#include "io/dicom/pixel_slack.h"

namespace larc::io::dicom {
namespace {

using namespace std::string_literals;

std::span<std::uint8_t> bytes_of(std::string& text) {
  return {reinterpret_cast<std::uint8_t*>(text.data()), text.size()};
}

std::string segment(char marker, const std::string& payload) {
  const std::size_t length = payload.size() + 2;
  return "\xFF"s + marker + static_cast<char>(length >> 8) + static_cast<char>(length & 0xff) + payload;
}

TEST(DicomPixelSlack, Jpeg) {
  const std::string head = "\xFF\xD8"s, jfif = segment('\xE0', "JFIF\0\1\2\0\0\1\0\1"s);
  const std::string tables = segment('\xDB', "comment Quincy"s);  // looks like text, is a table
  const std::string scan = segment('\xDA', "\1\0"s) + "ab\xFF\0cd\xFF\xD0"s + "ef"s;
  std::string stream = head + jfif + segment('\xFE', "Quincy"s) + segment('\xE1', "Exif Quincy"s) + tables + scan +
                       segment('\xFE', "Quincy again"s) + scan + "\xFF\xD9"s + "Quincy"s;
  const std::string wanted = head + jfif + segment('\xFE', std::string(6, '\0')) +
                             segment('\xE1', std::string(11, '\0')) + tables + scan +
                             segment('\xFE', std::string(12, '\0')) + scan + "\xFF\xD9"s + std::string(6, '\0');
  EXPECT_TRUE(blank_jpeg_notes(bytes_of(stream)));
  EXPECT_EQ(stream, wanted);
  EXPECT_FALSE(blank_jpeg_notes(bytes_of(stream)));
}

TEST(DicomPixelSlack, Jpeg2000) {
  const auto comment = [](const std::string& text) { return segment('\x64', "\0\1"s + text); };
  const std::string size = segment('\x51', std::string(38, '\1'));
  const auto tile = [&](const std::string& note, const std::string& packets) {
    const std::string inner = comment(note) + "\xFF\x93"s + packets;
    const std::size_t length = 12 + inner.size();
    return segment('\x90',
                   "\0\0"s + "\0\0"s + static_cast<char>(length >> 8) + static_cast<char>(length & 0xff) + "\0\1"s) +
           inner;
  };
  const auto stream_of = [&](const std::string& note, const std::string& end) {
    return "\xFF\x4F"s + size + comment(note) + tile(note, "packet \xFF\x64 data") + tile(note, "more") + "\xFF\xD9"s +
           end;
  };
  std::string stream = stream_of("Quincy", "Quincy");
  EXPECT_TRUE(blank_jpeg2000_notes(bytes_of(stream)));
  EXPECT_EQ(stream, stream_of(std::string(6, '\0'), std::string(6, '\0')));
}

TEST(DicomPixelSlack, Rle) {
  std::string frame = "\1\0\0\0\x40\0\0\0"s + "Quincy in unused offsets"s;
  frame.resize(64, '\0');
  const std::string packed = "\3abcd\xFDz"s;  // 4 literal bytes, 4 times z
  std::string stream = frame + packed + "Quincy"s;
  EXPECT_TRUE(blank_rle_notes(bytes_of(stream), 8));
  std::string header = "\1\0\0\0\x40\0\0\0"s;
  header.resize(64, '\0');
  EXPECT_EQ(stream, header + packed + std::string(6, '\0'));
}

TEST(DicomPixelSlack, BrokenStreamsEnd) {
  for (const std::string& start : {"\xFF\xD8\xFF\xFE\xFF"s, "\xFF\xD8\xFF\xFE\xFF\xFFxx"s, "\xFF\x4F\xFF\x64\0"s,
                                   "\xFF\x4F\xFF\x90\0\x0A\0\0\0\0\0\0\0\0"s, ""s, "\xFF"s}) {
    std::string one = start, two = start, three = start;
    three.resize(70, '\x0F');
    blank_jpeg_notes(bytes_of(one));
    blank_jpeg2000_notes(bytes_of(two));
    blank_rle_notes(bytes_of(three), 1000);
    EXPECT_EQ(one.size(), start.size());
    EXPECT_EQ(two.size(), start.size());
  }
}

}  // namespace
}  // namespace larc::io::dicom
