#include "io/dicom/pixel_layout.h"

#include <cstring>

#include "core/number.h"

namespace larc::io::dicom {

namespace {

constexpr std::size_t kMostPixels = std::size_t{1} << 26;

/// PS3.3 C.11.1: three numbers, entries (0: 65536), first stored value mapped, bits an entry.
void read_lookup(DcmItem& item, PixelLayout& layout, const std::string& name) {
  const auto descriptor = numbers_of(item, DCM_LUTDescriptor, name);
  const auto refuse = [&](const std::string& what) {
    throw Error(ErrorCode::format, name + ": the modality lookup table " + what + "; export the file again");
  };
  if (descriptor.size() != 3 || !(descriptor[0] >= 0 && descriptor[0] <= 65535) || !(std::abs(descriptor[1]) <= 65535))
    refuse("has no sound descriptor");
  const std::size_t entries = descriptor[0] == 0 ? 65536 : static_cast<std::size_t>(descriptor[0]);
  double first = descriptor[1];
  if (layout.is_signed && first > 32767) first -= 65536;  // the descriptor may have come as unsigned
  DcmElement* element = nullptr;
  Uint16* words = nullptr;
  if (item.findAndGetElement(DCM_LUTData, element).bad() || element == nullptr || element->getLength() < 2 * entries)
    refuse("is shorter than its descriptor says");
  if (element->getUint16Array(words).bad() || words == nullptr) {
    Sint16* with_sign = nullptr;
    if (element->getSint16Array(with_sign).bad() || with_sign == nullptr) refuse("cannot be read");
    layout.lookup.assign(with_sign, with_sign + entries);
  } else {
    layout.lookup.assign(words, words + entries);
  }
  layout.lookup_first = static_cast<int>(first);
}

void read_bits(const Attributes& data, PixelLayout& layout) {
  const std::string& name = data.file_name();
  const auto get = [&](const DcmTagKey& tag, std::optional<int> otherwise) {
    const auto value = data.integer(tag);
    if (!value && !otherwise)
      throw Error(ErrorCode::format, name + ": " + DcmTag(tag).getTagName() + " is absent; export the file again");
    return value ? *value : *otherwise;
  };
  const int allocated = get(DCM_BitsAllocated, std::nullopt);
  if (allocated != 8 && allocated != 16 && allocated != 32)
    throw Error(ErrorCode::unsupported, name + ": " + std::to_string(allocated) + " bits allocated a pixel" +
                                            (allocated == 12  ? " (packed)"
                                             : allocated == 1 ? " (a bitmap)"
                                                              : "") +
                                            "; larc reads 8, 16 and 32: export the image again");
  const int stored = get(DCM_BitsStored, allocated);
  const int high = get(DCM_HighBit, stored - 1);
  if (stored < 1 || stored > allocated || high < stored - 1 || high >= allocated)
    throw Error(ErrorCode::format, name + ": BitsStored " + std::to_string(stored) + " and HighBit " +
                                       std::to_string(high) + " do not fit in " + std::to_string(allocated) +
                                       " bits; export the file again");
  layout.allocated = static_cast<unsigned>(allocated);
  layout.stored = static_cast<unsigned>(stored);
  layout.high_bit = static_cast<unsigned>(high);
  layout.is_signed = get(DCM_PixelRepresentation, 0) == 1;
}

}  // namespace

PixelLayout read_layout(const Attributes& data, const HeaderEnd& end) {
  const std::string& name = data.file_name();
  const auto refuse = [&](const std::string& what) { throw Error(ErrorCode::unsupported, name + ": " + what); };
  PixelLayout layout;
  if (!end.has_pixel_data && !end.has_float_pixel_data) refuse("no pixel data; give image files of one series");
  if (data.integer(DCM_SamplesPerPixel).value_or(1) != 1) refuse("a colour image; give the original grey-value series");
  const std::string photometric = data.text(DCM_PhotometricInterpretation);
  if (!photometric.empty() && photometric != "MONOCHROME1" && photometric != "MONOCHROME2")
    refuse("photometric interpretation " + photometric.substr(0, 32) + "; give the original grey-value series");
  const auto rows = data.integer(DCM_Rows), columns = data.integer(DCM_Columns);
  if (!rows || !columns || *rows < 1 || *columns < 1)
    throw Error(ErrorCode::format, name + ": Rows or Columns absent or zero; export the file again");
  layout.rows = *rows;
  layout.columns = *columns;
  layout.frames = data.integer(DCM_NumberOfFrames).value_or(1);
  if (layout.rows > 65535 || layout.columns > 65535 || layout.pixels() > kMostPixels)
    throw Error(ErrorCode::format, name + ": " + std::to_string(*rows) + " x " + std::to_string(*columns) +
                                       " pixels cannot be a slice of a patient; the file is damaged");
  if (end.has_pixel_data) {
    read_bits(data, layout);
  } else {
    const auto allocated = data.integer(DCM_BitsAllocated).value_or(32);
    if (allocated != 32 && allocated != 64) refuse(std::to_string(allocated) + " bits a floating point pixel");
    layout.kind = allocated == 32 ? CellKind::float32 : CellKind::float64;
    layout.allocated = layout.stored = static_cast<unsigned>(allocated);
  }
  for (DcmItem* table : data.items(DCM_ModalityLUTSequence)) read_lookup(*table, layout, name);
  const double slope = data.number(DCM_RescaleSlope), intercept = data.number(DCM_RescaleIntercept);
  if (slope == 0) throw Error(ErrorCode::format, name + ": RescaleSlope is 0; correct or export the file again");
  if (!std::isnan(slope)) layout.rescale_slope = slope;
  if (!std::isnan(intercept)) layout.rescale_intercept = intercept;
  return layout;
}

namespace {

template <typename Cell>
double load_cell(const std::uint8_t* cells, std::size_t index) {
  Cell cell;
  std::memcpy(&cell, cells + index * sizeof(Cell), sizeof(Cell));
  return static_cast<double>(cell);
}

template <typename Cell>
void convert(const std::uint8_t* cells, std::size_t count, const PixelLayout& layout, double slope, double intercept,
             double* values) {
  const unsigned width = 8 * sizeof(Cell), stored = std::min(layout.stored, width);
  // Decoders may give narrower cells than BitsAllocated; their values start at bit 0.
  const unsigned shift = width == layout.allocated ? layout.high_bit + 1 - layout.stored : 0;
  const std::uint32_t mask = stored >= 32 ? ~0U : (1U << stored) - 1U;
  const std::uint32_t sign = 1U << (stored - 1);
  const bool has_sign = layout.is_signed && layout.stored <= width;
  for (std::size_t p = 0; p < count; ++p) {
    Cell cell;
    std::memcpy(&cell, cells + p * sizeof(Cell), sizeof(Cell));
    const std::uint32_t raw = (static_cast<std::uint32_t>(cell) >> shift) & mask;
    double value = raw;
    if (has_sign && (raw & sign) != 0) value -= 2.0 * sign;
    if (!layout.lookup.empty()) {
      const double at = std::clamp(value - layout.lookup_first, 0.0, static_cast<double>(layout.lookup.size() - 1));
      value = layout.lookup[static_cast<std::size_t>(at)];
    } else {
      value = value * slope + intercept;
    }
    values[p] = value;
  }
}

}  // namespace

void to_values(const std::uint8_t* cells, unsigned bytes, std::size_t count, const PixelLayout& layout, double slope,
               double intercept, double* values) {
  if (layout.kind == CellKind::integer) {
    if (bytes == 1)
      convert<std::uint8_t>(cells, count, layout, slope, intercept, values);
    else if (bytes == 2)
      convert<std::uint16_t>(cells, count, layout, slope, intercept, values);
    else
      convert<std::uint32_t>(cells, count, layout, slope, intercept, values);
    return;
  }
  for (std::size_t p = 0; p < count; ++p)
    values[p] = (bytes == 4 ? load_cell<float>(cells, p) : load_cell<double>(cells, p)) * slope + intercept;
}

}  // namespace larc::io::dicom
