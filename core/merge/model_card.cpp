// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/model_card.h"

#include "base/version.h"
#include "formats/checkpoint.h"
#include "merge/plan.h"
#include "recipe/yaml.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace crucible::merge {
namespace {

// Text that Markdown shows as it is, on one line: names come from strangers.
std::string escaped(std::string_view text)
{
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f)
            result += ' ';
        else if (c == '<')
            result += "&lt;";
        else if (c == '&')
            result += "&amp;";
        else if (std::string_view("\\`*[]#|~>!").find(c) != std::string_view::npos)
            result.append("\\").push_back(c);
        else
            result += c;
    }
    return result;
}

// A name as hubs have it: "name" or "organisation/name".
bool isHubName(std::string_view name)
{
    if (name.empty() || name.size() > 128 || std::count(name.begin(), name.end(), '/') > 1 || name.front() == '/' ||
        name.back() == '/' || name.front() == '.')
        return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
               c == '.' || c == '/';
    });
}

std::string linked(std::string_view name, bool isLocal)
{
    if (!isLocal && isHubName(name))
        return fmt::format("[{}](https://huggingface.co/{})", escaped(name), name);
    return escaped(name);
}

std::string described(const CardModel& model)
{
    std::string text = linked(model.ref.model, model.isLocal);
    if (!model.ref.lora.empty())
        text += " + " + linked(model.ref.lora, model.isLocal);
    return text;
}

std::string header(const CardFacts& facts)
{
    std::set<std::string> names;
    for (const CardModel& model : facts.models) {
        for (const std::string* name : {&model.ref.model, &model.ref.lora}) {
            if (!model.isLocal && isHubName(*name))
                names.insert(*name);
        }
    }
    std::string text = "---\nbase_model:";
    if (names.empty())
        text += " []";
    for (const std::string& name : names)
        text += "\n- " + recipe::yamlText(name);
    return text + "\nlibrary_name: transformers\ntags:\n- mergekit\n- merge\n- crucible\n\n---\n";
}

// More backticks than the text has in a row, so that it can not end the block.
std::string fenceFor(std::string_view text)
{
    std::size_t longest = 0, run = 0;
    for (const char c : text) {
        run = c == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return std::string(std::max<std::size_t>(3, longest + 1), '`');
}

bool isWebAddress(std::string_view text)
{
    return (text.starts_with("https://") || text.starts_with("http://")) && text.find_first_of(" ()<>\n") == std::string_view::npos;
}

} // namespace

std::string modelCard(const CardFacts& facts)
{
    std::string text = header(facts);
    text += fmt::format("# {}\n\n", escaped(facts.name));
    text += "Several pre-trained language models were merged into this one with Crucible, from a recipe in the format of "
            "[mergekit](https://github.com/arcee-ai/mergekit).\n\n";
    text += "## Merge Details\n### Merge Method\n\n";
    const std::string title = escaped(facts.methodTitle.empty() ? facts.methodId : facts.methodTitle);
    text += "The models were combined by the ";
    text += isWebAddress(facts.methodReference) ? fmt::format("[{}]({})", title, facts.methodReference) : title;
    text += " merge method";
    const auto base = std::find_if(facts.models.begin(), facts.models.end(), [](const CardModel& model) { return model.isBase; });
    // In a SLERP the base is one of two equal ends.
    const bool hasBase = base != facts.models.end() && facts.methodId != "slerp";
    if (hasBase)
        text += fmt::format(", with {} as the base", described(*base));
    text += ".\n\n### Models Merged\n\nThese models went into the merge:\n";
    for (const CardModel& model : facts.models) {
        if (!(hasBase && model.isBase))
            text += fmt::format("* {}\n", described(model));
    }
    const std::string fence = fenceFor(facts.recipe);
    text += fmt::format("\n### Configuration\n\nThe recipe, as it was run:\n\n{}yaml\n{}{}{}\n", fence, facts.recipe,
                        facts.recipe.ends_with('\n') ? "" : "\n", fence);
    text += fmt::format("\n### Provenance\n\n* Crucible {}\n* random seed {}\n", escaped(facts.version), facts.seed);
    if (facts.mergekitExact)
        text += "* computed as mergekit does, with its rounding\n";
    for (const CardModel& model : facts.models) {
        if (!model.fingerprint.empty())
            text += fmt::format("* {}: weights `{}`\n", escaped(model.ref.toString()), model.fingerprint);
    }
    return text;
}

std::string modelCard(const Plan& plan)
{
    CardFacts facts;
    facts.name = plan.options.output.filename().string();
    if (facts.name.empty())
        facts.name = plan.options.output.parent_path().filename().string();
    facts.methodId = plan.recipe.mergeMethod;
    if (plan.method) {
        facts.methodTitle = std::string(plan.method->title);
        facts.methodReference = std::string(plan.method->reference);
    }
    for (const PlannedModel& planned : plan.models) {
        CardModel model;
        model.ref = planned.ref;
        model.isBase = plan.recipe.baseModel && planned.ref == *plan.recipe.baseModel;
        const std::filesystem::path written(planned.ref.model);
        std::error_code error;
        model.isLocal = written.is_absolute() || std::filesystem::exists(plan.options.search.relativeTo / written, error);
        model.fingerprint = formats::fingerprint(planned.folder->checkpoint());
        facts.models.push_back(std::move(model));
    }
    facts.recipe = plan.recipe.source.empty() ? recipe::toYaml(plan.recipe) : plan.recipe.source;
    facts.version = kVersion;
    facts.seed = plan.options.randomSeed;
    facts.mergekitExact = plan.options.mergekitExact;
    return modelCard(facts);
}

} // namespace crucible::merge
