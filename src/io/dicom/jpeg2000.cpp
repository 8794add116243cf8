#include "io/dicom/jpeg2000.h"

#include <openjpeg.h>

#include <cstring>
#include <memory>

#include "core/error.h"
#include "core/text.h"
#include "io/dicom/codestream.h"

namespace larc::io::dicom {

namespace {

struct Source {
  std::string_view bytes;
  std::size_t at = 0;
};

OPJ_SIZE_T read_source(void* buffer, OPJ_SIZE_T count, void* data) {
  auto& source = *static_cast<Source*>(data);
  const std::size_t left = source.bytes.size() - source.at;
  if (left == 0) return static_cast<OPJ_SIZE_T>(-1);
  const std::size_t taken = std::min<std::size_t>(count, left);
  std::memcpy(buffer, source.bytes.data() + source.at, taken);
  source.at += taken;
  return taken;
}

OPJ_OFF_T skip_source(OPJ_OFF_T count, void* data) {
  auto& source = *static_cast<Source*>(data);
  const auto left = static_cast<OPJ_OFF_T>(source.bytes.size() - source.at);
  if (count < 0 || count > left) return -1;
  source.at += static_cast<std::size_t>(count);
  return count;
}

OPJ_BOOL seek_source(OPJ_OFF_T place, void* data) {
  auto& source = *static_cast<Source*>(data);
  if (place < 0 || static_cast<std::size_t>(place) > source.bytes.size()) return OPJ_FALSE;
  source.at = static_cast<std::size_t>(place);
  return OPJ_TRUE;
}

void keep_first_error(const char* message, void* data) {
  auto& text = *static_cast<std::string*>(data);
  if (text.empty()) text = trim(message);
}
void ignore(const char*, void*) {}

[[noreturn]] void refuse(const std::string& what) {
  throw Error(ErrorCode::format, "the pixel data cannot be decoded (" + what + "); send or export the file again");
}

}  // namespace

Jpeg2000Image decode_jpeg2000(std::string_view codestream, int rows, int columns) {
  const auto size = jpeg2000_size(codestream);
  if (!size) refuse("no JPEG 2000 codestream");
  if (size->rows != static_cast<std::uint32_t>(rows) || size->columns != static_cast<std::uint32_t>(columns) ||
      size->components != 1)
    refuse("the JPEG 2000 codestream holds " + std::to_string(size->rows) + " x " + std::to_string(size->columns) +
           " pixels of " + std::to_string(size->components) + " components, the header says " + std::to_string(rows) +
           " x " + std::to_string(columns));
  Source source{codestream};
  std::string error;
  const std::unique_ptr<opj_codec_t, decltype(&opj_destroy_codec)> codec(opj_create_decompress(OPJ_CODEC_J2K),
                                                                         &opj_destroy_codec);
  const std::unique_ptr<opj_stream_t, decltype(&opj_stream_destroy)> stream(opj_stream_create(1 << 16, OPJ_TRUE),
                                                                            &opj_stream_destroy);
  if (!codec || !stream) refuse("out of memory");
  opj_set_error_handler(codec.get(), keep_first_error, &error);
  opj_set_warning_handler(codec.get(), ignore, nullptr);
  opj_set_info_handler(codec.get(), ignore, nullptr);
  opj_stream_set_user_data(stream.get(), &source, nullptr);
  opj_stream_set_user_data_length(stream.get(), codestream.size());
  opj_stream_set_read_function(stream.get(), read_source);
  opj_stream_set_skip_function(stream.get(), skip_source);
  opj_stream_set_seek_function(stream.get(), seek_source);
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  opj_image_t* raw = nullptr;
  const bool read = opj_setup_decoder(codec.get(), &parameters) == OPJ_TRUE &&
                    opj_read_header(stream.get(), codec.get(), &raw) == OPJ_TRUE;
  const std::unique_ptr<opj_image_t, decltype(&opj_image_destroy)> image(raw, &opj_image_destroy);
  if (!read || !image) refuse(error.empty() ? "JPEG 2000 header" : error);
  // A stream that ends early still gives an image: grey where bytes are missing.
  if (opj_decode(codec.get(), stream.get(), image.get()) != OPJ_TRUE || !error.empty())
    refuse(error.empty() ? "JPEG 2000 codestream" : error);
  if (image->numcomps != 1 || image->comps[0].data == nullptr ||
      image->comps[0].w != static_cast<OPJ_UINT32>(columns) || image->comps[0].h != static_cast<OPJ_UINT32>(rows))
    refuse("a JPEG 2000 image of another size than its header");
  const opj_image_comp_t& grey = image->comps[0];
  Jpeg2000Image decoded;
  decoded.precision = grey.prec;
  decoded.is_signed = grey.sgnd != 0;
  decoded.values.assign(grey.data, grey.data + static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns));
  return decoded;
}

}  // namespace larc::io::dicom
