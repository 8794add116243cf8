#pragma once
#include "core/random.h"
#include "demo/line.h"

namespace larc::demo {

/// A ball or a rod with round ends in the rectal frame: vessels, nodes, deposits.
struct Nodule {
  image::Vec3 from;
  image::Vec3 to;
  double radius;
  Tissue tissue;
  double lobes = 0;  // relative size of the bumps of its surface
};

double nodule_distance(const Nodule& nodule, const image::Vec3& point);

/// The fat around the rectum and the fascia that bounds it, with levator, vessels and nodes. Rectal frame: u to the
/// left, v to the back, w to the head, mm.
class Mesorectum {
 public:
  /// `girth` scales its cross-section.
  Mesorectum(double girth, std::uint64_t seed);
  /// Signed distance to the fascia within the plane of w, first order, negative inside.
  double distance(const image::Vec3& point) const;
  /// The point of the fascia at height w and angle `clock`.
  image::Vec3 border(double clock, double w) const;
  void add(const Nodule& nodule) { nodules_.push_back(nodule); }
  /// Levator, fascia and fat; `inside` gets the share of each point that lies within the fascia.
  void paint_fat(const Line& line, std::vector<Tissue>& row, std::vector<double>& inside) const;
  /// Share of a point that paint_fat makes fat.
  double fat(const image::Vec3& point) const;
  /// What is in the fat: vessels, nodes, deposits.
  void paint_contents(const Line& line, std::vector<Tissue>& row) const;

 private:
  struct Ring {
    double u, v;  // centre
    double a, b;  // semi-axes
  };
  Ring ring(double w) const;
  double outline(double cos_angle, double sin_angle) const;

  double a_, b_;
  double waves_[4];  // cos 2t, sin 2t, cos 3t, sin 3t of the relative radius
  Tissue fat_tissue_;
  std::vector<Nodule> nodules_;
};

}  // namespace larc::demo
