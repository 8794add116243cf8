#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace larc::nn {

/// A named array of float32, last dimension fastest; an empty shape is one number.
struct Tensor {
  std::string name;
  std::vector<std::int64_t> shape;
  std::vector<float> data;
};

struct TensorFile {
  std::vector<Tensor> tensors;  // in the order of their bytes
  std::map<std::string, std::string> metadata;
};

/// The safetensors format: length of the header (8 bytes, little endian), header (JSON, padded with spaces to a
/// multiple of 8), values. Tensors are written in the order given, so equal input gives equal bytes. errors
/// shape_mismatch (shape and data), conflict (a name twice), domain (reserved or empty name)
std::string write_safetensors(const std::vector<Tensor>& tensors, const std::map<std::string, std::string>& metadata);

/// Reads what any writer of the format wrote, as long as all tensors are float32.
/// errors format (truncated, header too long or not JSON, offsets that overlap, leave a hole or disagree with the
/// shape),
///        unsupported (another dtype); messages name the tensor
TensorFile read_safetensors(std::string_view bytes);

}  // namespace larc::nn
