// SPDX-License-Identifier: GPL-3.0-or-later
#include "recipe/merge_recipe.h"
#include "recipe/recipe_reader.h"

#include <fmt/format.h>

#include <algorithm>

namespace crucible::recipe {
namespace {

class Writer {
public:
    std::string text;

    void line(int indent, std::string_view content)
    {
        text.append(static_cast<std::size_t>(indent), ' ').append(content).append("\n");
    }
    void parameters(int indent, const Parameters& parameters);
    void inputs(int indent, std::string_view key, const std::vector<InputModel>& inputs);
    void module(int indent, const Module& module);
    void tokenizer(const TokenizerRequest& request);
    void multilineText(std::string_view key, const std::string& value);

private:
    void setting(int indent, const std::string& name, const Setting& setting);
};

std::string yamlScalar(const Scalar& scalar)
{
    if (!scalar.text.empty())
        return yamlText(scalar.text);
    if (scalar.isBool)
        return scalar.number != 0 ? "true" : "false";
    return yamlNumber(scalar.number);
}

std::string yamlValues(const Conditional& conditional)
{
    if (!conditional.isGradient)
        return yamlScalar(conditional.values.front());
    std::string text = "[";
    for (std::size_t i = 0; i < conditional.values.size(); ++i)
        text.append(i == 0 ? "" : ", ").append(yamlScalar(conditional.values[i]));
    return text + "]";
}

void Writer::setting(int indent, const std::string& name, const Setting& setting)
{
    if (!setting.isConditional) {
        line(indent, fmt::format("{}: {}", yamlText(name), yamlValues(setting.conditionals.front())));
        return;
    }
    line(indent, yamlText(name) + ":");
    for (const Conditional& conditional : setting.conditionals) {
        if (conditional.filter.empty()) {
            line(indent + 2, "- value: " + yamlValues(conditional));
        } else {
            line(indent + 2, "- filter: " + yamlText(conditional.filter));
            line(indent + 4, "value: " + yamlValues(conditional));
        }
    }
}

void Writer::parameters(int indent, const Parameters& parameters)
{
    if (parameters.empty())
        return;
    line(indent, "parameters:");
    for (const auto& [name, value] : parameters)
        setting(indent + 2, name, value);
}

void Writer::inputs(int indent, std::string_view key, const std::vector<InputModel>& inputs)
{
    line(indent, fmt::format("{}:", key));
    for (const InputModel& input : inputs) {
        line(indent + 2, "- model: " + yamlModel(input.model));
        if (input.layerRange)
            line(indent + 4, fmt::format("layer_range: [{}, {}]", (*input.layerRange)[0], (*input.layerRange)[1]));
        parameters(indent + 4, input.parameters);
    }
}

void Writer::module(int indent, const Module& module)
{
    if (module.slices.empty()) {
        inputs(indent, "models", module.models);
        return;
    }
    line(indent, "slices:");
    for (const Slice& slice : module.slices) {
        inputs(indent + 4, "sources", slice.sources);
        // The first line of a list's item carries the dash.
        const std::size_t start = text.rfind(std::string(static_cast<std::size_t>(indent) + 4, ' ') + "sources:\n");
        text[start + static_cast<std::size_t>(indent) + 2] = '-';
        if (slice.baseModel)
            line(indent + 4, "base_model: " + yamlModel(*slice.baseModel));
        parameters(indent + 4, slice.parameters);
    }
}

std::string yamlSource(const TokenizerRequest& request)
{
    switch (request.source) {
    case TokenizerRequest::Source::Union: return "union";
    case TokenizerRequest::Source::Base: return "base";
    case TokenizerRequest::Source::Model: break;
    }
    const std::string text = yamlModel(request.model);
    // A model that happens to be called like a keyword needs the map form.
    return text == "union" || text == "base" ? fmt::format("{{model: {{path: {}}}}}", text) : text;
}

void Writer::tokenizer(const TokenizerRequest& request)
{
    if (request.legacyForm && request.tokens.empty() && request.padToMultipleOf == 0) {
        line(0, "tokenizer_source: " + yamlSource(request));
        return;
    }
    line(0, "tokenizer:");
    line(2, "source: " + yamlSource(request));
    if (request.padToMultipleOf > 0)
        line(2, fmt::format("pad_to_multiple_of: {}", request.padToMultipleOf));
    if (request.tokens.empty())
        return;
    line(2, "tokens:");
    for (const TokenRule& rule : request.tokens) {
        if (!rule.hasSource && !rule.force) {
            line(4, yamlText(rule.token) + ": {}");
            continue;
        }
        line(4, yamlText(rule.token) + ":");
        if (rule.hasSource && rule.kind == TokenRule::Kind::Model) {
            line(6, "source: " + yamlModel(rule.model));
        } else if (rule.hasSource) {
            line(6, "source:");
            const bool zero = rule.kind == TokenRule::Kind::Zero;
            line(8, zero ? "kind: zero" : "kind: model_token");
            if (!zero) {
                line(8, "model: " + yamlModel(rule.model));
                line(8, rule.sourceTokenId ? fmt::format("token_id: {}", *rule.sourceTokenId)
                                           : "token: " + yamlText(rule.sourceToken));
            }
        }
        if (rule.force)
            line(6, "force: true");
    }
}

// A literal block where it keeps the text as it is, else quoted on one line.
void Writer::multilineText(std::string_view key, const std::string& value)
{
    const bool control = std::any_of(value.begin(), value.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\n') || byte == 0x7f;
    });
    const bool block = value.find('\n') != std::string::npos && !control && value.front() != ' ' &&
                       value.front() != '\n' && !value.ends_with("\n\n");
    if (!block) {
        line(0, fmt::format("{}: {}", key, yamlText(value)));
        return;
    }
    line(0, fmt::format("{}: {}", key, value.ends_with('\n') ? "|" : "|-"));
    std::size_t begin = 0;
    while (begin < value.size()) {
        const std::size_t end = std::min(value.find('\n', begin), value.size());
        const std::string_view content = std::string_view(value).substr(begin, end - begin);
        line(content.empty() ? 0 : 2, content);
        begin = end + 1;
    }
}

} // namespace

std::string toYaml(const MergeRecipe& recipe)
{
    Writer writer;
    if (!recipe.name.empty())
        writer.line(0, "name: " + yamlText(recipe.name));
    if (recipe.usesModules) {
        writer.line(0, "modules:");
        for (const Module& module : recipe.modules) {
            writer.line(2, yamlText(module.name) + ":");
            writer.module(4, module);
            writer.parameters(4, module.parameters);
        }
    } else if (!recipe.modules.empty()) {
        writer.module(0, recipe.modules.front());
    }
    if (!recipe.mergeMethod.empty())
        writer.line(0, "merge_method: " + yamlText(recipe.mergeMethod));
    if (recipe.baseModel)
        writer.line(0, "base_model: " + yamlModel(*recipe.baseModel));
    writer.parameters(0, recipe.parameters);
    if (recipe.dtype)
        writer.line(0, fmt::format("dtype: {}", torchName(*recipe.dtype)));
    if (recipe.outDtype)
        writer.line(0, fmt::format("out_dtype: {}", torchName(*recipe.outDtype)));
    if (recipe.tokenizer)
        writer.tokenizer(*recipe.tokenizer);
    if (!recipe.chatTemplate.empty())
        writer.multilineText("chat_template", recipe.chatTemplate);
    return std::move(writer.text);
}

} // namespace crucible::recipe
