// SPDX-License-Identifier: GPL-3.0-or-later
// One output tensor, as a merge method sees it: resolved parameters, and the inputs as float32 tiles that fit the cache.
// A method makes any number of reduction passes and then writes once. Tiles are worked on in parallel; reductions add
// their partial results in tile order, so the outcome does not depend on the number of threads.
#pragma once

#include "base/cancel.h"
#include "base/dtype.h"
#include "base/parallel.h"
#include "merge/method.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crucible::merge {

// One input tensor, readable as float32 in any range. Implementations convert from the stored dtype, pass through the
// recipe's `dtype` when one is given, apply an adapter, or rearrange rows.
class Operand {
public:
    virtual ~Operand() = default;
    // Writes elements [begin, begin + count) in row-major order. Thread-safe.
    virtual void load(std::size_t begin, std::span<float> out) const = 0;
    // Stored bytes when they are exactly what `load` describes: nothing cast, cut, added or moved. Empty otherwise.
    virtual std::span<const std::byte> plainBytes() const { return {}; }
    // The dtype in which values are exact after loading: the recipe's `dtype`, else the stored one.
    virtual DType dtype() const = 0;
};

// Receives the output tensor's bytes, each exactly once, from several threads in any order.
class TensorSink {
public:
    virtual ~TensorSink() = default;
    virtual void write(std::uint64_t offset, std::span<const std::byte> bytes) = 0;
};

// In which precision elementary operations are rounded. None: float32 throughout, one rounding when stored.
enum class Rounding { None, BF16, F16 };

struct TaskInput {
    std::unique_ptr<Operand> operand;
    std::vector<ParamValue> params; // per-model parameters
    bool isBase = false;
    std::uint64_t modelKey = 0; // hash of the model's reference: part of the key of its random stream
};

struct TaskSpec {
    std::string name;   // output tensor
    Shape shape;        // after cutting; every operand has this shape
    DType outDtype = DType::F32;
    std::vector<TaskInput> inputs; // in the recipe's order; at most one isBase
    std::vector<ParamValue> params; // global parameters
    std::shared_ptr<const std::vector<float>> values; // elements that the plan knew; null: none
    bool mergekitExact = false;
    std::uint64_t seed = 0;
    bool isEmbedding = false;
};

// A run of consecutive elements. Pointers are to float32 in cache, valid during the call only.
struct Tile {
    std::size_t begin = 0;     // first element's flat index
    std::size_t count = 0;
    std::size_t rows = 0;      // whole rows in this tile when the pass runs by rows, else 0
    std::size_t rowLength = 0; // elements per row (the last dimension; a 1-D tensor is one row)
    std::span<const float* const> x; // one pointer per input, in TaskSpec's order
    int worker = 0;            // in [0, threads): index for scratch memory
};

class TensorTask {
public:
    TensorTask(const TaskSpec& spec, TensorSink& sink, ThreadPool& pool, const CancelToken& cancel);
    ~TensorTask();

    // --- what is merged
    const TaskSpec& spec() const;
    std::size_t size() const;      // elements
    std::size_t rows() const;      // product of all dimensions but the last; 1 for 1-D and 0-D
    std::size_t rowLength() const;
    std::size_t inputCount() const;
    int baseIndex() const;         // -1 without a base among the inputs
    std::vector<std::size_t> others() const; // indices of the inputs that are not the base

    // --- parameters, resolved for this tensor
    double number(std::string_view name) const;
    bool flag(std::string_view name) const { return number(name) != 0; }
    double number(std::size_t input, std::string_view name) const;
    bool given(std::size_t input, std::string_view name) const;

    // --- arithmetic
    Rounding rounding() const; // None unless --mergekit-exact and a 16-bit dtype
    bool mergekitExact() const { return spec().mergekitExact; }

    // --- passes
    enum class Cut { Anywhere, Rows };
    // Calls body for every tile, in parallel.
    void forEachTile(Cut cut, const std::function<void(const Tile&)>& body);
    // The same, one after the other from the first to the last, for sums that grow with the tiles.
    void forEachTileInOrder(const std::function<void(const Tile&)>& body);
    std::size_t tileCount(Cut cut) const;
    std::size_t tileIndex(Cut cut, const Tile& tile) const;
    // One Partial per tile, added up in tile order: total = add(total, body(tile)).
    template<class Partial, class Body, class Add>
    Partial reduce(Cut cut, Partial zero, Body&& body, Add&& add)
    {
        std::vector<Partial> partials(tileCount(cut), zero);
        forEachTile(cut, [&](const Tile& tile) { partials[tileIndex(cut, tile)] = body(tile); });
        return std::accumulate(partials.begin(), partials.end(), zero, add);
    }
    template<class Partial, class Body, class Add>
    Partial reduceRuns(Partial zero, Body&& body, Add&& add)
    {
        std::vector<Partial> partials(tileCount(Cut::Anywhere), zero);
        forEachRun([&](const Tile& tile) { partials[tileIndex(Cut::Anywhere, tile)] = body(tile); });
        return std::accumulate(partials.begin(), partials.end(), zero, add);
    }
    // The writing pass: body fills `out` (tile.count values), which is rounded to the output dtype and stored.
    void write(Cut cut, const std::function<void(const Tile&, std::span<float> out)>& body);
    // --- passes over stored codes, for the common case that all is BF16
    // One pointer per input when every input lies in memory as BF16, unchanged, the output is BF16, and arithmetic is
    // float32; empty otherwise. Tiles of these passes are those of Cut::Anywhere, with empty `x`.
    std::vector<const std::uint16_t*> codes() const;
    void forEachRun(const std::function<void(const Tile&)>& body);
    // body fills `out` (tile.count codes).
    void writeCodes(const std::function<void(const Tile&, std::uint16_t* out)>& body);
    // Stores an input unchanged (converted to the output dtype when it differs). Exact copy of the bytes when possible.
    void copy(std::size_t input);
    // Throws Error::cancelled() when the merge is to stop. Passes ask for every tile; for work between passes.
    void cancelCheck() const;

    // --- helpers of passes
    // Memory of tile.count values, one per slot, that belongs to the tile's worker until it takes the next tile.
    std::span<float> scratch(const Tile& tile, std::size_t slot);
    // Elements [begin, begin + count) of one input, outside any pass.
    std::vector<float> sample(std::size_t input, std::size_t begin, std::size_t count) const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace crucible::merge
