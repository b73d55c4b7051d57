// SPDX-License-Identifier: GPL-3.0-or-later
// The last part of planning: what the merge costs, whether the output can be written, and all of it in words.
#include "merge/planner.h"

#include "base/files.h"
#include "base/platform.h"
#include "base/units.h"
#include "merge/output_files.h"
#include "merge/tokenizer_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <set>

namespace crucible::merge {

namespace fs = std::filesystem;

namespace {

// Seconds of copying a byte of memory on this machine, one thread; measured once, in about 10 ms.
double copySeconds()
{
    static const double perByte = [] {
        constexpr std::size_t kBytes = std::size_t(8) << 20;
        const std::vector<char> from(kBytes, 1);
        std::vector<char> to(kBytes, 2);
        double best = 1;
        for (int i = 0; i < 6; ++i) {
            const auto start = std::chrono::steady_clock::now();
            std::memcpy(to.data(), from.data(), kBytes);
            best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
        }
        return best / static_cast<double>(kBytes);
    }();
    return perByte;
}

// Measured with tests/bench, page cache warm.
constexpr double kCopiesPerByteWritten = 9; // by one thread at a time
constexpr double kOtherDtype = 1.6;         // work on values that are not BF16, which have no fused kernels
constexpr double kImperfection = 1.2;       // waiting for the last thread, small tensors
constexpr double kSecondsPerMerge = 0.03;
constexpr double kColdBytesPerSecond = 1.5e9; // of a solid-state disk
constexpr int kUsefulThreads = 16;            // memory keeps no more busy
constexpr std::uint64_t kProgramMemory = std::uint64_t(24) << 20;
constexpr std::uint64_t kScratchPerThread = std::uint64_t(6) << 20;

} // namespace

// Bytes of the inputs that must come from the disk: of every tensor one page is looked at.
std::uint64_t Planner::coldBytes() const
{
    std::uint64_t cold = 0;
    std::set<std::pair<std::size_t, std::string_view>> seen;
    for (const PlannedTensor& tensor : m_plan.tensors) {
        for (const PlannedInput& input : tensor.inputs) {
            const formats::Checkpoint& checkpoint = m_plan.models[input.model].folder->checkpoint();
            const formats::Checkpoint::Entry* entry = checkpoint.find(input.tensor);
            if (!entry || !checkpoint.sources()[entry->source]->isMapped() || !seen.emplace(input.model, input.tensor).second)
                continue;
            const formats::TensorData data = checkpoint.read(*entry);
            if (!data.bytes.empty() && !platform::isInMemory(data.bytes.data() + data.bytes.size() / 2))
                cold += data.bytes.size();
        }
    }
    return cold;
}

void Planner::estimateTime(int threads)
{
    double work = 0; // copies of a byte
    for (const PlannedTensor& tensor : m_plan.tensors) {
        if (tensor.plainCopy)
            continue;
        for (const PlannedInput& input : tensor.inputs) {
            const auto values = static_cast<double>(*elementCount(input.shape));
            work += 2 * values * m_plan.method->work * (input.dtype == DType::BF16 && tensor.dtype == DType::BF16 ? 1 : kOtherDtype);
        }
    }
    Costs& costs = m_plan.costs;
    const double writing = static_cast<double>(costs.outputBytes) * kCopiesPerByteWritten;
    const double parallel = std::clamp(threads, 1, kUsefulThreads);
    const double copies = std::max(writing, (work + writing) / parallel);
    costs.secondsAlone = kSecondsPerMerge + copies * copySeconds() * kImperfection +
                         static_cast<double>(coldBytes()) / kColdBytesPerSecond;
    const Experience& experience = m_plan.options.experience;
    costs.seconds = costs.secondsAlone * experience.factor;
    costs.secondsSpread = costs.seconds * experience.spread;
}

void Planner::estimateCosts()
{
    Costs& costs = m_plan.costs;
    std::set<std::pair<std::size_t, std::string>> read;
    std::uint64_t largest = 0;
    for (const PlannedTensor& tensor : m_plan.tensors) {
        const auto elements = static_cast<std::uint64_t>(*elementCount(tensor.shape));
        costs.parameters += elements;
        largest = std::max(largest, elements);
        for (const PlannedInput& input : tensor.inputs) {
            const std::uint64_t bytes = static_cast<std::uint64_t>(*elementCount(input.shape)) * sizeOf(input.dtype);
            if (read.emplace(input.model, input.tensor).second) {
                costs.inputBytes += bytes;
                m_plan.models[input.model].bytesRead += bytes;
            }
        }
    }
    for (const PlannedShard& shard : m_plan.shards)
        costs.outputBytes += shard.fileBytes;

    const int threads = m_plan.options.threads > 0 ? m_plan.options.threads : platform::cpuCount();
    costs.peakMemory = kProgramMemory + kScratchPerThread * static_cast<std::uint64_t>(threads) +
                       static_cast<std::uint64_t>(m_plan.method->workingFloats * static_cast<double>(largest) * sizeof(float));
    for (const PlannedModel& model : m_plan.models) {
        if (model.adapter)
            costs.peakMemory += 2 * model.adapter->checkpoint().totalBytes();
    }
    costs.memoryAvailable = platform::availableMemory();
    estimateTime(threads);
    if (costs.memoryAvailable > 0 && costs.peakMemory > costs.memoryAvailable)
        m_plan.checks.push_back(makeCheck(CheckState::Warning, "memory",
                                          {CRUCIBLE_TR_NOOP("Problem", "The merge needs %1 of memory, %2 are free."),
                                           formatBytes(costs.peakMemory), formatBytes(costs.memoryAvailable)},
                                          CRUCIBLE_TR_NOOP("Problem", "Close other programs or use fewer threads.")));
    else
        m_plan.checks.push_back({CheckState::Good, "memory", fmt::format("It fits in memory: {}.", formatBytes(costs.peakMemory)), {}, {}});
}

void Planner::checkOutput()
{
    const fs::path& output = m_plan.options.output;
    if (output.empty())
        return;
    std::error_code code;
    const fs::file_status status = fs::status(output, code);
    if (fs::exists(status) && !fs::is_directory(status)) {
        m_plan.problems.error(output.string(), CRUCIBLE_TR_NOOP("Problem", "the output is a file, a folder is needed"),
                              CRUCIBLE_TR_NOOP("Problem", "choose another name"));
        return;
    }
    if (fs::is_directory(status) && !m_plan.options.overwrite && !fs::is_empty(output, code)) {
        m_plan.problems.error(output.string(), CRUCIBLE_TR_NOOP("Problem", "the output folder is not empty"),
                              CRUCIBLE_TR_NOOP("Problem", "choose another name, or pass --overwrite to replace it"));
        return;
    }
    for (const PlannedModel& model : m_plan.models) {
        if (isInside(output, model.folder->path()))
            m_plan.problems.error(
                output.string(),
                {CRUCIBLE_TR_NOOP("Problem", "the output lies inside the input %1"), model.ref.toString()},
                CRUCIBLE_TR_NOOP("Problem", "choose a folder outside the models"));
        else if (isInside(model.folder->path(), output))
            m_plan.problems.error(
                output.string(),
                {CRUCIBLE_TR_NOOP("Problem", "the input %1 lies inside the output"), model.ref.toString()},
                CRUCIBLE_TR_NOOP("Problem", "choose a folder outside the models"));
    }
    if (failed())
        return;
    if (!isWritable(output.has_filename() ? output.parent_path().empty() ? fs::path(".") : output.parent_path()
                                          : output)) {
        m_plan.problems.error(output.string(), CRUCIBLE_TR_NOOP("Problem", "the output folder can not be written"),
                              CRUCIBLE_TR_NOOP("Problem", "check who may write there, or choose another folder"));
        return;
    }
    Costs& costs = m_plan.costs;
    costs.diskFree = freeSpace(output);
    // What an earlier attempt left is there already and will be used or removed.
    fs::path partial = output;
    partial += ".partial";
    std::uint64_t reused = 0;
    for (const fs::directory_entry& entry : fs::directory_iterator(partial, code))
        reused += entry.is_regular_file(code) ? entry.file_size(code) : 0;
    if (costs.outputBytes > costs.diskFree + reused) {
        m_plan.problems.error(output.string(),
                              {CRUCIBLE_TR_NOOP("Problem", "the output needs %1, the disk has %2 free"),
                               formatBytes(costs.outputBytes), formatBytes(costs.diskFree)},
                              CRUCIBLE_TR_NOOP("Problem", "free some space or choose another folder"));
        m_plan.checks.push_back({CheckState::Bad, "disk",
                                 fmt::format("The output needs {}, the disk has {} free.", formatBytes(costs.outputBytes),
                                             formatBytes(costs.diskFree)),
                                 "Free some space or choose another folder.", {}});
        return;
    }
    m_plan.checks.push_back({CheckState::Good, "disk",
                             fmt::format("There is room: {} of {} free.", formatBytes(costs.outputBytes), formatBytes(costs.diskFree)), {}, {}});
    m_plan.checks.push_back({CheckState::Good, "output", "The output folder can be written.", {}, {}});
}

void Planner::planConfig()
{
    m_plan.config = makeOutputConfig(m_plan, m_layout, m_modules);
}

// Problems become checks; when there are none, what was verified is said.
void Planner::summarize()
{
    std::vector<Check> checks;
    for (const Problem& problem : m_plan.problems.all()) {
        if (problem.severity == Severity::Note)
            continue;
        checks.push_back({problem.severity == Severity::Error ? CheckState::Bad : CheckState::Warning, "recipe",
                          problem.message, problem.hint, problem.where});
    }
    if (!failed() && m_plan.models.size() > 1 && m_repeats.empty())
        checks.push_back({CheckState::Good, "shapes", "Architectures, shapes and dtypes agree.", {}, {}});
    for (Check& check : m_plan.checks) {
        const bool told = check.state == CheckState::Bad; // the problem itself is in the list already
        if (!told)
            checks.push_back(std::move(check));
    }
    std::stable_sort(checks.begin(), checks.end(), [](const Check& a, const Check& b) { return a.state > b.state; });
    m_plan.checks = std::move(checks);
}

void Planner::run()
{
    findMethod();
    openModels();
    if (!failed()) {
        chooseDonor();
        chooseLayout();
    }
    if (!failed())
        resolveSlices();
    if (!failed()) {
        warnOfUnusedParameters();
        planTokenizer();
    }
    if (!failed()) {
        planTensors();
        warnOfUnknownTensors();
    }
    if (!failed())
        planConfig();
    finish();
}

void Planner::finish()
{
    if (!failed())
        planShards();
    if (!failed()) {
        estimateCosts();
        checkOutput();
    }
    summarize();
}

} // namespace crucible::merge
