// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/chat_templates.h"

#include "base/files.h"
#include "base/json.h"
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace crucible::merge {
namespace {

namespace fs = std::filesystem;

// Each family's published prompt format, written down anew. Whitespace control keeps the templates readable.
constexpr std::string_view kAlpaca = R"({%- for message in messages -%}
{%- if message['role'] == 'system' -%}
{{ message['content'] + '\n\n' }}
{%- elif message['role'] == 'user' -%}
{{ '### Instruction:\n' + message['content'] + '\n\n' }}
{%- elif message['role'] == 'assistant' -%}
{{ '### Response:\n' + message['content'] + eos_token + '\n\n' }}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
{{ '### Response:\n' }}
{%- endif -%}
)";

constexpr std::string_view kChatMl = R"({%- for turn in messages -%}
{{ '<|im_start|>' ~ turn['role'] ~ '\n' ~ turn['content'] ~ '<|im_end|>\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}
{{ '<|im_start|>assistant\n' }}
{%- endif -%}
)";

constexpr std::string_view kExaone = R"({%- for message in messages -%}
{%- if loop.first and message['role'] != 'system' -%}
{{ '[|system|][|endofturn|]\n' }}
{%- endif -%}
{{ '[|' + message['role'] + '|]' + message['content'] }}
{%- if message['role'] == 'user' -%}
{{ '\n' }}
{%- else -%}
{{ '[|endofturn|]\n' }}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
{{ '[|assistant|]' }}
{%- endif -%}
)";

constexpr std::string_view kLlama3 = R"({{- bos_token -}}
{%- for message in messages -%}
{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + message['content'] | trim + '<|eot_id|>' }}
{%- endfor -%}
{%- if add_generation_prompt -%}
{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}
{%- endif -%}
)";

// A system message is put in front of the first question, because the format has no place of its own for it.
constexpr std::string_view kMistral = R"({{- bos_token -}}
{%- set pending = namespace(text='') -%}
{%- for message in messages -%}
{%- if message['role'] == 'system' -%}
{%- set pending.text = message['content'] + '\n\n' -%}
{%- elif message['role'] == 'user' -%}
{{ '[INST] ' + pending.text + message['content'] + ' [/INST]' }}
{%- set pending.text = '' -%}
{%- elif message['role'] == 'assistant' -%}
{{ ' ' + message['content'] | trim + eos_token }}
{%- endif -%}
{%- endfor -%}
)";

constexpr std::array<ChatTemplate, 5> kTemplates = {{{"alpaca", kAlpaca},
                                                     {"chatml", kChatMl},
                                                     {"exaone", kExaone},
                                                     {"llama3", kLlama3},
                                                     {"mistral", kMistral}}};

std::string trimmed(const std::string& text)
{
    constexpr std::string_view kSpace = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(kSpace);
    return begin == std::string::npos ? std::string() : text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::optional<std::string> templateIn(const Json& json)
{
    const auto value = json.is_object() ? json.find("chat_template") : json.end();
    if (!json.is_object() || value == json.end())
        return std::nullopt;
    if (value->is_string())
        return value->get<std::string>();
    if (value->is_array()) {
        for (const Json& entry : *value) {
            if (entry.is_object() && entry.value("name", Json()) == "default" && entry.value("template", Json()).is_string())
                return entry["template"].get<std::string>();
        }
    }
    return std::nullopt;
}

std::string mostFrequent(std::span<const TokenizerInput> inputs)
{
    std::vector<std::pair<std::string, int>> counts; // in order of first mention
    for (const TokenizerInput& input : inputs) {
        const std::optional<std::string> found = input.tokenizerOnly ? std::nullopt : chatTemplateOf(input.folder);
        const std::string text = found ? trimmed(*found) : std::string();
        if (text.empty())
            continue;
        const auto known =
            std::find_if(counts.begin(), counts.end(), [&](const auto& entry) { return entry.first == text; });
        if (known == counts.end())
            counts.emplace_back(text, 1);
        else
            ++known->second;
    }
    const auto most = std::max_element(counts.begin(), counts.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == counts.end() ? std::string() : most->first;
}

} // namespace

std::span<const ChatTemplate> chatTemplates()
{
    return kTemplates;
}

std::optional<std::string> chatTemplateOf(const fs::path& modelFolder)
{
    constexpr std::size_t kMaxFileBytes = std::size_t(16) << 20;
    std::error_code code;
    try {
        if (const fs::path file = modelFolder / "chat_template.jinja"; fs::is_regular_file(file, code))
            return readFile(file, kMaxFileBytes);
        for (const char* name : {"chat_template.json", "tokenizer_config.json"}) {
            const fs::path file = modelFolder / name;
            if (!fs::is_regular_file(file, code))
                continue;
            if (std::optional<std::string> found = templateIn(readJson(file, {.maxBytes = kMaxFileBytes})))
                return found;
        }
    } catch (const Error&) {
        // A file that can not be read has no template to offer.
    }
    return std::nullopt;
}

std::string resolveChatTemplate(const std::string& request, std::span<const TokenizerInput> inputs, Problems& problems)
{
    constexpr std::size_t kShortest = 20; // mergekit's bound between a mistyped name and a template
    if (request.empty())
        return {};
    if (request == "auto") {
        std::string text = mostFrequent(inputs);
        if (text.empty())
            problems.warning("chat_template",
                             CRUCIBLE_TR_NOOP("Problem", "No model has a chat template, so `auto` gives none"),
                             CRUCIBLE_TR_NOOP("Problem", "Name a built-in template, such as chatml"));
        return text;
    }
    std::vector<std::string_view> names = {"auto"};
    for (const ChatTemplate& entry : kTemplates) {
        if (entry.name == request)
            return std::string(entry.jinja);
        names.push_back(entry.name);
    }
    if (request.size() >= kShortest && request.find('{') != std::string::npos)
        return request;
    const std::optional<std::string> meant = didYouMean(request, std::span<const std::string_view>(names));
    problems.error(
        "chat_template",
        {CRUCIBLE_TR_NOOP("Problem", "%1 is neither a built-in chat template nor Jinja text"),
         toJsonText(Json(request))},
        meant ? Sentence(CRUCIBLE_TR_NOOP("Problem", "Did you mean %1?"), *meant)
              : CRUCIBLE_TR_NOOP(
                    "Problem",
                    "Use auto, alpaca, chatml, exaone, llama3, mistral, or a template of at least 20 characters"));
    return {};
}

void setChatTemplate(std::map<std::string, std::string>& files, const std::string& jinja)
{
    if (jinja.empty())
        return;
    files["chat_template.jinja"] = jinja;
    files.erase("chat_template.json");
    OrderedJson config = OrderedJson::object();
    if (const auto found = files.find("tokenizer_config.json"); found != files.end()) {
        OrderedJson read = parseOrderedJson(found->second, "tokenizer_config.json");
        if (read.is_object())
            config = std::move(read);
    }
    config["chat_template"] = jinja;
    files["tokenizer_config.json"] = toJsonText(config, 2) + "\n";
}

} // namespace crucible::merge
