// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/tensor_task.h"

#include "base/error.h"
#include "kernels/convert.h"

#include <fmt/format.h>

#include <algorithm>
#include <new>

namespace crucible::merge {
namespace {

constexpr std::size_t kTileElements = 4096;        // 16 KiB as float32: several tiles fit the second-level cache
constexpr std::size_t kChunkBytes = 1 << 20;       // what a worker hands to the sink at once
constexpr std::size_t kChunksPerThread = 4;        // so that no thread waits long for the last one
constexpr std::size_t kMinChunkElements = 1 << 16; // below this a second thread costs more than it brings

double find(const std::vector<ParamValue>& params, std::string_view name, const TaskSpec& spec)
{
    const auto found = std::find_if(params.begin(), params.end(), [&](const auto& p) { return p.name == name; });
    if (found == params.end())
        throw Error(ErrorKind::Internal, fmt::format("the parameter {} was not resolved", name), spec.name);
    return found->value;
}

bool isHalfWidth(DType dtype)
{
    return dtype == DType::BF16 || dtype == DType::F16;
}

Rounding roundingOf(const TaskSpec& spec)
{
    if (!spec.mergekitExact || spec.inputs.empty())
        return Rounding::None;
    const auto base = std::find_if(spec.inputs.begin(), spec.inputs.end(), [](const auto& in) { return in.isBase; });
    const DType dtype = (base != spec.inputs.end() ? *base : spec.inputs.front()).operand->dtype();
    const bool promotes = base == spec.inputs.end() &&
                          std::any_of(spec.inputs.begin(), spec.inputs.end(),
                                      [&](const auto& in) { return in.operand->dtype() != dtype; });
    if (promotes || !isHalfWidth(dtype))
        return Rounding::None;
    return dtype == DType::BF16 ? Rounding::BF16 : Rounding::F16;
}

} // namespace

namespace {

// Bytes of the output in the order of their making. Aligned as the places in a file are, which makes writing them fast.
class Chunk {
public:
    // Makes room for `count` bytes in all.
    void reserve(std::size_t count)
    {
        m_size = 0;
        if (count <= m_capacity)
            return;
        m_memory.reset(static_cast<std::byte*>(::operator new(count, kAlignment)));
        m_capacity = count;
    }
    // The place of the next `count` bytes, not initialised.
    std::byte* append(std::size_t count)
    {
        std::byte* place = m_memory.get() + m_size;
        m_size += count;
        return place;
    }
    std::span<const std::byte> bytes() const { return {m_memory.get(), m_size}; }

private:
    static constexpr std::align_val_t kAlignment{64};
    struct Free {
        void operator()(std::byte* memory) const { ::operator delete(memory, kAlignment); }
    };
    std::unique_ptr<std::byte, Free> m_memory;
    std::size_t m_capacity = 0;
    std::size_t m_size = 0;
};

} // namespace

struct TensorTask::State {
    struct Worker {
        std::vector<std::vector<float>> inputs;
        std::vector<std::vector<float>> scratch;
        std::vector<float> out;
        Chunk chunk;
    };

    const TaskSpec& spec;
    TensorSink& sink;
    ThreadPool& pool;
    const CancelToken& cancel;
    std::size_t size = 1;
    std::size_t rows = 1;
    std::size_t rowLength = 1;
    Rounding rounding = Rounding::None;
    std::vector<Worker> workers;

    std::size_t tileLength(Cut cut) const
    {
        return cut == Cut::Anywhere ? kTileElements : std::max<std::size_t>(1, kTileElements / rowLength) * rowLength;
    }

    std::size_t tileCount(Cut cut) const { return (size + tileLength(cut) - 1) / tileLength(cut); }

    // Neighbouring tiles that one worker does in a row.
    std::size_t chunkTiles(Cut cut) const
    {
        const std::size_t length = tileLength(cut);
        const std::size_t full = kChunkBytes / (length * sizeOf(spec.outDtype));
        const std::size_t fair = tileCount(cut) / (static_cast<std::size_t>(pool.threads()) * kChunksPerThread);
        return std::max({std::size_t(1), std::min(full, fair), kMinChunkElements / length});
    }

    std::vector<const float*> load(Worker& worker, std::size_t begin, std::size_t count)
    {
        std::vector<const float*> pointers(spec.inputs.size());
        worker.inputs.resize(spec.inputs.size());
        for (std::size_t i = 0; i < spec.inputs.size(); ++i) {
            std::vector<float>& buffer = worker.inputs[i];
            if (buffer.size() < count)
                buffer.resize(count);
            loadInput(i, begin, {buffer.data(), count});
            pointers[i] = buffer.data();
        }
        return pointers;
    }

    void loadInput(std::size_t input, std::size_t begin, std::span<float> out) const
    {
        const Operand& operand = *spec.inputs[input].operand;
        operand.load(begin, out);
        const DType exact = rounding == Rounding::BF16 ? DType::BF16 : DType::F16;
        if (rounding != Rounding::None && operand.dtype() != exact)
            kernels::roundThrough(exact, out);
    }

    // Calls step(tile, worker) for the tiles of each chunk in order; with `writes` the worker's chunk then goes to the sink.
    template<bool loads, bool writes, class Step>
    void run(Cut cut, Step&& step)
    {
        const std::size_t length = tileLength(cut);
        const std::size_t chunkLength = chunkTiles(cut) * length;
        pool.forEach((size + chunkLength - 1) / chunkLength, [&](std::size_t chunk, int index) {
            Worker& worker = workers[static_cast<std::size_t>(index)];
            const std::size_t chunkBegin = chunk * chunkLength;
            const std::size_t chunkEnd = std::min(size, chunkBegin + chunkLength);
            if (writes)
                worker.chunk.reserve((chunkEnd - chunkBegin) * sizeOf(spec.outDtype));
            for (std::size_t begin = chunkBegin; begin < chunkEnd; begin += length) {
                cancel.check();
                const std::size_t count = std::min(length, chunkEnd - begin);
                const std::vector<const float*> x = loads ? load(worker, begin, count) : std::vector<const float*>();
                const std::size_t wholeRows = cut == Cut::Rows ? count / rowLength : 0;
                step(Tile{begin, count, wholeRows, rowLength, x, index}, worker);
            }
            if (writes)
                flush(chunkBegin, worker);
        });
    }

    void flush(std::size_t chunkBegin, Worker& worker)
    {
        sink.write(std::uint64_t(chunkBegin) * sizeOf(spec.outDtype), worker.chunk.bytes());
    }

    void store(std::span<const float> values, Worker& worker)
    {
        kernels::fromFloat32(spec.outDtype, values, worker.chunk.append(values.size() * sizeOf(spec.outDtype)));
    }
};

TensorTask::TensorTask(const TaskSpec& spec, TensorSink& sink, ThreadPool& pool, const CancelToken& cancel)
    : m_state(new State{.spec = spec, .sink = sink, .pool = pool, .cancel = cancel, .workers = {}})
{
    State& state = *m_state;
    state.size = static_cast<std::size_t>(elementCount(spec.shape).value());
    if (!spec.shape.empty())
        state.rowLength = static_cast<std::size_t>(std::max<std::int64_t>(1, spec.shape.back()));
    state.rows = state.size / state.rowLength;
    state.rounding = roundingOf(spec);
    state.workers.resize(static_cast<std::size_t>(pool.threads()));
}

TensorTask::~TensorTask() = default;

const TaskSpec& TensorTask::spec() const
{
    return m_state->spec;
}

std::size_t TensorTask::size() const
{
    return m_state->size;
}

std::size_t TensorTask::rows() const
{
    return m_state->rows;
}

std::size_t TensorTask::rowLength() const
{
    return m_state->rowLength;
}

std::size_t TensorTask::inputCount() const
{
    return spec().inputs.size();
}

int TensorTask::baseIndex() const
{
    for (std::size_t i = 0; i < inputCount(); ++i) {
        if (spec().inputs[i].isBase)
            return static_cast<int>(i);
    }
    return -1;
}

std::vector<std::size_t> TensorTask::others() const
{
    std::vector<std::size_t> indices;
    for (std::size_t i = 0; i < inputCount(); ++i) {
        if (!spec().inputs[i].isBase)
            indices.push_back(i);
    }
    return indices;
}

double TensorTask::number(std::string_view name) const
{
    return find(spec().params, name, spec());
}

double TensorTask::number(std::size_t input, std::string_view name) const
{
    return find(spec().inputs[input].params, name, spec());
}

bool TensorTask::given(std::size_t input, std::string_view name) const
{
    const std::vector<ParamValue>& params = spec().inputs[input].params;
    return std::any_of(params.begin(), params.end(), [&](const auto& p) { return p.name == name && p.given; });
}

Rounding TensorTask::rounding() const
{
    return m_state->rounding;
}

std::size_t TensorTask::tileCount(Cut cut) const
{
    return m_state->tileCount(cut);
}

std::size_t TensorTask::tileIndex(Cut cut, const Tile& tile) const
{
    return tile.begin / m_state->tileLength(cut);
}

std::span<float> TensorTask::scratch(const Tile& tile, std::size_t slot)
{
    std::vector<std::vector<float>>& scratch = m_state->workers[static_cast<std::size_t>(tile.worker)].scratch;
    if (scratch.size() <= slot)
        scratch.resize(slot + 1);
    if (scratch[slot].size() < tile.count)
        scratch[slot].resize(tile.count);
    return {scratch[slot].data(), tile.count};
}

std::vector<float> TensorTask::sample(std::size_t input, std::size_t begin, std::size_t count) const
{
    std::vector<float> values(count);
    m_state->loadInput(input, begin, values);
    return values;
}

void TensorTask::forEachTile(Cut cut, const std::function<void(const Tile&)>& body)
{
    m_state->run<true, false>(cut, [&](const Tile& tile, State::Worker&) { body(tile); });
}

void TensorTask::forEachTileInOrder(const std::function<void(const Tile&)>& body)
{
    State::Worker& worker = m_state->workers[0];
    for (std::size_t begin = 0; begin < size(); begin += kTileElements) {
        cancelCheck();
        const std::size_t count = std::min(kTileElements, size() - begin);
        const std::vector<const float*> x = m_state->load(worker, begin, count);
        body(Tile{begin, count, 0, rowLength(), x, 0});
    }
}

void TensorTask::write(Cut cut, const std::function<void(const Tile&, std::span<float> out)>& body)
{
    m_state->run<true, true>(cut, [&](const Tile& tile, State::Worker& worker) {
        if (worker.out.size() < tile.count)
            worker.out.resize(tile.count);
        const std::span<float> out(worker.out.data(), tile.count);
        body(tile, out);
        m_state->store(out, worker);
    });
}

std::vector<const std::uint16_t*> TensorTask::codes() const
{
    std::vector<const std::uint16_t*> pointers;
    if (spec().outDtype != DType::BF16 || spec().mergekitExact)
        return pointers;
    for (const TaskInput& input : spec().inputs) {
        const std::span<const std::byte> bytes = input.operand->plainBytes();
        const bool aligned = reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(std::uint16_t) == 0;
        if (input.operand->dtype() != DType::BF16 || bytes.size() != 2 * size() || !aligned)
            return {};
        pointers.push_back(reinterpret_cast<const std::uint16_t*>(bytes.data()));
    }
    return pointers;
}

void TensorTask::forEachRun(const std::function<void(const Tile&)>& body)
{
    m_state->run<false, false>(Cut::Anywhere, [&](const Tile& tile, State::Worker&) { body(tile); });
}

void TensorTask::writeCodes(const std::function<void(const Tile&, std::uint16_t* out)>& body)
{
    m_state->run<false, true>(Cut::Anywhere, [&](const Tile& tile, State::Worker& worker) {
        body(tile, reinterpret_cast<std::uint16_t*>(worker.chunk.append(2 * tile.count)));
    });
}

void TensorTask::copy(std::size_t input)
{
    State& state = *m_state;
    const Operand& operand = *spec().inputs[input].operand;
    const std::span<const std::byte> bytes = operand.plainBytes();
    const std::size_t total = state.size * sizeOf(spec().outDtype);
    if (operand.dtype() == spec().outDtype && bytes.size() == total && total > 0) {
        // One thread: writing is all there is to do, and a file takes one writer at a time.
        for (std::size_t begin = 0; begin < total; begin += kChunkBytes) {
            state.cancel.check();
            state.sink.write(begin, bytes.subspan(begin, std::min(kChunkBytes, total - begin)));
        }
        return;
    }
    const std::size_t chunkLength = kChunkBytes / sizeOf(spec().outDtype);
    state.pool.forEach((state.size + chunkLength - 1) / chunkLength, [&](std::size_t chunk, int index) {
        State::Worker& worker = state.workers[static_cast<std::size_t>(index)];
        worker.out.resize(kTileElements);
        const std::size_t chunkEnd = std::min(state.size, (chunk + 1) * chunkLength);
        worker.chunk.reserve((chunkEnd - chunk * chunkLength) * sizeOf(spec().outDtype));
        for (std::size_t begin = chunk * chunkLength; begin < chunkEnd; begin += kTileElements) {
            state.cancel.check();
            const std::span<float> out(worker.out.data(), std::min(kTileElements, chunkEnd - begin));
            operand.load(begin, out);
            state.store(out, worker);
        }
        state.flush(chunk * chunkLength, worker);
    });
}

void TensorTask::cancelCheck() const
{
    m_state->cancel.check();
}

} // namespace crucible::merge
