// SPDX-License-Identifier: GPL-3.0-or-later
// Which entries of a task vector survive. One object per model and tensor; a new rule is a new subclass, named in
// makeSparsifier(). Decisions fall per tile, so that no task vector is ever held in memory as a whole.
#pragma once

#include "kernels/codes.h"
#include "merge/tensor_task.h"

#include <memory>
#include <span>

namespace crucible::merge {

enum class SparsifyRule {
    None,
    Magnitude,     // the largest entries (TIES)
    Band,          // the largest entries without the very largest (Breadcrumbs)
    Random,        // every entry with the same probability (DARE)
    RandomByRank,  // with a probability that rises with the rank of the magnitude inside the row (DELLA)
};

class Sparsifier {
public:
    virtual ~Sparsifier() = default;
    // True when apply() may be called; until then every tile has to be shown, then endPass().
    virtual bool ready() const { return true; }
    virtual void show(const Tile& tile, std::size_t index, std::span<const float> delta);
    virtual void endPass() {}
    // The same on stored codes, for rules that are shown tiles cut anywhere: the difference is x - base.
    virtual void showCodes(const Tile& tile, std::size_t index, const std::uint16_t* x, const std::uint16_t* base);
    // Whether survivors() answers for tiles cut anywhere.
    virtual bool survivesAnywhere() const;
    // What survives in a tile cut anywhere. `bits`: memory for a bit per entry, which the answer may point to.
    virtual kernels::Survivors survivors(const Tile& tile, std::size_t index, const std::uint16_t* x,
                                         const std::uint16_t* base, std::span<std::uint32_t> bits) const;
    // Sets dropped entries to 0. `delta` is what show() saw. Thread-safe.
    virtual void apply(const Tile& tile, std::size_t index, std::span<float> delta) const = 0;
};

// How tiles must be cut for a rule.
TensorTask::Cut cutFor(SparsifyRule rule);

// The sparsifier of one input with its parameters (density; gamma; epsilon); null when every entry survives.
std::unique_ptr<Sparsifier> makeSparsifier(SparsifyRule rule, const TensorTask& task, std::size_t input);

} // namespace crucible::merge
