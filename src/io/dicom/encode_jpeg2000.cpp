#include <openjpeg.h>

#include <cstring>

#include "io/dicom/encode.h"

namespace larc::io::dicom {

namespace {

struct Memory {
  std::string bytes;
  std::size_t at = 0;
};

OPJ_SIZE_T write_some(void* from, OPJ_SIZE_T count, void* user) {
  auto& memory = *static_cast<Memory*>(user);
  if (memory.at + count > memory.bytes.size()) memory.bytes.resize(memory.at + count);
  std::memcpy(memory.bytes.data() + memory.at, from, count);
  memory.at += count;
  return count;
}

OPJ_OFF_T skip_some(OPJ_OFF_T count, void* user) {
  auto& memory = *static_cast<Memory*>(user);
  memory.at += static_cast<std::size_t>(count);
  if (memory.at > memory.bytes.size()) memory.bytes.resize(memory.at);
  return count;
}

OPJ_BOOL seek_to(OPJ_OFF_T place, void* user) {
  static_cast<Memory*>(user)->at = static_cast<std::size_t>(place);
  return OPJ_TRUE;
}

// Streams and codecs are both void* there.
struct DestroyImage {
  void operator()(opj_image_t* image) const { opj_image_destroy(image); }
};
struct DestroyStream {
  void operator()(opj_stream_t* stream) const { opj_stream_destroy(stream); }
};
struct DestroyCodec {
  void operator()(opj_codec_t* codec) const { opj_destroy_codec(codec); }
};

}  // namespace

std::string encode_jpeg2000(const std::uint16_t* pixels, int columns, int rows, unsigned bits, bool is_signed) {
  opj_image_cmptparm_t component{};
  component.dx = component.dy = 1;
  component.w = static_cast<OPJ_UINT32>(columns);
  component.h = static_cast<OPJ_UINT32>(rows);
  component.prec = bits;
  component.sgnd = is_signed ? 1 : 0;
  const std::unique_ptr<opj_image_t, DestroyImage> image(opj_image_create(1, &component, OPJ_CLRSPC_GRAY));
  const std::unique_ptr<opj_codec_t, DestroyCodec> codec(opj_create_compress(OPJ_CODEC_J2K));
  const std::unique_ptr<opj_stream_t, DestroyStream> stream(opj_stream_default_create(OPJ_FALSE));
  if (!image || !codec || !stream) throw Error(ErrorCode::internal, "JPEG 2000: no memory for the encoder");
  image->x1 = component.w;
  image->y1 = component.h;
  for (int p = 0; p < columns * rows; ++p)
    image->comps[0].data[p] = is_signed ? static_cast<std::int16_t>(pixels[p]) : pixels[p];
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  parameters.tcp_numlayers = 1;
  parameters.cp_disto_alloc = 1;
  parameters.tcp_rates[0] = 0;  // no loss
  parameters.irreversible = 0;
  // Each resolution halves the picture: no more of them than its smaller side bears.
  while (parameters.numresolution > 1 && (1 << (parameters.numresolution - 1)) > std::min(columns, rows))
    --parameters.numresolution;
  Memory memory;
  opj_stream_set_user_data(stream.get(), &memory, nullptr);
  opj_stream_set_write_function(stream.get(), write_some);
  opj_stream_set_skip_function(stream.get(), skip_some);
  opj_stream_set_seek_function(stream.get(), seek_to);
  if (!opj_setup_encoder(codec.get(), &parameters, image.get()) ||
      !opj_start_compress(codec.get(), image.get(), stream.get()) || !opj_encode(codec.get(), stream.get()) ||
      !opj_end_compress(codec.get(), stream.get()))
    throw Error(ErrorCode::internal, "JPEG 2000: the frame cannot be encoded");
  return memory.bytes;
}

}  // namespace larc::io::dicom
