// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/adapter_files.h"

#include "base/files.h"
#include "base/units.h"
#include "base/version.h"
#include "recipe/yaml.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace crucible::merge {
namespace {

std::string lastPart(const std::string& name)
{
    return name.substr(name.rfind('.') + 1);
}

// Last parts of names where every module that ends so is in the adapter, whole names otherwise.
std::vector<std::string> targetModules(const AdapterFacts& facts, const ExtractLoraPlan& plan)
{
    std::map<std::string, std::size_t> all, taken;
    for (const ExtractedModule& module : plan.modules)
        ++all[lastPart(module.name)];
    for (const AdapterFacts::Module& module : facts.modules)
        ++taken[lastPart(module.name)];
    std::set<std::string> names;
    for (const AdapterFacts::Module& module : facts.modules) {
        const std::string last = lastPart(module.name);
        names.insert(taken[last] == all[last] ? last : module.name);
    }
    return {names.begin(), names.end()};
}

OrderedJson taskType(const ExtractLoraPlan& plan)
{
    const std::vector<std::string> classes = plan.base.folder->config().architectures();
    const std::string name = classes.empty() ? std::string() : classes.front();
    if (name.ends_with("ForCausalLM") || name.ends_with("LMHeadModel"))
        return "CAUSAL_LM";
    if (name.ends_with("ForSequenceClassification"))
        return "SEQ_CLS";
    if (name.ends_with("ForTokenClassification"))
        return "TOKEN_CLS";
    if (name.starts_with("T5For"))
        return "SEQ_2_SEQ_LM";
    return nullptr;
}

OrderedJson adapterConfig(const AdapterFacts& facts, const ExtractLoraPlan& plan)
{
    std::int64_t largest = 1;
    for (const AdapterFacts::Module& module : facts.modules)
        largest = std::max(largest, module.rank);
    OrderedJson ranks = OrderedJson::object();
    for (const AdapterFacts::Module& module : facts.modules) {
        if (module.rank != largest)
            ranks[module.name] = module.rank;
    }
    OrderedJson config = {{"peft_type", "LORA"},
                          {"task_type", taskType(plan)},
                          {"base_model_name_or_path", plan.options.base.model},
                          {"revision", nullptr},
                          {"inference_mode", true},
                          {"r", largest},
                          {"lora_alpha", largest},
                          {"lora_dropout", 0.0},
                          {"bias", "none"},
                          {"fan_in_fan_out", facts.fanInFanOut},
                          {"init_lora_weights", true},
                          {"use_rslora", false},
                          {"use_dora", false},
                          {"target_modules", targetModules(facts, plan)},
                          {"modules_to_save", nullptr},
                          {"rank_pattern", ranks},
                          {"alpha_pattern", ranks}};
    if (!plan.options.base.revision.empty())
        config["revision"] = plan.options.base.revision;
    if (!facts.savedModules.empty())
        config["modules_to_save"] = facts.savedModules;
    if (facts.hasBias)
        config["lora_bias"] = true;
    return config;
}

// Between backticks, on one line.
std::string code(std::string text)
{
    for (char& c : text) {
        if (c == '`' || static_cast<unsigned char>(c) < 0x20)
            c = ' ';
    }
    return "`" + text + "`";
}

std::string card(const ExtractLoraPlan& plan, const ExtractLoraResult& result)
{
    std::string name = plan.options.output.filename().string();
    if (name.empty())
        name = plan.options.output.parent_path().filename().string();
    std::string text = fmt::format("---\nbase_model: {}\nlibrary_name: peft\ntags:\n- lora\n- crucible\n---\n",
                                   recipe::yamlText(plan.options.base.model));
    text += fmt::format("# {}\n\nA LoRA adapter, extracted with Crucible {} from the difference between {} and its base {}.\n\n",
                        code(name), kVersion, code(plan.options.model.toString()), code(plan.options.base.toString()));
    text += fmt::format("* {} modules decomposed, rank {} at most\n", result.decomposed.size(), result.rank);
    text += fmt::format("* {} modules saved in full\n", result.savedInFull.size());
    for (const std::string& left : result.leftOut)
        text += fmt::format("* changed, but left out: {}\n", code(left));
    if (!plan.options.commandLine.empty())
        text += fmt::format("\nMade by:\n\n    {}\n", code(plan.options.commandLine).substr(1, plan.options.commandLine.size()));
    return text;
}

} // namespace

void writeAdapterFiles(const AdapterFacts& facts, const ExtractLoraPlan& plan, const ExtractLoraResult& result,
                       const std::filesystem::path& folder)
{
    writeFileAtomically(folder / "adapter_config.json", toJsonText(adapterConfig(facts, plan), 2) + "\n");
    if (plan.options.writeModelCard)
        writeFileAtomically(folder / "README.md", card(plan, result));
}

} // namespace crucible::merge
