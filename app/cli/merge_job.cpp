// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge_job.h"

#include "options.h"
#include "output.h"

#include "base/units.h"
#include "job/experience.h"
#include "merge/method.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>

namespace crucible::cli {
namespace {

constexpr std::string_view kMergekit = "Options of mergekit-yaml";
constexpr std::string_view kWithoutMeaning = "Options of mergekit-yaml that are accepted and do nothing here";

struct Meaningless {
    const char* name;
    bool takesValue;
    const char* why;
};

constexpr std::array<Meaningless, 12> kMeaningless = {{
    {"cuda", false, "merging runs on the processor"},
    {"device", true, "merging runs on the processor"},
    {"low-cpu-memory", false, "memory is bounded by a few tensors anyway"},
    {"read-to-gpu", false, "merging runs on the processor"},
    {"multi-gpu", false, "merging runs on the processor"},
    {"gpu-rich", false, "merging runs on the processor"},
    {"clone-tensors", false, "every tensor is written on its own"},
    {"lazy-unpickle", false, "checkpoints are always read piece by piece"},
    {"trust-remote-code", false, "no code of a model is ever run"},
    {"async-write", false, "writing overlaps with merging anyway"},
    {"write-threads", true, "writing overlaps with merging anyway"},
    {"lora-merge-cache", true, "adapters are applied while merging, nothing is cached"},
}};

void addMeaningless(Options& options, MergeFlags& flags)
{
    for (const Meaningless& item : kMeaningless) {
        const std::string flag = fmt::format("--{}", item.name);
        Option option = item.takesValue ? options.unread(flag, item.why).value("X")
                                        : options.flag(fmt::format("--{0},!--no-{0}", item.name), item.why);
        option.group(kWithoutMeaning);
        flags.remarks.push_back([option, flag, why = item.why](Context& context) {
            if (option.isGiven())
                context.note(fmt::format("{} has no effect here: {}", flag, why));
        });
    }
}

std::string percent(double share)
{
    return fmt::format("{:.0f} %", 100 * share);
}

} // namespace

void addMergeOptions(Options& options, MergeFlags& flags)
{
    options.flag("--mergekit-exact", flags.mergekitExact,
                 "Do as mergekit does, its rounding and its bugs included (see below)");
    options.flag("--overwrite", flags.overwrite, "Replace the output folder when it exists");
    options.flag("--no-resume", flags.noResume,
                 "Start anew instead of going on after the finished shards of an earlier attempt");
    options.add("--name", flags.name, "What the run is called in the project").value("TEXT");
    options.add("--run", flags.runId, "Carry out this queued run of the project").value("ID");

    const std::string_view group = kMergekit;
    options.add("-j,--num-threads", flags.threads, "As --threads").value("N").range(0, 4096).group(group);
    options
        .add("--out-shard-size", flags.shardSize, "Largest size of one output file in bytes; K, M, B and T are decimal")
        .value("SIZE")
        .showDefault()
        .group(group);
    options
        .flag("--copy-tokenizer,!--no-copy-tokenizer", flags.copyTokenizer, "Copy the base model's tokenizer (default)")
        .group(group);
    options
        .flag("--safe-serialization,!--no-safe-serialization", flags.safeSerialization,
              "Write safetensors (default), or PyTorch's .bin")
        .group(group);
    options.flag("--allow-crimes,!--no-allow-crimes", flags.allowCrimes, "Allow models of different architectures")
        .group(group);
    options
        .flag("--write-model-card,!--no-write-model-card", flags.writeModelCard,
              "Write README.md and mergekit_config.yml (default)")
        .group(group);
    options.add("--random-seed", flags.seed, "Seed of the methods that drop entries at random")
        .value("N")
        .showDefault()
        .group(group);
    options.add("--lora-merge-dtype", flags.loraMergeDtype, "Dtype in which adapters are applied")
        .value("DTYPE")
        .group(group);
    options.add("--transformers-cache", flags.transformersCache, "A Hugging Face cache to look for models in")
        .value("DIR")
        .group(group);
    addMeaningless(options, flags);
}

merge::MergeOptions mergeOptions(const MergeFlags& flags, Context& context)
{
    for (const auto& remark : flags.remarks)
        remark(context);
    if (!flags.runId.empty() && context.project.empty())
        throw Error::invalid("--run needs the project that the run waits in", flags.runId,
                             "give its folder with --project DIR");
    merge::MergeOptions options;
    options.search = context.modelSearch();
    // Like mergekit, paths start at the working folder; what is not there may lie beside the recipe.
    options.search.beside = flags.config.parent_path();
    if (!flags.transformersCache.empty())
        options.search.caches.insert(options.search.caches.begin(), flags.transformersCache);
    options.threads = flags.threads >= 0 ? flags.threads : context.threads;
    const std::optional<std::uint64_t> shardSize = parseSize(flags.shardSize);
    if (!shardSize)
        throw Error::invalid(fmt::format("{} is not a size", flags.shardSize), "--out-shard-size",
                             "give bytes, or a number with K, M, B or T: 5B is 5000000000");
    options.outShardSize = *shardSize;
    options.randomSeed = flags.seed;
    options.mergekitExact = flags.mergekitExact;
    options.allowCrimes = flags.allowCrimes;
    options.copyTokenizer = flags.copyTokenizer;
    options.writeModelCard = flags.writeModelCard;
    options.safeSerialization = flags.safeSerialization;
    options.overwrite = flags.overwrite;
    options.resume = !flags.noResume;
    if (!flags.loraMergeDtype.empty()) {
        options.loraMergeDtype = dtypeFromTorch(flags.loraMergeDtype);
        if (!options.loraMergeDtype || !isFloat(*options.loraMergeDtype))
            throw Error::invalid(fmt::format("{} is not a dtype to compute in", flags.loraMergeDtype),
                                 "--lora-merge-dtype", "use float32, float16 or bfloat16");
    }
    if (!context.project.empty() && project::Project::existsIn(context.project))
        options.experience = job::mergeExperience(project::Project::open(context.project));
    return options;
}

std::vector<std::string> knownParameters()
{
    std::set<std::string> names;
    for (const merge::MergeMethod* method : merge::mergeMethods()) {
        for (const ParamSpec& param : method->params)
            names.emplace(param.name);
    }
    return {names.begin(), names.end()};
}

bool hasSeveralDocuments(std::string_view yaml)
{
    bool content = false;
    for (std::size_t begin = 0; begin < yaml.size();) {
        const std::size_t end = std::min(yaml.find('\n', begin), yaml.size());
        const std::string_view line = yaml.substr(begin, end - begin);
        begin = end + 1;
        const bool separator = line.starts_with("---") && (line.size() == 3 || line[3] == ' ' || line[3] == '\r');
        if (separator && content)
            return true;
        const std::size_t first = line.find_first_not_of(" \t\r");
        content =
            content || (!separator && first != std::string_view::npos && line[first] != '#' && line[first] != '%');
    }
    return false;
}

merge::Plan planSoundly(const recipe::MergeRecipe& recipe, const merge::MergeOptions& options, const Problems& parsed,
                        Context& context)
{
    context.report(parsed);
    parsed.throwIfErrors();
    merge::Plan plan = merge::planMerge(recipe, options);
    context.report(plan.problems);
    plan.problems.throwIfErrors();
    return plan;
}

merge::MergeResult executeInJob(const merge::Plan& plan, job::Job& job, bool recordsFingerprints, Progress* progress)
{
    for (const merge::PlannedModel& model : plan.models) {
        const bool isBase = plan.recipe.baseModel && *plan.recipe.baseModel == model.ref;
        job.addInput({isBase ? "base" : "model", model.ref.toString(), model.folder->path(),
                      recordsFingerprints ? formats::fingerprint(model.folder->checkpoint()) : std::string()});
    }
    const merge::MergeResult result = merge::executeMerge(plan, progress ? *progress : job.progress(), job.cancel());
    if (recordsFingerprints)
        job.addArtifact("model", result.output, formats::fingerprint(*formats::openCheckpoint(result.output)));
    return result;
}

Json toJson(const merge::MergeResult& result)
{
    return {{"output", result.output.string()},      {"tensors", result.tensors}, {"bytes_read", result.bytesRead},
            {"bytes_written", result.bytesWritten},  {"seconds", result.seconds}, {"peak_memory", result.peakMemory},
            {"resumed_shards", result.resumedShards}};
}

std::string toLine(const merge::MergeResult& result)
{
    const double speed = static_cast<double>(result.bytesRead + result.bytesWritten) / std::max(result.seconds, 1e-3);
    std::string line = fmt::format("wrote {}: {} tensors, {}; {}, {}/s, {} of memory", result.output.string(),
                                   result.tensors, formatBytes(result.bytesWritten), formatDuration(result.seconds),
                                   formatBytes(static_cast<std::uint64_t>(speed)), formatBytes(result.peakMemory));
    if (result.resumedShards > 0)
        line += fmt::format("; {} files were finished by an earlier attempt", result.resumedShards);
    return line;
}

std::string toText(const merge::Plan& plan, const std::function<std::string(std::string)>& shown)
{
    const auto show = [&](std::string text) { return shown ? shown(std::move(text)) : text; };
    Table models(
        {"model", "role", "parameters", "dtype", "read", "folder"},
        {Table::Align::Left, Table::Align::Left, Table::Align::Right, Table::Align::Left, Table::Align::Right});
    for (std::size_t i = 0; i < plan.models.size(); ++i) {
        const merge::PlannedModel& model = plan.models[i];
        const bool isBase = plan.recipe.baseModel && *plan.recipe.baseModel == model.ref;
        if (!model.folder) {
            models.add({show(model.ref.toString()), isBase ? "base" : "model", "-", "-", "-", "not found"});
            continue;
        }
        models.add({show(model.ref.toString()), isBase ? "base" : "model", formatCount(model.folder->parameters()),
                    std::string(crucible::toString(model.folder->mainDType())), formatBytes(model.bytesRead),
                    show(model.folder->path().string())});
    }
    std::string text = fmt::format("{} of {} models\n\n", plan.recipe.mergeMethod, plan.models.size());
    text += models.toText() + '\n';
    if (!plan.checks.empty())
        text += '\n';
    for (const merge::Check& check : plan.checks) {
        const std::string_view state = check.state == merge::CheckState::Good      ? "good   "
                                       : check.state == merge::CheckState::Warning ? "warning"
                                                                                   : "bad    ";
        text += fmt::format("{}  {}{}{}\n", state, show(check.message), check.remedy.empty() ? "" : " ",
                            show(check.remedy));
    }
    if (!plan.sound()) {
        text.pop_back();
        return text;
    }
    const merge::Costs& costs = plan.costs;
    text += fmt::format("\nparameters  {} in {} tensors, {} layers\n", formatCount(costs.parameters),
                        plan.tensors.size(), costs.layers);
    text += fmt::format(
        "reads       {}\nwrites      {} in {} {}\nmemory      {} of {} free\ntime        about {} +- {}",
        formatBytes(costs.inputBytes), formatBytes(costs.outputBytes), plan.shards.size(),
        plan.shards.size() == 1 ? "file" : "files", formatBytes(costs.peakMemory), formatBytes(costs.memoryAvailable),
        formatDuration(costs.seconds), percent(costs.seconds > 0 ? costs.secondsSpread / costs.seconds : 0));
    return text;
}

Json runWithDisplay(job::JobRequest request, Context& context, const std::function<Json(job::Job&)>& work, bool quiet)
{
    TerminalProgress display(quiet || context.quiet || context.events, context.verbosity);
    request.project = context.project;
    request.commandLine = context.shellCommandLine();
    request.cancel = context.cancel;
    request.display = &display;
    if (context.events) {
        // A listener that went away must not end the work: what can not be written is lost.
        request.onEvent = [](std::string_view line) {
            printTo(stdout, fmt::format("{}\n", line));
            finishStdout(); // a listener waits for it
        };
    }
    return job::runJob(request, work);
}

} // namespace crucible::cli
