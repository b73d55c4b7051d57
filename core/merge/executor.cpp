// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a plan: shard by shard, tensor by tensor, each streamed from mapped inputs into its reserved place in the file.
// Everything is written in `<output>.partial`; a shard gets its name there when it is on the disk, and the folder gets
// the output's name when all of it is. A later run of the same plan keeps the shards that have their names.
#include "merge/plan.h"

#include "base/files.h"
#include "base/hash.h"
#include "base/output_claim.h"
#include "base/platform.h"
#include "base/units.h"
#include "base/version.h"
#include "base/work_folder.h"
#include "merge/operands.h"
#include "merge/output_files.h"
#include "merge/tokenizer_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <set>

namespace crucible::merge {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

// Tensors below this are worked on side by side, larger ones one after the other with all threads inside.
constexpr std::size_t kLargeElements = std::size_t(1) << 20;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// Where every row of the embeddings comes from, and the values that were computed while planning.
std::string rowsKey(const Plan& plan)
{
    Sha256 hash;
    const auto add = [&hash](const auto& number) { hash.update(std::as_bytes(std::span(&number, 1))); };
    if (plan.tokenizer) {
        for (const std::vector<RowSource>& rows : plan.tokenizer->rows) {
            for (const RowSource& row : rows) {
                add(row.kind);
                add(row.ref.model);
                add(row.ref.row);
                add(row.mean);
            }
        }
        for (const std::vector<RowRef>& mean : plan.tokenizer->means) {
            add(mean.size());
            for (const RowRef& ref : mean) {
                add(ref.model);
                add(ref.row);
            }
        }
    }
    for (const PlannedTensor& tensor : plan.tensors) {
        if (tensor.values)
            hash.update(std::as_bytes(std::span(*tensor.values)));
    }
    return hash.finish();
}

// What must be the same for finished shards of an earlier attempt to be part of this one.
std::string resumeKey(const Plan& plan)
{
    Json key = {{"version", kVersion},
                {"plan", toJson(plan, true)["tensors"]},
                {"method", plan.method->id},
                {"seed", plan.options.randomSeed},
                {"mergekit_exact", plan.options.mergekitExact},
                {"safetensors", plan.options.safeSerialization},
                {"shards", Json::array()},
                {"inputs", Json::array()}};
    for (const PlannedShard& shard : plan.shards)
        key["shards"].push_back(shard.fileName);
    for (const PlannedModel& model : plan.models) {
        key["inputs"].push_back(model.ref.toString()); // random methods draw by it
        key["inputs"].push_back(formats::fingerprint(model.folder->checkpoint()));
        if (model.adapter) {
            key["inputs"].push_back(model.adapter->alpha());
            key["inputs"].push_back(formats::fingerprint(model.adapter->checkpoint()));
        }
    }
    key["dtype"] = plan.recipe.dtype ? torchName(*plan.recipe.dtype) : "";
    key["lora_dtype"] = plan.options.loraMergeDtype ? torchName(*plan.options.loraMergeDtype) : "";
    key["rows"] = rowsKey(plan);
    return sha256(toJsonText(key));
}

// Counts what leaves and reports it; shared by all sinks of a merge.
class Tally {
public:
    Tally(const Plan& plan, Progress& progress) : m_progress(progress), m_totalTensors(plan.tensors.size())
    {
        for (const PlannedTensor& tensor : plan.tensors)
            m_totalBytes += tensor.bytes;
    }

    void addBytes(std::uint64_t bytes, const std::string& item)
    {
        const std::uint64_t done = m_bytes.fetch_add(bytes) + bytes;
        m_progress.transferred(m_read, done);
        m_progress.advance(done, m_totalBytes, "bytes", item);
    }
    void addTensor(const PlannedTensor& tensor)
    {
        for (const PlannedInput& input : tensor.inputs) {
            const std::optional<std::int64_t> elements = elementCount(input.shape);
            m_read.fetch_add(static_cast<std::uint64_t>(*elements) * sizeOf(input.dtype));
        }
        const std::uint64_t done = m_tensors.fetch_add(1) + 1;
        m_progress.advance(done, m_totalTensors, "tensors", tensor.name);
        const std::uint64_t memory = platform::memoryUse().anonymousBytes;
        std::uint64_t peak = m_peak.load();
        while (memory > peak && !m_peak.compare_exchange_weak(peak, memory)) {
        }
    }
    std::uint64_t bytesRead() const { return m_read; }
    std::uint64_t bytesWritten() const { return m_bytes; }
    std::uint64_t peakMemory() const { return m_peak; }

private:
    Progress& m_progress;
    std::uint64_t m_totalBytes = 0;
    std::uint64_t m_totalTensors;
    std::atomic<std::uint64_t> m_bytes{0};
    std::atomic<std::uint64_t> m_read{0};
    std::atomic<std::uint64_t> m_tensors{0};
    std::atomic<std::uint64_t> m_peak{0};
};

// A tensor's place in its shard. Threads take turns: the system lets one at a time write to a file anyway, and lets the others
// burn their processor while they wait.
class ShardSink final : public TensorSink {
public:
    ShardSink(OutputFile& file, std::mutex& turn, std::uint64_t place, const std::string& name, Tally& tally)
        : m_file(file), m_turn(turn), m_place(place), m_name(name), m_tally(tally)
    {
    }
    void write(std::uint64_t offset, std::span<const std::byte> bytes) override
    {
        {
            const std::lock_guard lock(m_turn);
            m_file.write(m_place + offset, bytes);
        }
        m_tally.addBytes(bytes.size(), m_name);
    }

private:
    OutputFile& m_file;
    std::mutex& m_turn;
    std::uint64_t m_place;
    const std::string& m_name;
    Tally& m_tally;
};

TaskSpec specOf(const Plan& plan, const PlannedTensor& tensor)
{
    TaskSpec spec;
    spec.name = tensor.name;
    spec.shape = tensor.shape;
    spec.outDtype = tensor.dtype;
    spec.params = tensor.params;
    spec.values = tensor.values;
    spec.mergekitExact = plan.options.mergekitExact;
    spec.seed = plan.options.randomSeed;
    spec.isEmbedding = tensor.isEmbedding;
    std::vector<std::unique_ptr<Operand>> operands = openOperands(plan, tensor);
    for (std::size_t i = 0; i < tensor.inputs.size(); ++i) {
        TaskInput input;
        input.operand = std::move(operands[i]);
        input.params = tensor.inputs[i].params;
        input.isBase = tensor.inputs[i].isBase;
        input.modelKey = hash64(plan.models[tensor.inputs[i].model].ref.toString());
        spec.inputs.push_back(std::move(input));
    }
    return spec;
}

void mergeTensor(const Plan& plan, const PlannedTensor& tensor, TensorSink& sink, ThreadPool& pool,
                 const CancelToken& cancel)
{
    cancel.check();
    if (tensor.bytes == 0)
        return;
    if (tensor.plainCopy) {
        const PlannedInput& input = tensor.inputs.front();
        const formats::Checkpoint& checkpoint = plan.models[input.model].folder->checkpoint();
        sink.write(0, checkpoint.read(*checkpoint.find(input.tensor)).bytes);
        return;
    }
    const TaskSpec spec = specOf(plan, tensor);
    TensorTask task(spec, sink, pool, cancel);
    try {
        plan.method->apply(task);
    } catch (const Error& error) {
        if (!error.where().empty() || error.kind() == ErrorKind::Cancelled)
            throw;
        throw Error(error.kind(), error.message(), tensor.name, error.hint());
    }
}

// Lets the disk work on what comes next while this tensor is computed.
void prefetch(const Plan& plan, const PlannedTensor& tensor)
{
    for (const PlannedInput& input : tensor.inputs) {
        const formats::Checkpoint& checkpoint = plan.models[input.model].folder->checkpoint();
        const formats::Checkpoint::Entry* entry = checkpoint.find(input.tensor);
        if (!entry || !checkpoint.sources()[entry->source]->isMapped())
            continue;
        const formats::TensorData data = checkpoint.read(*entry);
        platform::advise(data.bytes.data(), data.bytes.size(), platform::Advice::WillNeed);
    }
}

// What was read must be what was planned, to the last byte, before anything of it gets its name.
void checkInputs(const Plan& plan)
{
    for (const PlannedModel& model : plan.models) {
        model.folder->checkpoint().checkIntact();
        if (model.adapter)
            model.adapter->checkpoint().checkIntact();
    }
}

void mergeShard(const Plan& plan, const PlannedShard& shard, const fs::path& folder, Tally& tally, ThreadPool& pool,
                const CancelToken& cancel)
{
    std::vector<formats::TensorInfo> infos;
    for (const std::size_t index : shard.tensors) {
        const PlannedTensor& tensor = plan.tensors[index];
        infos.push_back({tensor.name, tensor.dtype, tensor.shape, tensor.bytes});
    }
    fs::path beside = folder / shard.fileName;
    beside += ".tmp";
    const ShardLayout layout = layoutShard(infos, plan.options.safeSerialization, beside);
    OutputFile file(beside, layout.fileBytes);
    for (const ShardLayout::Piece& piece : layout.pieces)
        file.write(piece.offset, std::as_bytes(std::span(piece.bytes)));

    std::mutex turn;
    const auto mergeOne = [&](std::size_t position) {
        const PlannedTensor& tensor = plan.tensors[shard.tensors[position]];
        ShardSink sink(file, turn, layout.offsets[position], tensor.name, tally);
        mergeTensor(plan, tensor, sink, pool, cancel);
        tally.addTensor(tensor);
    };
    const auto isLarge = [&](std::size_t position) {
        return *elementCount(plan.tensors[shard.tensors[position]].shape) >= static_cast<std::int64_t>(kLargeElements);
    };
    for (std::size_t position = 0; position < shard.tensors.size();) {
        std::size_t end = position + 1;
        if (isLarge(position)) {
            if (end < shard.tensors.size())
                prefetch(plan, plan.tensors[shard.tensors[end]]);
            mergeOne(position);
            file.startFlush(layout.offsets[position], infos[position].bytes);
        } else {
            while (end < shard.tensors.size() && !isLarge(end))
                ++end;
            pool.forEach(end - position, [&](std::size_t i, int) { mergeOne(position + i); });
        }
        position = end;
    }
    if (layout.finish)
        layout.finish(file);
    file.finish();
    checkInputs(plan);
    renamePath(beside, folder / shard.fileName);
    syncFolder(folder);
}

// Reads back what was written: every tensor with its shape and dtype, through the checks of our own reader.
void verify(const Plan& plan, const fs::path& folder)
{
    const std::shared_ptr<const formats::Checkpoint> written = formats::openCheckpoint(folder);
    for (const PlannedTensor& tensor : plan.tensors) {
        const formats::Checkpoint::Entry* entry = written->find(tensor.name);
        if (!entry || entry->info.shape != tensor.shape || entry->info.dtype != tensor.dtype)
            throw Error(ErrorKind::Internal, fmt::format("the tensor {} was not written as planned", tensor.name),
                        folder.string(), "please report this with the recipe");
    }
    if (written->tensors().size() != plan.tensors.size())
        throw Error(ErrorKind::Internal, "the output holds more tensors than were planned", folder.string(),
                    "please report this with the recipe");
}

} // namespace

MergeResult executeMerge(const Plan& plan, Progress& progress, const CancelToken& cancel)
{
    plan.problems.throwIfErrors();
    if (plan.options.output.empty())
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "the merge has no output folder"), "OUT",
                             CRUCIBLE_TR_NOOP("Problem", "say where the merged model goes"));
    const Clock::time_point start = Clock::now();
    cancel.check();
    progress.stage("prepare");
    const OutputClaim claim(plan.options.output);
    WorkFolder work(plan.options.output, resumeKey(plan), plan.options.resume);
    std::vector<std::string> files;
    std::set<std::string> finished;
    for (const PlannedShard& shard : plan.shards) {
        files.push_back(shard.fileName);
        if (work.has(shard.fileName))
            finished.insert(shard.fileName);
    }
    if (!finished.empty())
        progress.log(LogLevel::Info, fmt::format("going on after {} of {} shards that an earlier attempt finished",
                                                 finished.size(), plan.shards.size()));
    Tally tally(plan, progress);
    try {
        ThreadPool pool(plan.options.threads);
        progress.stage("merge");
        for (const PlannedShard& shard : plan.shards) {
            if (finished.contains(shard.fileName)) {
                for (const std::size_t index : shard.tensors) {
                    tally.addBytes(plan.tensors[index].bytes, plan.tensors[index].name);
                    tally.addTensor(plan.tensors[index]);
                }
                continue;
            }
            mergeShard(plan, shard, work.path(), tally, pool, cancel);
        }
        progress.stage("finish");
        cancel.check();
        writeCompanionFiles(plan, work.path());
        verify(plan, work.path());
        work.publish();
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::Cancelled)
            work.keep(files);
        throw;
    }
    MergeResult result;
    progress.artifact("model", work.finalPath());
    result.output = work.finalPath();
    result.bytesRead = tally.bytesRead();
    result.bytesWritten = tally.bytesWritten();
    result.seconds = secondsSince(start);
    result.peakMemory = tally.peakMemory();
    result.tensors = plan.tensors.size();
    result.resumedShards = finished.size();
    return result;
}

} // namespace crucible::merge
