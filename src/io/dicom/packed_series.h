#pragma once
#include <array>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "io/dicom/series.h"

namespace larc::io::dicom {

/// Descriptions of images in a tenth of their memory: of each only what differs from the first. A disk holds hundreds
/// of thousands, and most attributes are the same throughout a series.
class PackedImages {
 public:
  void add(const DicomInstance& image);
  /// All, as they were and in the order in which they were added.
  std::vector<DicomInstance> unpack() const;
  /// errors domain: there is none
  DicomInstance front() const;
  std::size_t size() const { return count_; }
  std::size_t bytes() const { return bytes_.capacity(); }

 private:
  std::string bytes_;
  std::size_t count_ = 0;
};

/// A series or stack whose images are packed.
struct PackedSeries {
  DicomSeries head;  // without images
  PackedImages images;
};
PackedSeries pack(DicomSeries series);
DicomSeries unpack(const PackedSeries& packed);

/// What group_series does, for images that come one after another and are more than should be held at once.
class SeriesCollector {
 public:
  /// In the order of the paths, and of the frames and tiles in a file: of an image given twice the first is kept.
  void add(const DicomInstance& image);
  /// Every series once, ordered by study and series UID, and forgets it.
  void each(const std::function<void(DicomSeries)>& take);

 private:
  std::map<std::pair<std::string, std::string>, PackedImages> series_;
  std::set<std::array<std::uint64_t, 2>> seen_;  // the first 128 bits of a SHA-256: a million images take 64 MB
};

}  // namespace larc::io::dicom
