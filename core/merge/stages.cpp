// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/stages.h"

#include "base/files.h"
#include "base/hash.h"
#include "base/platform.h"
#include "base/text.h"
#include "base/version.h"
#include "formats/safetensors.h"
#include "merge/method.h"
#include "merge/output_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <optional>
#include <set>

namespace crucible::merge {

namespace fs = std::filesystem;

namespace {

constexpr char kStageFile[] = "crucible-stage.json";

std::vector<std::string> allParameters()
{
    std::set<std::string> names;
    for (const MergeMethod* method : mergeMethods()) {
        for (const ParamSpec& param : method->params)
            names.emplace(param.name);
    }
    return {names.begin(), names.end()};
}

// Calls visit(ModelRef&) for every model that a recipe names.
template<class Visit>
void forEachModel(recipe::MergeRecipe& recipe, Visit&& visit)
{
    if (recipe.baseModel)
        visit(*recipe.baseModel);
    for (recipe::Module& module : recipe.modules) {
        for (recipe::InputModel& input : module.models)
            visit(input.model);
        for (recipe::Slice& slice : module.slices) {
            if (slice.baseModel)
                visit(*slice.baseModel);
            for (recipe::InputModel& input : slice.sources)
                visit(input.model);
        }
    }
    if (recipe.tokenizer) {
        visit(recipe.tokenizer->model);
        for (recipe::TokenRule& rule : recipe.tokenizer->tokens)
            visit(rule.model);
    }
}

// A folder in the system's temporary folder, gone with the object.
class TemporaryFolder {
public:
    TemporaryFolder()
    {
        static std::atomic<unsigned> counter{0};
        m_path = fs::temp_directory_path() / fmt::format("crucible-plan-{}-{}", platform::processId(), ++counter);
        std::error_code code;
        fs::create_directories(m_path, code);
        if (code)
            throw Error::io(CRUCIBLE_TR_NOOP("Problem", "cannot create a temporary folder"), m_path, code.value());
    }
    ~TemporaryFolder()
    {
        std::error_code code;
        fs::remove_all(m_path, code);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const fs::path& path() const { return m_path; }

private:
    fs::path m_path;
};

// What a plan will write, without the weights: a file of the right size with the right header, and all small files.
void writeStandIn(Plan plan, const fs::path& folder)
{
    fs::create_directories(folder);
    std::vector<formats::TensorInfo> infos;
    for (const PlannedTensor& tensor : plan.tensors)
        infos.push_back({tensor.name, tensor.dtype, tensor.shape, tensor.bytes});
    const formats::SafetensorsLayout layout = formats::safetensorsLayout(infos);
    const fs::path weights = folder / "model.safetensors";
    writeFileAtomically(weights, layout.header);
    fs::resize_file(weights, layout.fileBytes); // a hole, where the file system has them
    plan.shards.clear();
    plan.options.writeModelCard = false;
    writeCompanionFiles(plan, folder);
}

// The stage file's value of a key; empty when there is none.
std::string recorded(const fs::path& output, const char* key)
{
    try {
        return readJson(output / kStageFile).value(key, "");
    } catch (const std::exception&) {
        return {};
    }
}

// An intermediate folder that an earlier run made may be replaced, the output only by the same text's result; all else
// when that was asked for.
MergeOptions optionsOf(const StagesPlan& plan, const Stage& stage)
{
    MergeOptions options = plan.options.merge;
    options.output = stage.output;
    const std::string text = recorded(stage.output, "text");
    options.overwrite = options.overwrite || (!text.empty() && (stage.output != plan.options.output || text == plan.textKey));
    return options;
}

class StagesPlanner {
public:
    StagesPlanner(StagesPlan& plan) : m_plan(plan) {}

    void run(std::string_view yaml, const std::string& sourceName)
    {
        std::vector<recipe::MergeRecipe> recipes =
            recipe::parseMergeStages(yaml, sourceName, m_plan.problems, allParameters());
        if (m_plan.problems.hasErrors())
            return;
        chooseOutputs(recipes, sourceName);
        if (m_plan.problems.hasErrors())
            return;
        checkNames(recipes, sourceName);
        planAll(recipes);
    }

private:
    static bool usesName(recipe::MergeRecipe& recipe, const std::string& name)
    {
        bool uses = false;
        forEachModel(recipe, [&](const recipe::ModelRef& ref) { uses = uses || ref.model == name || ref.lora == name; });
        return uses;
    }

    void chooseOutputs(std::vector<recipe::MergeRecipe>& recipes, const std::string& sourceName)
    {
        const bool anyNameless = std::any_of(recipes.begin(), recipes.end(), [](const auto& recipe) { return recipe.name.empty(); });
        if (anyNameless && m_plan.options.output.empty())
            m_plan.problems.error(sourceName, "the last stage has no name, so its output needs a path",
                                  "give --out-path, or the stage a name");
        if (recipes.size() > (anyNameless ? 1u : 0u) && m_plan.options.intermediate.empty())
            m_plan.problems.error(sourceName, "the stages' models need a folder", "give --intermediate-dir");
        for (std::size_t i = 0; i < recipes.size(); ++i) {
            Stage stage;
            stage.title = fmt::format("stage {} of {}{}", i + 1, recipes.size(),
                                      recipes[i].name.empty() ? "" : fmt::format(" ({})", recipes[i].name));
            stage.output = recipes[i].name.empty() ? m_plan.options.output : m_plan.options.intermediate / recipes[i].name;
            for (std::size_t other = 0; other < i; ++other) {
                if (!recipes[other].name.empty() && usesName(recipes[i], recipes[other].name))
                    stage.uses.push_back(other);
            }
            m_plan.stages.push_back(std::move(stage));
        }
        // All have names and a path is given: the path is where a person looks for the result.
        if (!anyNameless && !m_plan.options.output.empty() && !m_plan.stages.empty())
            m_plan.stages.back().output = m_plan.options.output;
    }

    // A model that is not there may be the misspelt name of a stage.
    void checkNames(std::vector<recipe::MergeRecipe>& recipes, const std::string& sourceName)
    {
        std::vector<std::string> names;
        for (const recipe::MergeRecipe& recipe : recipes) {
            if (!recipe.name.empty())
                names.push_back(recipe.name);
        }
        for (recipe::MergeRecipe& recipe : recipes) {
            for (const recipe::ModelRef& ref : recipe.referencedModels()) {
                const std::optional<std::string> meant = didYouMean(ref.model, names);
                if (!meant || *meant == ref.model)
                    continue;
                try {
                    formats::locateModel(ref.model, ref.revision, m_plan.options.merge.search);
                } catch (const Error&) {
                    Problem problem;
                    problem.where = fmt::format("{}:{}:{}", sourceName, ref.position.line, ref.position.column);
                    problem.message = fmt::format("there is no model and no stage called {}", ref.model);
                    problem.hint = fmt::format("did you mean the stage {}?", *meant);
                    problem.line = ref.position.line;
                    problem.column = ref.position.column;
                    m_plan.problems.add(std::move(problem));
                }
            }
        }
    }

    void planAll(const std::vector<recipe::MergeRecipe>& recipes)
    {
        if (m_plan.problems.hasErrors())
            return;
        const TemporaryFolder temporary;
        m_plan.standIns = temporary.path().string();
        for (std::size_t i = 0; i < recipes.size(); ++i) {
            Stage& stage = m_plan.stages[i];
            stage.recipe = withFolders(recipes, i, [&](std::size_t used) { return m_plan.stages[used].output; });
            const recipe::MergeRecipe onStandIns =
                withFolders(recipes, i, [&](std::size_t used) { return temporary.path() / recipes[used].name; });
            Plan plan = planMerge(onStandIns, optionsOf(m_plan, stage));
            for (const Problem& problem : plan.problems.all()) {
                Problem told = problem;
                told.where = withStageNames(m_plan, told.where);
                told.say(withStageNames(m_plan, told.message), withStageNames(m_plan, told.hint));
                m_plan.problems.add(std::move(told));
            }
            if (!plan.sound())
                return;
            const bool isUsed = std::any_of(m_plan.stages.begin(), m_plan.stages.end(), [&](const Stage& later) {
                return std::find(later.uses.begin(), later.uses.end(), i) != later.uses.end();
            });
            if (isUsed)
                writeStandIn(plan, temporary.path() / recipes[i].name);
            m_plan.plans.push_back(std::move(plan));
        }
    }

    template<class FolderOf>
    recipe::MergeRecipe withFolders(const std::vector<recipe::MergeRecipe>& recipes, std::size_t index, FolderOf&& folderOf) const
    {
        recipe::MergeRecipe recipe = recipes[index];
        forEachModel(recipe, [&](recipe::ModelRef& ref) {
            for (const std::size_t used : m_plan.stages[index].uses) {
                if (ref.model == recipes[used].name)
                    ref.model = folderOf(used).string();
                if (ref.lora == recipes[used].name)
                    ref.lora = folderOf(used).string();
            }
        });
        return recipe;
    }

    StagesPlan& m_plan;
};

// What must be the same for a stage to be kept.
std::string stageKey(const Stage& stage, const Plan& plan)
{
    const MergeOptions& options = plan.options;
    Json key = {{"version", kVersion},
                {"recipe", recipe::toYaml(stage.recipe)},
                {"seed", options.randomSeed},
                {"mergekit_exact", options.mergekitExact},
                {"allow_crimes", options.allowCrimes},
                {"copy_tokenizer", options.copyTokenizer},
                {"safetensors", options.safeSerialization},
                {"shard_size", options.outShardSize},
                {"lora_dtype", options.loraMergeDtype ? std::string(torchName(*options.loraMergeDtype)) : ""},
                {"config", toJsonText(plan.config)},
                {"inputs", Json::array()}};
    for (const PlannedModel& model : plan.models) {
        key["inputs"].push_back(formats::fingerprint(model.folder->checkpoint()));
        if (model.adapter)
            key["inputs"].push_back(formats::fingerprint(model.adapter->checkpoint()));
    }
    return sha256(toJsonText(key));
}

// A folder that was changed since it was made is not current.
bool isCurrent(const std::string& key, const fs::path& output)
{
    try {
        return recorded(output, "key") == key &&
               recorded(output, "weights") == formats::fingerprint(*formats::openCheckpoint(output));
    } catch (const Error&) {
        return false;
    }
}

// Tells of a stage's work under the stage's title.
class StageProgress final : public Progress {
public:
    StageProgress(Progress& to, std::string title) : m_to(to), m_title(std::move(title)) {}

    void stage(std::string_view name) override { m_to.stage(fmt::format("{}: {}", m_title, name)); }
    void advance(std::uint64_t done, std::uint64_t total, std::string_view unit, std::string_view item) override
    {
        m_to.advance(done, total, unit, item);
    }
    void transferred(std::uint64_t bytesRead, std::uint64_t bytesWritten) override
    {
        m_to.transferred(m_readBefore + bytesRead, m_writtenBefore + bytesWritten);
    }
    void metric(std::string_view name, double x, double value) override { m_to.metric(name, x, value); }
    void log(LogLevel level, std::string_view message) override { m_to.log(level, message); }
    void artifact(std::string_view kind, const fs::path& path) override { m_to.artifact(kind, path); }

    void startAfter(std::uint64_t bytesRead, std::uint64_t bytesWritten)
    {
        m_readBefore = bytesRead;
        m_writtenBefore = bytesWritten;
    }

private:
    Progress& m_to;
    std::string m_title;
    std::uint64_t m_readBefore = 0;
    std::uint64_t m_writtenBefore = 0;
};

// Removes what stages made, and the folder when nothing else is in it.
void removeIntermediate(const StagesPlan& plan)
{
    std::error_code code;
    for (const Stage& stage : plan.stages) {
        if (stage.output.parent_path() != plan.options.intermediate)
            continue;
        if (fs::exists(stage.output / kStageFile, code))
            fs::remove_all(stage.output, code);
    }
    fs::remove(plan.options.intermediate, code);
}

} // namespace

StagesPlan planStages(std::string_view yaml, const std::string& sourceName, const StagesOptions& options)
{
    StagesPlan plan;
    plan.options = options;
    plan.textKey = sha256(yaml);
    StagesPlanner(plan).run(yaml, sourceName);
    return plan;
}

std::string withStageNames(const StagesPlan& plan, std::string text)
{
    if (plan.standIns.empty())
        return text;
    const std::string prefix = (fs::path(plan.standIns) / "").string();
    for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at))
        text.erase(at, prefix.size());
    return text;
}

Json toJson(const StagesPlan& plan)
{
    Json json = {{"sound", plan.sound()}, {"stages", Json::array()}, {"problems", Json::array()}};
    for (std::size_t i = 0; i < plan.plans.size(); ++i) {
        Json stage = parseJson(withStageNames(plan, toJsonText(toJson(plan.plans[i]))), "plan");
        stage["stage"] = plan.stages[i].recipe.name;
        json["stages"].push_back(std::move(stage));
    }
    for (const Problem& problem : plan.problems.all())
        json["problems"].push_back({{"severity", crucible::toString(problem.severity)},
                                    {"where", problem.where},
                                    {"message", problem.message},
                                    {"hint", problem.hint}});
    return json;
}

std::vector<StageResult> executeStages(const StagesPlan& plan, Progress& progress, const CancelToken& cancel, const StageRunner& run)
{
    plan.problems.throwIfErrors();
    std::vector<StageResult> results;
    std::uint64_t read = 0, written = 0;
    try {
        for (const Stage& stage : plan.stages) {
            cancel.check();
            const Plan merge = planMerge(stage.recipe, optionsOf(plan, stage));
            merge.problems.throwIfErrors();
            const std::string key = stageKey(stage, merge);
            if (plan.options.lazy && isCurrent(key, stage.output)) {
                progress.log(LogLevel::Info, fmt::format("{}: {} is there already", stage.title, stage.output.string()));
                results.push_back({stage.output, true, {}});
                continue;
            }
            StageProgress told(progress, stage.title);
            told.startAfter(read, written);
            const MergeResult done = run ? run(merge, told) : executeMerge(merge, told, cancel);
            read += done.bytesRead;
            written += done.bytesWritten;
            const Json record = {{"key", key},
                                 {"text", plan.textKey},
                                 {"weights", formats::fingerprint(*formats::openCheckpoint(stage.output))}};
            writeFileAtomically(stage.output / kStageFile, toJsonText(record, 2) + "\n");
            results.push_back({done.output, false, done});
        }
    } catch (const Error& error) {
        if (plan.options.removeIntermediate && error.kind() != ErrorKind::Cancelled)
            removeIntermediate(plan);
        throw;
    }
    if (plan.options.removeIntermediate)
        removeIntermediate(plan);
    return results;
}

} // namespace crucible::merge
