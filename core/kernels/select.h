// SPDX-License-Identifier: GPL-3.0-or-later
// The k largest of a tensor's values, exactly, without sorting and without a copy of the tensor.
//
// A sample gives a bracket that holds the k-th largest value almost surely. One pass over the tiles counts what lies above
// the bracket and collects what lies inside, a few percent; the rest is a small selection. Should the sample have misled, the
// next pass counts a histogram of the part that must hold the value, and so on until it is found: at most six passes.
// Equal values are taken in order of their index, lowest first. Needs the same division into tiles in every pass.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace crucible::kernels {

// Large in which sense. NaN counts as larger than everything.
enum class KeyOrder { Magnitude, Value };

class RankSelect {
public:
    // The `rank` largest of `count` values (1 <= rank <= count) in `tiles` tiles. `sample`: some of the values, picked
    // evenly, or all of them; may be empty when `count` is at most kCollectAll.
    RankSelect(KeyOrder order, std::size_t count, std::size_t rank, std::size_t tiles, std::span<const float> sample);

    static constexpr std::size_t kCollectAll = 1 << 16;
    static constexpr std::size_t kMaxSample = 1 << 16;
    static constexpr std::size_t kSampleRun = 16;
    // Where to take the sample: beginnings of runs of kSampleRun values, spread over the whole tensor at irregular
    // distances, so that no regularity of rows or columns is met twice. Empty when none is needed.
    static std::vector<std::size_t> samplePlaces(std::size_t count);

    // Shows one tile. Different tiles may be shown from different threads; every tile once per pass.
    void show(std::size_t tile, std::span<const float> values);
    // The same for the differences of BF16 codes, when selecting by magnitude.
    void showDifference(std::size_t tile, const std::uint16_t* x, const std::uint16_t* base, std::size_t count);
    // After a pass over all tiles: true when the selection is known, false when another pass is needed.
    bool resolve();
    bool resolved() const { return m_resolved; }

    // The smallest value selected (its magnitude when selecting by magnitude). Needs resolved(), as do the following.
    float threshold() const;
    // When all values of the tile from some key on are selected: that key (magnitudes: the value's bits without the sign).
    // Empty where only some of several equal values are.
    std::optional<std::int32_t> lowestSelected(std::size_t tile) const;
    // Sets to 0 what is not selected; `values` are those that were shown.
    void keepSelected(std::size_t tile, std::span<float> values) const;
    // Sets to 0 what is selected.
    void dropSelected(std::size_t tile, std::span<float> values) const;

private:
    struct TileNotes {
        std::vector<std::int32_t> inside; // keys inside the bracket, or a histogram of them
        std::uint32_t above = 0;
        std::uint32_t ties = 0;  // values equal to the threshold
        std::uint32_t quota = 0; // how many of them are selected
    };
    void note(std::size_t tile, std::uint32_t above, std::span<const std::int32_t> inside);
    void narrow(std::size_t above, std::size_t inside);
    bool isSelected(std::int32_t key, std::uint32_t& tiesLeft) const;
    template<bool keep>
    void filter(std::size_t tile, std::span<float> values) const;

    KeyOrder m_order;
    std::size_t m_count;
    std::size_t m_rank;
    std::int32_t m_low;  // the bracket, both ends inside
    std::int32_t m_high;
    bool m_histogram = false; // this pass counts keys in bins instead of collecting them
    bool m_resolved = false;
    std::int32_t m_threshold = 0;
    std::vector<TileNotes> m_tiles;
};

} // namespace crucible::kernels
