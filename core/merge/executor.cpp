// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a plan: shard by shard, tensor by tensor, each streamed from mapped inputs into its reserved place in the file.
// Everything is written in `<output>.partial`; a shard gets its name there when it is on the disk, and the folder gets
// the output's name when all of it is. A later run of the same plan keeps the shards that have their names.
#include "merge/plan.h"

#include "base/files.h"
#include "base/hash.h"
#include "base/platform.h"
#include "base/units.h"
#include "base/version.h"
#include "merge/operands.h"
#include "merge/output_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>

namespace crucible::merge {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

// Tensors below this are worked on side by side, larger ones one after the other with all threads inside.
constexpr std::size_t kLargeElements = std::size_t(1) << 20;
constexpr char kResumeFile[] = "crucible-resume.json";

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
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
    for (const PlannedModel& model : plan.models)
        key["inputs"].push_back(formats::fingerprint(model.folder->checkpoint()));
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

// A tensor's place in its shard.
class ShardSink final : public TensorSink {
public:
    ShardSink(OutputFile& file, std::uint64_t place, const std::string& name, Tally& tally)
        : m_file(file), m_place(place), m_name(name), m_tally(tally)
    {
    }
    void write(std::uint64_t offset, std::span<const std::byte> bytes) override
    {
        m_file.write(m_place + offset, bytes);
        m_tally.addBytes(bytes.size(), m_name);
    }

private:
    OutputFile& m_file;
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

    const auto mergeOne = [&](std::size_t position) {
        const PlannedTensor& tensor = plan.tensors[shard.tensors[position]];
        ShardSink sink(file, layout.offsets[position], tensor.name, tally);
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

// The work folder of one merge. Removed again unless finished shards are worth keeping.
class WorkFolder {
public:
    WorkFolder(const Plan& plan, Progress& progress) : m_plan(plan), m_key(resumeKey(plan))
    {
        m_path = plan.options.output;
        if (!m_path.has_filename())
            m_path = m_path.parent_path();
        m_final = m_path;
        m_path += ".partial";
        std::error_code code;
        if (fs::exists(m_path, code) && !(plan.options.resume && sameKey()))
            fs::remove_all(m_path, code);
        m_createdParents = !fs::exists(m_path.parent_path(), code) ? firstMissing(m_path.parent_path()) : fs::path();
        fs::create_directories(m_path, code);
        if (code) {
            removeParents();
            throw Error::io("cannot create the output's folder", m_path, code.value());
        }
        for (const PlannedShard& shard : plan.shards) {
            if (fs::exists(m_path / shard.fileName, code))
                m_finished.push_back(shard.fileName);
        }
        if (!m_finished.empty())
            progress.log(LogLevel::Info, fmt::format("going on after {} of {} shards that an earlier attempt finished",
                                                     m_finished.size(), plan.shards.size()));
        try {
            writeFileAtomically(m_path / kResumeFile, toJsonText(Json{{"key", m_key}}));
        } catch (...) {
            discard();
            throw;
        }
    }

    const fs::path& path() const { return m_path; }
    bool isFinished(const PlannedShard& shard) const
    {
        return std::find(m_finished.begin(), m_finished.end(), shard.fileName) != m_finished.end();
    }
    std::size_t finishedShards() const { return m_finished.size(); }

    // After a cancel: shards that are whole stay for the next attempt.
    void keepFinished()
    {
        std::error_code code;
        bool any = false;
        for (const fs::directory_entry& entry : fs::directory_iterator(m_path, code)) {
            if (entry.path().extension() == ".tmp")
                fs::remove(entry.path(), code);
        }
        for (const PlannedShard& shard : m_plan.shards)
            any = any || fs::exists(m_path / shard.fileName, code);
        if (!any)
            discard();
    }

    void discard()
    {
        std::error_code code;
        fs::remove_all(m_path, code);
        removeParents();
    }

    // Gives the folder its final name. An existing output is set aside first and removed last.
    void publish()
    {
        std::error_code code;
        fs::remove(m_path / kResumeFile, code);
        syncFolder(m_path);
        fs::path aside;
        if (fs::exists(m_final, code)) {
            aside = m_final;
            aside += fmt::format(".old.{}", platform::processId());
            renamePath(m_final, aside);
        }
        try {
            renamePath(m_path, m_final);
        } catch (...) {
            if (!aside.empty())
                fs::rename(aside, m_final, code);
            throw;
        }
        syncFolder(m_final.parent_path());
        if (!aside.empty())
            fs::remove_all(aside, code);
    }
    const fs::path& finalPath() const { return m_final; }

private:
    bool sameKey() const
    {
        try {
            return readJson(m_path / kResumeFile).value("key", "") == m_key;
        } catch (const std::exception&) {
            return false;
        }
    }
    static fs::path firstMissing(fs::path path)
    {
        std::error_code code;
        while (path.has_parent_path() && path.parent_path() != path && !fs::exists(path.parent_path(), code))
            path = path.parent_path();
        return path;
    }
    // Takes away the folders made for this merge, as long as they are empty.
    void removeParents()
    {
        std::error_code code;
        for (fs::path folder = m_path.parent_path(); !m_createdParents.empty(); folder = folder.parent_path()) {
            if (!fs::remove(folder, code) || folder == m_createdParents)
                break;
        }
    }

    const Plan& m_plan;
    std::string m_key;
    fs::path m_path;
    fs::path m_final;
    fs::path m_createdParents;
    std::vector<std::string> m_finished;
};

} // namespace

MergeResult executeMerge(const Plan& plan, Progress& progress, const CancelToken& cancel)
{
    plan.problems.throwIfErrors();
    if (plan.options.output.empty())
        throw Error::invalid("the merge has no output folder", "OUT", "say where the merged model goes");
    const Clock::time_point start = Clock::now();
    cancel.check();
    progress.stage("prepare");
    WorkFolder work(plan, progress);
    Tally tally(plan, progress);
    MergeResult result;
    try {
        ThreadPool pool(plan.options.threads);
        progress.stage("merge");
        for (const PlannedShard& shard : plan.shards) {
            if (work.isFinished(shard)) {
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
            work.keepFinished();
        else
            work.discard();
        throw;
    } catch (...) {
        work.discard();
        throw;
    }
    progress.artifact("model", work.finalPath());
    result.output = work.finalPath();
    result.bytesRead = tally.bytesRead();
    result.bytesWritten = tally.bytesWritten();
    result.seconds = secondsSince(start);
    result.peakMemory = tally.peakMemory();
    result.tensors = plan.tensors.size();
    result.resumedShards = work.finishedShards();
    return result;
}

} // namespace crucible::merge
