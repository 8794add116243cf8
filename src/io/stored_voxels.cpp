#include "io/stored_voxels.h"

#include <nifti1.h>

#include <bit>
#include <cstddef>
#include <cstring>
#include <map>

#include "core/error.h"
#include "core/file.h"
#include "core/number.h"
#include "core/text.h"
#include "io/gzip.h"
#include "io/voxels.h"

namespace larc::io {

namespace fs = std::filesystem;

namespace {

/// The header's numbers in the byte order of this machine, whatever the file's.
class Nifti1 {
 public:
  Nifti1(std::string_view bytes, bool swapped) : bytes_(bytes), swapped_(swapped) {}

  template <typename T>
  T get(std::size_t offset, std::size_t item = 0) const {
    std::array<char, sizeof(T)> raw;
    std::memcpy(raw.data(), bytes_.data() + offset + item * sizeof(T), sizeof(T));
    if (swapped_) std::reverse(raw.begin(), raw.end());
    return std::bit_cast<T>(raw);
  }
  int dim(std::size_t item) const { return get<std::int16_t>(offsetof(nifti_1_header, dim), item); }
  bool swapped() const { return swapped_; }
  double pixdim(std::size_t item) const { return get<float>(offsetof(nifti_1_header, pixdim), item); }
  double srow(std::size_t row, std::size_t column) const {
    return get<float>(offsetof(nifti_1_header, srow_x), row * 4 + column);
  }

 private:
  std::string_view bytes_;
  bool swapped_;
};

Nifti1 nifti_header(std::string_view bytes, const std::string& name) {
  const auto not_nifti = [&] {
    return Error(ErrorCode::format, name + " is not a NIfTI image, whatever its name says; export the image again");
  };
  if (bytes.size() < 4) throw not_nifti();
  for (const bool swapped : {false, true}) {
    const Nifti1 header(bytes, swapped);
    const auto size = header.get<std::int32_t>(0);
    if (size == 540)
      throw Error(ErrorCode::unsupported, name + " is NIfTI-2, which is not read; convert it to NIfTI-1 or NRRD");
    if (size != 348) continue;
    if (bytes.size() < sizeof(nifti_1_header))
      throw Error(ErrorCode::format, name + " breaks off within its header; copy the file again from its source");
    const std::string_view magic = bytes.substr(offsetof(nifti_1_header, magic), 3);
    if (magic == "ni1")
      throw Error(ErrorCode::unsupported,
                  name + " is the header of a .hdr/.img pair; convert it to a single .nii.gz file");
    if (magic != "n+1") throw not_nifti();
    return header;
  }
  throw not_nifti();
}

VoxelType nifti_type(int datatype, const std::string& name) {
  switch (datatype) {
    case DT_UINT8:
      return VoxelType::uint8;
    case DT_INT16:
      return VoxelType::int16;
    case DT_INT32:
      return VoxelType::int32;
    case DT_FLOAT32:
      return VoxelType::float32;
    case DT_FLOAT64:
      return VoxelType::float64;
    case DT_INT8:
      return VoxelType::int8;
    case DT_UINT16:
      return VoxelType::uint16;
    case DT_UINT32:
      return VoxelType::uint32;
    case DT_INT64:
      return VoxelType::int64;
    case DT_UINT64:
      return VoxelType::uint64;
    default:
      throw Error(ErrorCode::unsupported,
                  name + ": NIfTI voxel type " + std::to_string(datatype) +
                      " (colour, complex, binary or 128-bit) is not read; export a scalar image");
  }
}

std::size_t nifti_voxel_count(const Nifti1& header, const std::string& name) {
  const int dimensions = header.dim(0);
  if (dimensions < 2 || dimensions > 7)
    throw Error(ErrorCode::format, name + ": the NIfTI header announces " + std::to_string(dimensions) +
                                       " dimensions; the file is damaged, export it again");
  if (dimensions == 2)
    throw Error(ErrorCode::unsupported, name +
                                            " is a 2D NIfTI image, which ITK reads without its place across the slice; "
                                            "store it with three dimensions, the third of size 1");
  image::Index3 size{1, 1, 1};
  for (std::size_t axis = 0; axis < static_cast<std::size_t>(dimensions); ++axis) {
    const int n = header.dim(axis + 1);
    if (axis < 3) {
      size[axis] = n;
    } else if (n > 1) {
      throw Error(ErrorCode::unsupported,
                  name + " holds " + std::to_string(n) + " frames; larc reads one 3D image a file: split it first");
    }
    const double step = header.pixdim(axis + 1);
    if (n > 1 && !(std::isfinite(step) && step != 0))
      throw Error(ErrorCode::domain, name + ": the voxel size along axis " + std::to_string(axis) + " is " +
                                         format_double(step) + "; correct pixdim in the header");
  }
  return checked_voxel_count(size, name);
}

/// ITK takes directions from the sform and lengths from pixdim, and a sheared sform for absent. A qform that alone
/// points to the scanner stands for itself.
void check_sform(const Nifti1& header, const std::string& name) {
  const int qform = header.get<std::int16_t>(offsetof(nifti_1_header, qform_code));
  const int sform = header.get<std::int16_t>(offsetof(nifti_1_header, sform_code));
  const bool by_qform = sform != NIFTI_XFORM_SCANNER_ANAT && qform == NIFTI_XFORM_SCANNER_ANAT;
  if (sform <= 0 || by_qform) return;
  image::Mat3 axes{};
  for (std::size_t row = 0; row < 3; ++row)
    for (std::size_t column = 0; column < 3; ++column) axes[row][column] = header.srow(row, column);
  image::Geometry geometry;
  set_axes(geometry, axes, name);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double step = std::abs(header.pixdim(axis + 1)), length = geometry.spacing_mm[axis];
    if (header.dim(axis + 1) > 1 && std::abs(step - length) > 1e-3 * length)
      throw Error(ErrorCode::domain, name + ": voxels are " + format_double(step) + " long by pixdim and " +
                                         format_double(length) + " by the sform along axis " + std::to_string(axis) +
                                         "; correct the header");
  }
}

/// ITK ends the process on an orientation that is not finite.
void check_qform(const Nifti1& header, const std::string& name) {
  const auto quaternion = [&](std::size_t offset) { return std::abs(header.get<float>(offset)) <= 2; };
  const auto finite = [&](std::size_t offset) { return std::abs(header.get<float>(offset)) < 1e9F; };
  bool good = true;
  for (std::size_t axis = 1; axis <= 3; ++axis) good = good && std::abs(header.pixdim(axis)) < 1e9;
  if (header.get<std::int16_t>(offsetof(nifti_1_header, qform_code)) > 0)
    good = good && quaternion(offsetof(nifti_1_header, quatern_b)) && quaternion(offsetof(nifti_1_header, quatern_c)) &&
           quaternion(offsetof(nifti_1_header, quatern_d)) && finite(offsetof(nifti_1_header, qoffset_x)) &&
           finite(offsetof(nifti_1_header, qoffset_y)) && finite(offsetof(nifti_1_header, qoffset_z));
  if (header.get<std::int16_t>(offsetof(nifti_1_header, sform_code)) > 0)
    for (std::size_t row = 0; row < 3; ++row)
      for (std::size_t column = 0; column < 4; ++column) good = good && std::abs(header.srow(row, column)) < 1e9;
  if (!good)
    throw Error(ErrorCode::domain,
                name + ": the orientation in the header is not finite; correct qform, sform and pixdim");
}

using Fields = std::map<std::string, std::string>;

const std::string* find(const Fields& fields, std::initializer_list<const char*> names) {
  for (const char* key : names)
    if (const auto it = fields.find(key); it != fields.end()) return &it->second;
  return nullptr;
}

bool is_true(const std::string* text) {
  return text != nullptr && (to_lower(*text) == "true" || *text == "1");
}

/// A header of text lines, and where the voxels begin.
struct TextHeader {
  Fields fields;
  std::size_t data_offset = 0;
};

TextHeader meta_image_header(std::string_view bytes, const std::string& name) {
  TextHeader header;
  for (std::size_t at = 0, end; (end = bytes.find('\n', at)) != std::string_view::npos; at = end + 1) {
    const std::string_view line = bytes.substr(at, end - at);
    const std::size_t equals = line.find('=');
    if (trim(line).empty()) continue;
    if (equals == std::string_view::npos) break;
    const std::string key(trim(line.substr(0, equals)));
    if (header.fields.empty() && key != "ObjectType" && key != "NDims" && key != "Comment") break;
    header.fields[key] = std::string(trim(line.substr(equals + 1)));
    header.data_offset = end + 1;
    if (key == "ElementDataFile") return header;
  }
  // The last line of a detached header may lack its line break.
  const std::string_view last = trim(bytes.substr(std::min(header.data_offset, bytes.size())));
  const std::size_t equals = last.find('=');
  if (!header.fields.empty() && equals != std::string_view::npos && trim(last.substr(0, equals)) == "ElementDataFile") {
    const std::string file(trim(last.substr(equals + 1)));
    if (file.size() > 5 || !std::string_view("LOCAL").starts_with(file)) {
      header.fields["ElementDataFile"] = file;
      header.data_offset = bytes.size();
      return header;
    }
  }
  throw Error(ErrorCode::format, name +
                                     (header.fields.empty() ? " is not a MetaImage, whatever its name says"
                                                            : " breaks off within its header, or is damaged") +
                                     "; export the image again");
}

TextHeader nrrd_header(std::string_view bytes, const std::string& name) {
  if (!bytes.starts_with("NRRD0"))
    throw Error(ErrorCode::format, name + " is not an NRRD image, whatever its name says; export the image again");
  TextHeader header;
  bool ended = false;
  for (std::size_t at = 0; at < bytes.size() && !ended;) {
    const std::size_t end = std::min(bytes.find('\n', at), bytes.size());
    std::string_view line = bytes.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    at = std::min(end + 1, bytes.size());
    ended = line.empty();
    header.data_offset = at;
    const std::size_t colon = line.find(": ");
    if (ended || line[0] == '#' || colon == std::string_view::npos || line.find(":=") < colon) continue;
    std::string key = to_lower(line.substr(0, colon));
    key.erase(std::remove(key.begin(), key.end(), ' '), key.end());
    header.fields[key] = std::string(trim(line.substr(colon + 2)));
  }
  if (!ended && find(header.fields, {"datafile"}) == nullptr)
    throw Error(ErrorCode::format, name + " breaks off within its header; copy the file again from its source");
  return header;
}

void check_count(std::size_t there, std::size_t needed, const std::string& name) {
  if (there < needed)
    throw Error(ErrorCode::format, name + " breaks off: " + std::to_string(needed) + " bytes of voxels announced, " +
                                       std::to_string(there) + " there; copy the file again from its source");
}

}  // namespace

NiftiLayout nifti_layout(std::string_view head, const fs::path& path) {
  const std::string name = path.string();
  const std::string file = path.filename().string();
  const bool named_gzip = to_lower(file).ends_with(".gz");
  if (const std::string ending = file.substr(file.size() - (named_gzip ? 7 : 4));
      ending != to_lower(ending) && ending != (named_gzip ? ".NII.GZ" : ".NII"))
    throw Error(ErrorCode::unsupported,
                name + ": ITK does not take an extension in mixed case; rename it to lower case");
  const Nifti1 header = nifti_header(head, name);
  NiftiLayout layout{};
  layout.count = nifti_voxel_count(header, name);
  layout.type = nifti_type(header.get<std::int16_t>(offsetof(nifti_1_header, datatype)), name);
  check_qform(header, name);
  check_sform(header, name);
  const double offset = header.get<float>(offsetof(nifti_1_header, vox_offset));
  if (!(offset >= sizeof(nifti_1_header) && offset <= 1e9))
    throw Error(ErrorCode::format,
                name + " breaks off before its voxels, or its header is damaged; copy the file again");
  layout.offset = static_cast<std::size_t>(offset);
  layout.big_endian = header.swapped();
  layout.slope = header.get<float>(offsetof(nifti_1_header, scl_slope));
  layout.intercept = header.get<float>(offsetof(nifti_1_header, scl_inter));
  layout.scaled = std::isfinite(layout.slope) && std::isfinite(layout.intercept) && layout.slope != 0 &&
                  !(layout.slope == 1 && layout.intercept == 0);
  const int unit = XYZT_TO_SPACE(header.get<char>(offsetof(nifti_1_header, xyzt_units)));
  layout.millimetres = unit == NIFTI_UNITS_METER ? 1000.0 : unit == NIFTI_UNITS_MICRON ? 0.001 : 1.0;
  return layout;
}

NiftiVoxels read_nifti_voxels(std::string_view bytes, const fs::path& path) {
  const std::string name = path.string();
  const bool named_gzip = to_lower(name).ends_with(".gz");
  std::string inflated;
  if (is_gzip(bytes) && !named_gzip)
    throw Error(ErrorCode::format, name + " is compressed, against its name; rename it to .nii.gz");
  if (is_gzip(bytes)) bytes = inflated = gunzip(bytes, name);
  const NiftiLayout layout = nifti_layout(bytes, path);
  const std::size_t size = layout.count * byte_size(layout.type);
  if (layout.offset > bytes.size())
    throw Error(ErrorCode::format,
                name + " breaks off before its voxels, or its header is damaged; copy the file again");
  check_count(bytes.size() - layout.offset, size, name);
  NiftiVoxels out{decode_voxels(bytes.substr(layout.offset, size), layout.count, layout.type, name, layout.big_endian),
                  layout.millimetres};
  if (layout.scaled)
    for (double& value : out.values) value = value * layout.slope + layout.intercept;
  return out;
}

Fields meta_image_fields(std::string_view bytes, const fs::path& path) {
  const std::string name = path.string();
  Fields fields = meta_image_header(bytes, name).fields;
  for (const char* needed : {"NDims", "DimSize", "ElementType"})
    if (!fields.contains(needed))
      throw Error(ErrorCode::format,
                  name + ": no field " + needed + "; the MetaImage file is damaged, export it again");
  if (fields.contains("BinaryData") && !is_true(find(fields, {"BinaryData"})))
    throw Error(ErrorCode::unsupported, name + ": MetaImage with text voxels is not read; write binary voxels");
  const std::string& file = fields.at("ElementDataFile");
  if (to_lower(file).starts_with("list") || file.find('%') != std::string::npos)
    throw Error(ErrorCode::unsupported, name + ": its voxels lie in several files; write one .mha file");
  return fields;
}

StoredVoxels read_meta_image_voxels(std::string_view bytes, const fs::path& path, std::size_t needed) {
  const std::string name = path.string();
  const TextHeader header = meta_image_header(bytes, name);
  const auto integer = [&](const char* field) {
    const std::string* text = find(header.fields, {field});
    return text == nullptr ? 0 : parse_integer(*text).value_or(0);
  };
  const std::string& file = header.fields.at("ElementDataFile");
  std::string data =
      to_lower(file) == "local" ? std::string(bytes.substr(header.data_offset)) : read_file(path.parent_path() / file);
  if (is_true(find(header.fields, {"CompressedData"}))) {
    if (const auto size = integer("CompressedDataSize"); size > 0) {
      check_count(data.size(), static_cast<std::size_t>(size), name);
      data.resize(static_cast<std::size_t>(size));
    }
    data = gunzip(data, name);
  } else {
    const auto skip = integer("HeaderSize");  // -1: the voxels end the file
    if (skip > 0) data.erase(0, static_cast<std::size_t>(skip));
    if (skip == -1 && data.size() > needed) data.erase(0, data.size() - needed);
  }
  check_count(data.size(), needed, name);
  data.resize(needed);
  return {std::move(data), is_true(find(header.fields, {"BinaryDataByteOrderMSB", "ElementByteOrderMSB"}))};
}

void check_nrrd_header(std::string_view bytes, const fs::path& path) {
  const std::string name = path.string();
  const Fields fields = nrrd_header(bytes, name).fields;
  const std::string* file = find(fields, {"datafile"});
  if (file != nullptr && (file->find('%') != std::string::npos || to_lower(*file).starts_with("list")))
    throw Error(ErrorCode::unsupported, name + ": its voxels lie in several files; write one .nrrd file");
  if (file != nullptr && !fs::exists(path.parent_path() / *file))
    throw Error(ErrorCode::not_found,
                name + ": the file " + *file + " with its voxels does not exist; put it beside the header");
  const std::string* encoding = find(fields, {"encoding"});
  if (encoding == nullptr)
    throw Error(ErrorCode::format, name + ": no field 'encoding'; the NRRD file is damaged, export it again");
  const std::string how = to_lower(*encoding);
  if (how != "raw" && how != "gzip" && how != "gz")
    throw Error(ErrorCode::unsupported, name + ": NRRD encoding '" + *encoding + "' is not read; write raw or gzip");
  for (const char* skip : {"lineskip", "byteskip"})
    if (const std::string* text = find(fields, {skip}); text != nullptr && *text != "0")
      throw Error(ErrorCode::unsupported, name + ": NRRD with a skipped part of its data is not read; write one .nrrd");
  if (const std::string* text = find(fields, {"space"})) {
    const std::string space = to_lower(*text);
    bool known = false;
    for (const char* s :
         {"left-posterior-superior", "lps", "right-anterior-superior", "ras", "left-anterior-superior", "las"})
      known = known || space == s;
    if (!known)
      throw Error(ErrorCode::unsupported, name + ": NRRD space '" + *text + "' is not read; export in LPS or RAS");
  }
}

NrrdLayout nrrd_layout(std::string_view head, const fs::path& path) {
  const TextHeader header = nrrd_header(head, path.string());
  const std::string* endian = find(header.fields, {"endian"});
  return {header.data_offset, to_lower(header.fields.at("encoding")) != "raw",
          endian != nullptr && to_lower(*endian) == "big", find(header.fields, {"datafile"}) != nullptr};
}

StoredVoxels read_nrrd_voxels(std::string_view bytes, const fs::path& path, std::size_t needed) {
  const std::string name = path.string();
  const TextHeader header = nrrd_header(bytes, name);
  const std::string* file = find(header.fields, {"datafile"});
  std::string data =
      file == nullptr ? std::string(bytes.substr(header.data_offset)) : read_file(path.parent_path() / *file);
  if (to_lower(header.fields.at("encoding")) != "raw") data = gunzip(data, name);
  check_count(data.size(), needed, name);
  if (data.size() > needed)
    throw Error(ErrorCode::format,
                name + ": more bytes than the header announces; the NRRD file is damaged, export it again");
  const std::string* endian = find(header.fields, {"endian"});
  return {std::move(data), endian != nullptr && to_lower(*endian) == "big"};
}

}  // namespace larc::io
