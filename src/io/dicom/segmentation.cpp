#include "io/dicom/segmentation.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/error.h"
#include "core/number.h"
#include "core/text.h"
#include "io/dicom/seg_file.h"
#include "io/dicom/seg_stack.h"

namespace larc::io::dicom {

namespace fs = std::filesystem;
using image::Geometry;
using image::Index3;

namespace {

bool is_background(const SegSegment& segment) {
  return segment.number == 0 || segment.type == Code{"125040", "DCM", ""};
}

const SegSegment& choose(const SegFile& file, std::string_view which) {
  const std::string wanted = to_lower(trim(which));
  std::vector<std::string> names;
  std::vector<const SegSegment*> exact, matched;
  for (const auto& segment : file.segments) {
    if (std::to_string(segment.number) == wanted) return segment;
    names.push_back(std::to_string(segment.number) + " '" + segment.label + "'");
    if (is_background(segment)) continue;
    const std::string label = to_lower(segment.label);
    if (label == wanted) exact.push_back(&segment);
    if (glob_match(wanted, label)) matched.push_back(&segment);
  }
  if (!exact.empty()) matched = exact;
  if (matched.size() == 1) return *matched.front();
  if (matched.empty())
    throw Error(ErrorCode::not_found,
                file.name + ": no segment '" + std::string(which) + "'; the file holds " + join(names, ", "));
  throw Error(ErrorCode::conflict, file.name + ": " + std::to_string(matched.size()) + " segments match '" +
                                       std::string(which) + "' among " + join(names, ", ") +
                                       "; give the number of one");
}

void check_references(const SegFile& file, const SegOptions& options) {
  const auto& there = file.references;
  if (!options.frame_of_reference_uid.empty() && !there.frame_of_reference_uid.empty() &&
      options.frame_of_reference_uid != there.frame_of_reference_uid)
    throw Error(ErrorCode::conflict, file.name + ": it lies in frame of reference " + there.frame_of_reference_uid +
                                         ", the image in " + options.frame_of_reference_uid +
                                         "; register the image first or give the one it was drawn on");
  const auto& series = there.series_uids;
  if (!options.series_uid.empty() && !series.empty() &&
      std::find(series.begin(), series.end(), options.series_uid) == series.end())
    throw Error(ErrorCode::conflict, file.name + ": it was drawn on series " + series.front() + ", not on " +
                                         options.series_uid + "; give the image it was drawn on");
}

/// Pixels of a frame that belong to the segment.
class Inside {
 public:
  Inside(const SegFile& file, const SegSegment& segment, double threshold) : file_(file) {
    if (file.kind == SegKind::label_map) {
      low_ = high_ = static_cast<unsigned>(segment.number);
    } else if (file.kind == SegKind::fractional) {
      low_ = std::max(1U, static_cast<unsigned>(std::ceil(threshold * file.most_value - 1e-9)));
      high_ = file.most_value;
    }
  }
  bool operator()(std::size_t frame, std::size_t pixel) const {
    const unsigned value = file_.value(frame, pixel);
    return value >= low_ && value <= high_;
  }

 private:
  const SegFile& file_;
  unsigned low_ = 1, high_ = 1;
};

std::vector<std::size_t> frames_of(const SegFile& file, const SegSegment& segment) {
  std::vector<std::size_t> frames;
  for (std::size_t f = 0; f < file.frames.size(); ++f)
    if (file.kind == SegKind::label_map || file.frames[f].segment == segment.number) frames.push_back(f);
  return frames;
}

std::string share_text(std::size_t count) {
  return std::to_string(count) + " marked voxels";
}

struct Placing {
  image::Mask mask;
  std::size_t marked = 0, outside = 0, twice = 0;
  bool exact = true;
};

/// Each frame pixel by pixel onto the voxel that it is; stops at the first frame off the image's voxels.
Placing place_frames(const SegFile& file, const std::vector<std::size_t>& frames, const Inside& inside,
                     const Geometry& image) {
  Placing placing{{image, std::vector<std::uint8_t>(image.voxel_count(), 0)}};
  for (const std::size_t f : frames) {
    const auto map = image::lattice_map(file.frames[f].grid, image);
    std::size_t pixel = 0;
    for (int j = 0; j < file.rows; ++j)
      for (int i = 0; i < file.columns; ++i, ++pixel) {
        if (!inside(f, pixel)) continue;
        if (!map) {
          placing.exact = false;
          return placing;
        }
        ++placing.marked;
        const Index3 at = (*map)(i, j, 0);
        if (at[0] < 0 || at[1] < 0 || at[2] < 0 || at[0] >= image.size[0] || at[1] >= image.size[1] ||
            at[2] >= image.size[2]) {
          ++placing.outside;
          continue;
        }
        std::uint8_t& voxel = placing.mask.voxels[image.offset(at[0], at[1], at[2])];
        placing.twice += voxel;
        voxel = 1;
      }
  }
  return placing;
}

Placing resample(const SegFile& file, const std::vector<std::size_t>& frames, const Inside& inside,
                 const SegStack& stack, const Geometry& image) {
  Placing placing{{image, std::vector<std::uint8_t>(image.voxel_count(), 0)}};
  placing.exact = false;
  std::map<int, std::vector<std::size_t>> at_slice;
  for (const std::size_t f : frames) at_slice[stack.slice_of_frame[f]].push_back(f);
  const Geometry& g = stack.grid;
  std::size_t v = 0;
  for (int k = 0; k < image.size[2]; ++k)
    for (int j = 0; j < image.size[1]; ++j)
      for (int i = 0; i < image.size[0]; ++i, ++v) {
        const image::Vec3 index =
            g.index_ijk(image.point_lps({static_cast<double>(i), static_cast<double>(j), static_cast<double>(k)}));
        const Index3 at{image::nearest_index(index[0]), image::nearest_index(index[1]), image::nearest_index(index[2])};
        if (at[0] < 0 || at[1] < 0 || at[0] >= g.size[0] || at[1] >= g.size[1]) continue;
        const auto found = at_slice.find(at[2]);
        if (found == at_slice.end()) continue;
        const std::size_t pixel =
            static_cast<std::size_t>(at[1]) * static_cast<std::size_t>(g.size[0]) + static_cast<std::size_t>(at[0]);
        for (const std::size_t f : found->second)
          if (inside(f, pixel)) placing.mask.voxels[v] = 1;
      }
  for (const std::size_t f : frames) {
    std::size_t pixel = 0;
    for (int j = 0; j < file.rows; ++j)
      for (int i = 0; i < file.columns; ++i, ++pixel) {
        if (!inside(f, pixel)) continue;
        ++placing.marked;
        const image::Vec3 index =
            image.index_ijk(file.frames[f].grid.point_lps({static_cast<double>(i), static_cast<double>(j), 0.0}));
        for (std::size_t a = 0; a < 3; ++a)
          if (index[a] < -0.5 || index[a] > image.size[a] - 0.5) {
            ++placing.outside;
            break;
          }
      }
  }
  return placing;
}

}  // namespace

std::vector<SegSegment> list_segments(const fs::path& path) {
  return open_segments(path).segments;
}

SegReferences segmentation_references(const fs::path& path) {
  return open_segments(path).references;
}

SegMask read_segment(const fs::path& path, std::string_view which, const Geometry& image, const SegOptions& options) {
  image::check_geometry(image, "image of the segmentation");
  if (!(options.threshold > 0 && options.threshold <= 1))
    throw Error(ErrorCode::domain, "the threshold of a fractional segmentation is " + format_double(options.threshold) +
                                       "; give one over 0 and up to 1");
  const SegFile file = open_segmentation(path);
  check_references(file, options);
  const SegSegment segment = choose(file, which);
  const std::string where = file.name + ", segment " + std::to_string(segment.number) + " '" + segment.label + "'";
  const auto frames = frames_of(file, segment);
  const Inside inside(file, segment, options.threshold);
  const StackResult stack = stack_of(file);

  SegMask result{segment, {}, 0, kNaN, {}};
  Placing placing = place_frames(file, frames, inside, image);
  if (!placing.exact) {
    const std::string difference =
        stack.stack ? image::describe_difference(image, image::reoriented_like(stack.stack->grid, image)) : stack.fault;
    if (options.other_grid == image::OtherGrid::refuse)
      throw Error(ErrorCode::geometry_mismatch, where + " does not match the image: " + difference +
                                                    "; export it on the grid of this image, or ask for resampling");
    if (!stack.stack)
      throw Error(ErrorCode::geometry_mismatch,
                  where + " cannot be resampled: " + stack.fault + "; give the image it was drawn on");
    placing = resample(file, frames, inside, *stack.stack, image);
    result.notes.push_back("resampled by nearest neighbour onto the image: " + difference);
  }
  if (placing.marked == 0) throw Error(ErrorCode::domain, where + " marks no voxel; outline the region");
  if (placing.outside > 0) {
    if (options.other_grid == image::OtherGrid::refuse)
      throw Error(ErrorCode::geometry_mismatch, where + ": " + share_text(placing.outside) + " of " +
                                                    std::to_string(placing.marked) +
                                                    " lie outside the image; give the image it was drawn on");
    result.notes.push_back(share_text(placing.outside) + " outside the image were left out");
  }
  if (image::voxel_count(placing.mask) == 0)
    throw Error(ErrorCode::domain, where + ": no voxel of the image lies within; give the image it was drawn on");
  if (file.kind == SegKind::fractional)
    result.notes.push_back(
        "fractional segmentation" + (file.fractional_type.empty() ? "" : " (" + to_lower(file.fractional_type) + ")") +
        ": voxels of at least " + format_double(options.threshold) + " of the greatest value are inside");
  if (placing.twice > 0) result.notes.emplace_back("several frames at one place were joined");
  result.mask = std::move(placing.mask);
  result.volume_mm3 = image::volume_mm3(result.mask);
  if (stack.stack)
    result.drawn_volume_mm3 =
        static_cast<double>(placing.marked - placing.twice) * stack.stack->grid.voxel_volume_mm3();
  return result;
}

image::Mask read_segment(const fs::path& path, int number, const Geometry& image) {
  return read_segment(path, std::to_string(number), image).mask;
}

}  // namespace larc::io::dicom
