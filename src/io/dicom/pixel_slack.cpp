#include "io/dicom/pixel_slack.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace larc::io::dicom {

namespace {

using Bytes = std::span<std::uint8_t>;

bool blank(Bytes bytes) {
  if (std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; })) return false;
  std::fill(bytes.begin(), bytes.end(), std::uint8_t{0});
  return true;
}

std::size_t big16(Bytes bytes, std::size_t at) {
  return static_cast<std::size_t>(bytes[at]) * 256 + bytes[at + 1];
}
std::size_t big32(Bytes bytes, std::size_t at) {
  return big16(bytes, at) * 65536 + big16(bytes, at + 2);
}
std::size_t little32(Bytes bytes, std::size_t at) {
  return bytes[at] + (std::size_t{bytes[at + 1]} << 8) + (std::size_t{bytes[at + 2]} << 16) +
         (std::size_t{bytes[at + 3]} << 24);
}

bool starts_with(Bytes bytes, std::string_view text) {
  return bytes.size() >= text.size() && std::memcmp(bytes.data(), text.data(), text.size()) == 0;
}

/// What decoders look at: JFIF, Adobe's colour transform, HP's colour transform of JPEG-LS. Cut to their fixed parts.
std::size_t needed_application_data(std::uint8_t marker, Bytes payload) {
  if (marker == 0xE0 && starts_with(payload, std::string_view("JFIF\0", 5))) return 12;
  if (marker == 0xEE && starts_with(payload, "Adobe")) return 12;
  if (marker == 0xE8 && starts_with(payload, "mrfx")) return 5;
  return 0;
}

}  // namespace

bool blank_jpeg_notes(Bytes stream) {
  bool changed = false;
  std::size_t at = 0;
  while (at + 1 < stream.size()) {
    if (stream[at] != 0xFF || stream[at + 1] < 0xC0 || stream[at + 1] == 0xFF ||
        (stream[at + 1] >= 0xD0 && stream[at + 1] <= 0xD8)) {
      ++at;  // entropy-coded data, stuffing, fill bytes, restart markers, start of image
      continue;
    }
    const std::uint8_t marker = stream[at + 1];
    at += 2;
    if (marker == 0xD9) return blank(stream.subspan(at)) || changed;
    if (at + 2 > stream.size()) break;
    const std::size_t length = std::min(big16(stream, at), stream.size() - at);
    if (length < 2) continue;
    Bytes payload = stream.subspan(at + 2, length - 2);
    if (marker == 0xFE || (marker >= 0xE0 && marker <= 0xEF)) {
      const std::size_t needed =
          marker == 0xFE ? 0 : std::min(needed_application_data(marker, payload), payload.size());
      if (blank(payload.subspan(needed))) changed = true;
    }
    at += length;
  }
  return changed;
}

bool blank_jpeg2000_notes(Bytes stream) {
  bool changed = false;
  std::size_t at = 2;  // after SOC
  std::size_t tile_part_end = 0;
  while (at + 4 <= stream.size()) {
    const std::size_t marker = big16(stream, at);
    if (marker == 0xFFD9) break;
    const std::size_t length = std::min(big16(stream, at + 2), stream.size() - at - 2);
    if (marker < 0xFF4F || length < 2) return changed;
    if (marker == 0xFF93) {  // SOD: packets up to the end of the tile part; an end of 0 means up to EOC
      if (tile_part_end <= at) break;
      at = tile_part_end;
      continue;
    }
    if (marker == 0xFF90 && length >= 10) {  // SOT
      const std::size_t part = big32(stream, at + 6);
      tile_part_end = part == 0 ? 0 : at + part;
    }
    // COM: the registration value stays
    if (marker == 0xFF64 && length > 4 && blank(stream.subspan(at + 6, length - 4))) changed = true;
    at += 2 + length;
  }
  // EOC: the last one, which in a tile part of unknown length is searched from the end
  for (std::size_t end = stream.size(); end >= at + 2 && end >= 2; --end)
    if (stream[end - 2] == 0xFF && stream[end - 1] == 0xD9) return blank(stream.subspan(end)) || changed;
  return changed;
}

bool blank_rle_notes(Bytes frame, std::size_t segment_bytes) {
  if (frame.size() < 64) return false;
  const std::size_t count = little32(frame, 0);
  if (count == 0 || count > 15) return false;
  bool changed = blank(frame.subspan(4 + 4 * count, 64 - 4 - 4 * count));
  for (std::size_t n = 0; n < count; ++n) {
    std::size_t at = little32(frame, 4 + 4 * n);
    const std::size_t end = n + 1 < count ? little32(frame, 8 + 4 * n) : frame.size();
    if (at < 64 || end > frame.size() || at > end) return changed;
    if (n == 0 && blank(frame.subspan(64, at - 64))) changed = true;
    std::size_t decoded = 0;
    while (at < end && decoded < segment_bytes) {
      const std::uint8_t control = frame[at];
      if (control < 128) {
        at += 2U + control;
        decoded += 1U + control;
      } else if (control > 128) {
        at += 2;
        decoded += 257U - control;
      } else {
        ++at;
      }
    }
    if (at < end && blank(frame.subspan(at, end - at))) changed = true;
  }
  return changed;
}

}  // namespace larc::io::dicom
