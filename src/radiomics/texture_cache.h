#pragma once
#include <optional>
#include <variant>

#include "radiomics/neighbours.h"
#include "radiomics/number_grid.h"
#include "radiomics/zones.h"

namespace larc::radiomics {

/// What families of one region share: made by the first that needs it. Belongs to the region's grey levels.
struct TextureCache {
  std::variant<std::monostate, NumberGrid<std::uint8_t>, NumberGrid<std::uint16_t>> grid;  // with borders of 1
  std::optional<ZoneMatrices> zones;
  std::optional<NeighbourMatrices> neighbours;
};

TextureCache& texture_cache(const RegionView& region);

/// Calls `work` with the region's grid with borders of 1, made when first asked for.
template <typename Work>
void with_shared_grid(const RegionView& region, const Work& work) {
  auto& grid = texture_cache(region).grid;
  if (std::holds_alternative<std::monostate>(grid))
    with_number_grid(region, {1, 1, 1}, [&](auto&& made) { grid = std::move(made); });
  std::visit(
      [&](const auto& held) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(held)>, std::monostate>) work(held);
      },
      grid);
}

/// Which aggregations the settings ask of families without directions.
struct WantedAggregations {
  bool by_slice = false, slices_merged = false, volume = false;
  explicit WantedAggregations(const ExtractionSettings& settings);
};

/// Whether the settings ask for the family.
bool lists_family(const ExtractionSettings& settings, const std::string& family);

}  // namespace larc::radiomics
