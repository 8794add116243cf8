#include "io/dicom/pixels.h"

#include <dcmtk/dcmdata/dcpixel.h>

#include "core/number.h"
#include "io/dicom/dataset.h"

namespace larc::io::dicom {

namespace {

constexpr std::size_t kMostPixels = std::size_t{1} << 26;

struct Layout {
  unsigned allocated, stored, high_bit;
  bool is_signed;
};

Layout read_layout(DcmDataset& data, const std::string& name) {
  const auto get = [&](const DcmTagKey& tag, std::optional<int> otherwise) {
    const auto value = integer_of(data, tag, name);
    if (!value && !otherwise)
      throw Error(ErrorCode::format, name + ": " + DcmTag(tag).getTagName() + " is absent; export the file again");
    return value ? *value : *otherwise;
  };
  const int allocated = get(DCM_BitsAllocated, std::nullopt);
  const int stored = get(DCM_BitsStored, allocated);
  const int high = get(DCM_HighBit, stored - 1);
  if (allocated != 8 && allocated != 16 && allocated != 32)
    throw Error(ErrorCode::unsupported, name + ": " + std::to_string(allocated) +
                                            " bits allocated a pixel; larc reads 8, 16 and 32: export the image again");
  if (stored < 1 || stored > allocated || high < stored - 1 || high >= allocated)
    throw Error(ErrorCode::format, name + ": BitsStored " + std::to_string(stored) + " and HighBit " +
                                       std::to_string(high) + " do not fit in " + std::to_string(allocated) +
                                       " bits; export the file again");
  return {static_cast<unsigned>(allocated), static_cast<unsigned>(stored), static_cast<unsigned>(high),
          get(DCM_PixelRepresentation, 0) == 1};
}

void check_supported(const DicomInstance& instance, DcmDataset& data, const std::string& name) {
  const auto refuse = [&](const std::string& what) { throw Error(ErrorCode::unsupported, name + ": " + what); };
  if (!instance.has_pixel_data || !data.tagExists(DCM_PixelData))
    refuse("no integer pixel data; give image files of one series");
  if (instance.number_of_frames.value_or(1) > 1)
    refuse("multi-frame image with " + std::to_string(*instance.number_of_frames) +
           " frames; export it as classic single-frame images");
  if (integer_of(data, DCM_SamplesPerPixel, name).value_or(1) != 1)
    refuse("a colour image; give the original grey-value series");
  const std::string photometric = text_of(data, DCM_PhotometricInterpretation);
  if (!photometric.empty() && photometric != "MONOCHROME1" && photometric != "MONOCHROME2")
    refuse("photometric interpretation " + photometric + "; give the original grey-value series");
  if (data.tagExists(DCM_ModalityLUTSequence))
    refuse("a modality lookup table, which larc does not apply; export with rescale slope and intercept");
}

void decode(DcmDataset& data, const std::string& name) {
  const DcmXfer syntax(data.getOriginalXfer());
  OFCondition status = EC_Normal;
  try {
    status = data.loadAllDataIntoMemory();
    if (status.good() && syntax.isEncapsulated()) status = data.chooseRepresentation(EXS_LittleEndianExplicit, nullptr);
  } catch (const std::bad_alloc&) {
    status = EC_MemoryExhausted;
  }
  if (syntax.isEncapsulated() && (status == EC_CannotChangeRepresentation || status == EC_UnsupportedEncoding))
    throw Error(ErrorCode::unsupported, name + ": no decoder for the transfer syntax " + syntax.getXferName() + " (" +
                                            syntax.getXferID() +
                                            "); export the series uncompressed or as JPEG lossless");
  if (status.bad())
    throw Error(ErrorCode::format,
                name + ": the pixel data cannot be decoded (" + status.text() + "); send or export the file again");
}

/// Stored values, bits outside BitsStored removed, sign extended.
std::vector<double> stored_values(DcmDataset& data, const Layout& layout, std::size_t count, const std::string& name) {
  DcmElement* element = nullptr;
  const std::size_t needed = count * layout.allocated / 8;
  if (data.findAndGetElement(DCM_PixelData, element).bad() || element == nullptr || element->getLength() < needed)
    throw Error(ErrorCode::format, name + ": the pixel data break off: " + std::to_string(needed) + " bytes needed, " +
                                       std::to_string(element == nullptr ? 0 : element->getLength()) +
                                       " there; send or export the file again");
  const Uint8* bytes = nullptr;
  const Uint16* words = nullptr;
  const OFCondition status = layout.allocated == 8 ? data.findAndGetUint8Array(DCM_PixelData, bytes)
                                                   : data.findAndGetUint16Array(DCM_PixelData, words);
  if (status.bad() || (bytes == nullptr && words == nullptr))
    throw Error(ErrorCode::format,
                name + ": the pixel data cannot be read (" + status.text() + "); export the file again");
  const unsigned shift = layout.high_bit + 1 - layout.stored;
  const std::uint32_t mask = layout.stored == 32 ? ~0U : (1U << layout.stored) - 1U;
  const std::uint32_t sign = 1U << (layout.stored - 1);
  std::vector<double> values(count);
  for (std::size_t p = 0; p < count; ++p) {
    std::uint32_t raw = 0;
    if (layout.allocated == 8) {
      raw = bytes[p];
    } else if (layout.allocated == 16) {
      raw = words[p];
    } else {
      raw = words[2 * p] | (static_cast<std::uint32_t>(words[2 * p + 1]) << 16);
    }
    raw = (raw >> shift) & mask;
    const bool negative = layout.is_signed && (raw & sign) != 0;
    values[p] = static_cast<double>(raw) - (negative ? 2.0 * static_cast<double>(sign) : 0.0);
  }
  return values;
}

}  // namespace

std::vector<double> read_pixels(const DicomInstance& instance) {
  const std::string name = instance.path.string();
  start_dcmtk();
  DcmFileFormat file;
  load(file, instance.path);
  DcmDataset& data = *file.getDataset();
  check_supported(instance, data, name);
  const auto rows = integer_of(data, DCM_Rows, name), columns = integer_of(data, DCM_Columns, name);
  if (!rows || !columns || *rows < 1 || *columns < 1 || rows != instance.rows || columns != instance.columns)
    throw Error(ErrorCode::format, name + ": Rows or Columns absent or zero; export the file again");
  const std::size_t count = static_cast<std::size_t>(*rows) * static_cast<std::size_t>(*columns);
  if (count > kMostPixels)
    throw Error(ErrorCode::format, name + ": " + std::to_string(*rows) + " x " + std::to_string(*columns) +
                                       " pixels cannot be a slice of a patient; the file is damaged");
  const Layout layout = read_layout(data, name);
  if (layout.allocated == 32 && data.getOriginalXfer() == EXS_BigEndianExplicit)
    throw Error(ErrorCode::unsupported, name + ": 32-bit pixels in big endian; export in little endian");
  decode(data, name);
  std::vector<double> values = stored_values(data, layout, count, name);
  const double slope = number_of(data, DCM_RescaleSlope, name), intercept = number_of(data, DCM_RescaleIntercept, name);
  const double scale = std::isnan(slope) ? 1.0 : slope, shift = std::isnan(intercept) ? 0.0 : intercept;
  if (scale == 0) throw Error(ErrorCode::format, name + ": RescaleSlope is 0; correct or export the file again");
  if (scale != 1 || shift != 0)
    for (double& value : values) value = value * scale + shift;
  return values;
}

}  // namespace larc::io::dicom
