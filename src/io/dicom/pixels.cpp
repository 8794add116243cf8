#include "io/dicom/pixels.h"

#include <cstring>

#include "core/error.h"
#include "io/dicom/frame_file.h"
#include "io/dicom/isolated.h"
#include "io/dicom/raw_header.h"

namespace larc::io::dicom {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kBatchBytes = std::size_t{64} << 20;
constexpr std::size_t kPixelsAByte = 2000;    // more no codec stores of an image that is not empty
constexpr std::size_t kFreePixels = 1 << 20;  // below this, blank images compress further
constexpr std::size_t kMessage = 400;

/// One decoded frame on its way out of a child.
struct Slot {
  std::uint32_t done;   // 1 decoded, 2 refused
  std::uint32_t bytes;  // a cell
  std::uint32_t code;   // of the error
  char message[kMessage];
};

/// One file and the slices taken from it.
struct FileJob {
  fs::path path;
  bool in_child = false;
  std::vector<std::size_t> slices;  // indices
};

std::vector<FileJob> jobs_of(const std::vector<DicomInstance>& slices) {
  std::map<fs::path, FileJob> files;
  for (std::size_t k = 0; k < slices.size(); ++k) {
    FileJob& job = files[slices[k].path];
    job.path = slices[k].path;
    job.in_child = needs_child(slices[k].transfer_syntax_uid);
    job.slices.push_back(k);
  }
  std::vector<FileJob> all;
  for (auto& [path, job] : files) all.push_back(std::move(job));
  return all;
}

PixelLayout layout_of(const fs::path& path) {
  RawHeader raw;
  if (read_raw_header(path, raw)) return read_layout(Attributes(raw, path.string()), raw.end);
  DcmFileFormat file;
  const HeaderEnd end = load_header(file, path);
  return read_layout(Attributes(*file.getDataset(), path.string()), end);
}

void check_same_size(const DicomInstance& slice, const PixelLayout& layout) {
  const bool whole = layout.rows == slice.rows && layout.columns == slice.columns;
  const bool tiles = slice.tile && slice.rows.value_or(0) > 0 && slice.columns.value_or(0) > 0 &&
                     layout.rows % *slice.rows == 0 && layout.columns % *slice.columns == 0 &&
                     (*slice.tile / (layout.columns / *slice.columns)) < layout.rows / *slice.rows;
  if (slice.tile ? !tiles : !whole)
    throw Error(ErrorCode::format, slice.path.string() + ": Rows or Columns changed since the header was read");
}

/// The part of a frame that a slice is, to its values.
void put(const Cells& cells, const PixelLayout& layout, const DicomInstance& slice, double* values) {
  double slope = layout.rescale_slope, intercept = layout.rescale_intercept;
  if (slice.frame) {
    slope = std::isnan(slice.rescale_slope) ? 1 : slice.rescale_slope;
    intercept = std::isnan(slice.rescale_intercept) ? 0 : slice.rescale_intercept;
    if (slope == 0)
      throw Error(ErrorCode::format, slice.path.string() + ": RescaleSlope is 0; correct or export the file again");
  }
  if (!slice.tile) {
    to_values(cells.data.data(), cells.bytes, layout.pixels(), layout, slope, intercept, values);
    return;
  }
  const auto columns = static_cast<std::size_t>(*slice.columns), rows = static_cast<std::size_t>(*slice.rows);
  const auto wide = static_cast<std::size_t>(layout.columns), side = wide / columns;
  const auto tile = static_cast<std::size_t>(*slice.tile);
  const std::size_t corner = tile / side * rows * wide + tile % side * columns;
  for (std::size_t r = 0; r < rows; ++r)
    to_values(cells.data.data() + (corner + r * wide) * cells.bytes, cells.bytes, columns, layout, slope, intercept,
              values + r * columns);
}

/// Tiles of one mosaic share its frame, which is decoded once.
std::map<int, std::vector<std::size_t>> frames_of_job(const FileJob& job, const std::vector<DicomInstance>& slices) {
  std::map<int, std::vector<std::size_t>> frames;
  for (const std::size_t k : job.slices) frames[slices[k].frame.value_or(0)].push_back(k);
  return frames;
}

void read_here(const FileJob& job, const std::vector<DicomInstance>& slices, double* voxels, std::size_t stride) {
  FrameFile file(job.path);
  for (const auto& [frame, targets] : frames_of_job(job, slices)) {
    const Cells cells = file.frame(frame);
    for (const std::size_t k : targets) {
      check_same_size(slices[k], file.layout());
      put(cells, file.layout(), slices[k], voxels + k * stride);
    }
  }
}

/// One frame to be decoded in a child.
struct FrameJob {
  const FileJob* file;
  int frame;
  std::vector<std::size_t> targets;
  PixelLayout layout;
  std::size_t size() const { return sizeof(Slot) + (layout.pixels() * (layout.allocated / 8) + 7) / 8 * 8; }
};

void decode_in_child(const std::vector<FrameJob>& jobs, std::byte* shared, Progress& progress) {
  std::unique_ptr<FrameFile> open;
  const FileJob* opened = nullptr;
  for (std::size_t n = 0; n < jobs.size(); ++n) {
    progress.job = static_cast<std::uint32_t>(n);
    auto* slot = reinterpret_cast<Slot*>(shared);
    try {
      if (opened != jobs[n].file) {
        opened = jobs[n].file;
        open = std::make_unique<FrameFile>(opened->path);
      }
      const Cells cells = open->frame(jobs[n].frame);
      if (cells.data.size() > jobs[n].size() - sizeof(Slot)) throw Error(ErrorCode::format, "the file changed");
      std::memcpy(shared + sizeof(Slot), cells.data.data(), cells.data.size());
      slot->bytes = cells.bytes;
      slot->done = 1;
    } catch (const Error& error) {
      slot->code = static_cast<std::uint32_t>(error.code());
      error.message().copy(slot->message, kMessage - 1);
      slot->done = 2;
      return;  // the series is refused
    }
    shared += jobs[n].size();
  }
}

void take_from_child(const std::vector<FrameJob>& jobs, const std::byte* shared,
                     const std::vector<DicomInstance>& slices, double* voxels, std::size_t stride) {
  for (const FrameJob& job : jobs) {
    const auto& slot = *reinterpret_cast<const Slot*>(shared);
    if (slot.done == 1 && slot.bytes > job.layout.allocated / 8)
      throw Error(ErrorCode::format, job.file->path.string() + ": the decoder gave wider pixels than the header says");
    if (slot.done != 1) throw Error(static_cast<ErrorCode>(slot.code), std::string(slot.message));
    const auto* first = reinterpret_cast<const std::uint8_t*>(shared + sizeof(Slot));
    Cells cells{slot.bytes, {first, first + job.layout.pixels() * slot.bytes}};
    for (const std::size_t k : job.targets) put(cells, job.layout, slices[k], voxels + k * stride);
    shared += job.size();
  }
}

void run_batch(std::vector<FrameJob>& jobs, const std::vector<DicomInstance>& slices, double* voxels,
               std::size_t stride) {
  if (jobs.empty()) return;
  std::size_t bytes = 0;
  for (const FrameJob& job : jobs) bytes += job.size();
  const IsolatedEnd end = run_isolated(
      bytes, [&](std::byte* shared, Progress& progress) { decode_in_child(jobs, shared, progress); },
      [&](const std::byte* shared) { take_from_child(jobs, shared, slices, voxels, stride); });
  if (!end.completed)
    throw Error(ErrorCode::format, jobs[std::min<std::size_t>(end.job, jobs.size() - 1)].file->path.string() +
                                       ": the pixel data cannot be decoded (the decoder " + end.reason +
                                       "); send or export the file again");
  jobs.clear();
}

}  // namespace

void check_slices(const std::vector<DicomInstance>& slices) {
  std::map<std::string, std::size_t> pixels;
  std::map<std::string, const DicomInstance*> first;
  for (const DicomInstance& slice : slices) {
    const std::string name = slice.path.string();
    const auto refuse = [&](const std::string& what) { throw Error(ErrorCode::unsupported, name + ": " + what); };
    if (slice.sop_class_uid.starts_with("1.2.840.10008.5.1.4.1.1.66"))
      refuse("a segmentation, not an image; read it with its image");
    if (!slice.has_pixel_data && !slice.has_float_pixel_data) refuse("no pixel data; give image files of one series");
    if (slice.number_of_frames.value_or(1) > 1 && !slice.frame)
      refuse("multi-frame image of an older kind with " + std::to_string(*slice.number_of_frames) +
             " frames, whose places the file does not say; export it as single slices or as an enhanced image");
    if (slice.rows.value_or(0) < 1 || slice.columns.value_or(0) < 1)
      throw Error(ErrorCode::format, name + ": Rows or Columns is absent; export the file again");
    pixels[name] += static_cast<std::size_t>(*slice.rows) * static_cast<std::size_t>(*slice.columns);
    first.try_emplace(name, &slice);
  }
  for (const auto& [path, count] : pixels) {
    std::error_code failed;
    const auto size = fs::file_size(path, failed);
    if (failed) throw Error(ErrorCode::not_found, "file " + path + " does not exist; check the path");
    const DcmXfer syntax(first.at(path)->transfer_syntax_uid.c_str());
    const bool compressed = syntax.isEncapsulated() || syntax.getStreamCompression() != ESC_none;
    if (compressed ? count > kFreePixels && count / kPixelsAByte > size : count > size)
      throw Error(ErrorCode::format, path + ": " + std::to_string(count) + " pixels cannot come from " +
                                         std::to_string(size) + " bytes; the file is damaged");
  }
}

void read_slices(const std::vector<DicomInstance>& slices, double* voxels) {
  check_slices(slices);
  start_dcmtk();
  const std::size_t stride =
      static_cast<std::size_t>(*slices.front().rows) * static_cast<std::size_t>(*slices.front().columns);
  for (const DicomInstance& slice : slices)
    if (slice.rows != slices.front().rows || slice.columns != slices.front().columns)
      throw Error(ErrorCode::shape_mismatch, slice.path.string() + ": another matrix size than the first slice");
  const auto files = jobs_of(slices);
  std::vector<FrameJob> batch;
  std::size_t batch_bytes = 0;
  for (const FileJob& job : files) {
    if (!job.in_child) {
      read_here(job, slices, voxels, stride);
      continue;
    }
    const PixelLayout layout = layout_of(job.path);
    for (const std::size_t k : job.slices) check_same_size(slices[k], layout);
    for (auto& [frame, targets] : frames_of_job(job, slices)) {
      FrameJob one{&job, frame, std::move(targets), layout};
      if (batch_bytes + one.size() > kBatchBytes) {
        run_batch(batch, slices, voxels, stride);
        batch_bytes = 0;
      }
      batch_bytes += one.size();
      batch.push_back(std::move(one));
    }
  }
  run_batch(batch, slices, voxels, stride);
}

std::vector<double> read_pixels(const DicomInstance& instance) {
  check_slices({instance});
  std::vector<double> values(static_cast<std::size_t>(*instance.rows) * static_cast<std::size_t>(*instance.columns));
  read_slices({instance}, values.data());
  return values;
}

}  // namespace larc::io::dicom
