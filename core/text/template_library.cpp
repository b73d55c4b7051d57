// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/template_library.h"

#include "base/sentence.h"

#include <algorithm>

namespace crucible::text {
namespace {

// "### Instruction:" and "### Response:" as headings.
constexpr std::string_view kAlpaca = R"({%- for message in messages -%}
    {%- if message.role == 'system' -%}
        {{- message.content ~ '\n\n' -}}
    {%- elif message.role == 'user' -%}
        {{- '### Instruction:\n' ~ message.content ~ '\n\n' -}}
    {%- elif message.role == 'assistant' -%}
        {{- '### Response:\n' ~ message.content ~ eos_token ~ '\n\n' -}}
    {%- else -%}
        {{- raise_exception("the alpaca format has no role '" ~ message.role ~ "'") -}}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- '### Response:\n' -}}
{%- endif -%}
)";

constexpr std::string_view kChatMl = R"({%- for message in messages -%}
    {{- '<|im_start|>' ~ message.role ~ '\n' ~ message.content ~ '<|im_end|>\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- '<|im_start|>assistant\n' -}}
{%- endif -%}
)";

// No line ends between turns; the marks are written with fullwidth bars.
constexpr std::string_view kDeepSeek = R"({{- bos_token -}}
{%- for message in messages if message.role == 'system' -%}
    {{- message.content -}}
    {%- if not loop.last -%}{{- '\n\n' -}}{%- endif -%}
{%- endfor -%}
{%- for message in messages if message.role != 'system' -%}
    {%- if message.role == 'user' -%}
        {{- '<｜User｜>' ~ message.content -}}
    {%- elif message.role == 'assistant' -%}
        {#- What the model thought before an answer is not shown to it again. -#}
        {{- '<｜Assistant｜>' ~ message.content.split('</think>')[-1].lstrip() ~ eos_token -}}
    {%- else -%}
        {{- raise_exception("the deepseek format has no role '" ~ message.role ~ "'") -}}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- '<｜Assistant｜>' -}}
{%- endif -%}
)";

// There is no system turn: its text opens the first turn of the user. The assistant is called model.
constexpr std::string_view kGemma = R"({{- bos_token -}}
{%- set pending = namespace(text='') -%}
{%- for message in messages -%}
    {%- if message.role == 'system' -%}
        {%- set pending.text = pending.text ~ message.content | trim ~ '\n\n' -%}
    {%- elif message.role in ('user', 'assistant') -%}
        {{- '<start_of_turn>' ~ ('model' if message.role == 'assistant' else 'user') ~ '\n' -}}
        {{- pending.text ~ message.content | trim ~ '<end_of_turn>\n' -}}
        {%- set pending.text = '' -%}
    {%- else -%}
        {{- raise_exception("the gemma format has no role '" ~ message.role ~ "'") -}}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- '<start_of_turn>model\n' -}}
{%- endif -%}
)";

// ChatML behind a BOS token.
constexpr std::string_view kInternLm2 = R"({{- bos_token -}}
{%- for message in messages -%}
    {{- '<|im_start|>' ~ message.role ~ '\n' ~ message.content ~ '<|im_end|>\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- '<|im_start|>assistant\n' -}}
{%- endif -%}
)";

// Every question and its answer are a sequence of their own, between BOS and EOS; the system message stands in the
// first question.
constexpr std::string_view kLlama2 = R"({%- set pending = namespace(system='') -%}
{%- for message in messages -%}
    {%- if message.role == 'system' -%}
        {%- set pending.system = '<<SYS>>\n' ~ message.content | trim ~ '\n<</SYS>>\n\n' -%}
    {%- elif message.role == 'user' -%}
        {{- bos_token ~ '[INST] ' ~ pending.system ~ message.content | trim ~ ' [/INST]' -}}
        {%- set pending.system = '' -%}
    {%- elif message.role == 'assistant' -%}
        {{- ' ' ~ message.content | trim ~ ' ' ~ eos_token -}}
    {%- else -%}
        {{- raise_exception("the llama2 format has no role '" ~ message.role ~ "'") -}}
    {%- endif -%}
{%- endfor -%}
)";

// Headers with the role, and an end-of-turn token. Tools are listed in the system turn; their results have the role
// ipython.
constexpr std::string_view kLlama3 = R"({%- macro turn(role, content) -%}
    {{- '<|start_header_id|>' ~ role ~ '<|end_header_id|>\n\n' ~ content ~ '<|eot_id|>' -}}
{%- endmacro -%}
{{- bos_token -}}
{%- if tools -%}
    {%- set tool_text -%}
        {{- 'These functions can be called. To call one, answer with JSON alone: {"name": its name, "parameters": its arguments}.' -}}
        {%- for tool in tools -%}
            {{- '\n\n' ~ tool | tojson(indent=4) -}}
        {%- endfor -%}
    {%- endset -%}
    {%- if not messages or messages[0].role != 'system' -%}
        {{- turn('system', tool_text) -}}
    {%- endif -%}
{%- endif -%}
{%- for message in messages -%}
    {%- if message.role == 'system' and loop.first and tools -%}
        {{- turn('system', message.content | trim ~ '\n\n' ~ tool_text) -}}
    {%- elif message.role == 'tool' or message.role == 'ipython' -%}
        {{- turn('ipython', message.content if message.content is string else message.content | tojson) -}}
    {%- elif message.tool_calls -%}
        {%- for call in message.tool_calls -%}
            {%- set function = call.function if call.function is defined else call -%}
            {{- turn('assistant', '{"name": ' ~ function.name | tojson ~ ', "parameters": '
                ~ (function.arguments if function.arguments is string else function.arguments | tojson) ~ '}') -}}
        {%- endfor -%}
    {%- else -%}
        {{- turn(message.role, message.content | trim) -}}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- '<|start_header_id|>assistant<|end_header_id|>\n\n' -}}
{%- endif -%}
)";

// A system message is put in front of the first question, because the format has no place of its own for it.
constexpr std::string_view kMistral = R"({{- bos_token -}}
{%- set pending = namespace(text='') -%}
{%- for message in messages -%}
    {%- if message.role == 'system' -%}
        {%- set pending.text = message.content ~ '\n\n' -%}
    {%- elif message.role == 'user' -%}
        {{- '[INST] ' ~ pending.text ~ message.content ~ ' [/INST]' -}}
        {%- set pending.text = '' -%}
    {%- elif message.role == 'assistant' -%}
        {{- ' ' ~ message.content | trim ~ eos_token -}}
    {%- else -%}
        {{- raise_exception("the mistral format has no role '" ~ message.role ~ "'") -}}
    {%- endif -%}
{%- endfor -%}
)";

constexpr std::string_view kPhi3 = R"({%- for message in messages -%}
    {{- '<|' ~ message.role ~ '|>\n' ~ message.content ~ '<|end|>\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- '<|assistant|>\n' -}}
{%- endif -%}
)";

// ChatML with tools in the system turn, calls and results as tagged JSON, and thoughts that only the last answers keep.
constexpr std::string_view kQwen = R"({%- macro turn(role, content) -%}
    {{- '<|im_start|>' ~ role ~ '\n' ~ content ~ '<|im_end|>\n' -}}
{%- endmacro -%}
{%- set system = messages[0].content if messages and messages[0].role == 'system' else '' -%}
{%- if tools -%}
    {%- set listed -%}
        {{- system ~ ('\n\n' if system else '') ~ '# Tools\n\nThese functions can be called:\n<tools>' -}}
        {%- for tool in tools -%}
            {{- '\n' ~ tool | tojson -}}
        {%- endfor -%}
        {{- '\n</tools>\n\nTo call one, write its name and arguments as JSON between tags:\n' -}}
        {{- '<tool_call>\n{"name": ..., "arguments": {...}}\n</tool_call>' -}}
    {%- endset -%}
    {{- turn('system', listed) -}}
{%- elif system -%}
    {{- turn('system', system) -}}
{%- endif -%}
{%- set last = namespace(question=-1) -%}
{%- for message in messages -%}
    {%- if message.role == 'user' -%}{%- set last.question = loop.index0 -%}{%- endif -%}
{%- endfor -%}
{%- for message in messages -%}
    {%- if message.role == 'system' -%}
        {%- if not loop.first -%}{{- turn('system', message.content) -}}{%- endif -%}
    {%- elif message.role == 'assistant' -%}
        {%- set keep_thoughts = loop.index0 > last.question -%}
        {%- set answer -%}
            {%- set content = message.content or '' -%}
            {{- content if keep_thoughts else content.split('</think>')[-1].lstrip('\n') -}}
            {%- for call in message.tool_calls or [] -%}
                {%- set function = call.function if call.function is defined else call -%}
                {{- ('\n' if content or not loop.first else '') ~ '<tool_call>\n{"name": ' ~ function.name | tojson ~ ', "arguments": '
                    ~ (function.arguments if function.arguments is string else function.arguments | tojson) ~ '}\n</tool_call>' -}}
            {%- endfor -%}
        {%- endset -%}
        {{- turn('assistant', answer) -}}
    {%- elif message.role == 'tool' -%}
        {{- '' if loop.previtem is defined and loop.previtem.role == 'tool' else '<|im_start|>user' -}}
        {{- '\n<tool_response>\n' ~ message.content ~ '\n</tool_response>' -}}
        {{- '' if loop.nextitem is defined and loop.nextitem.role == 'tool' else '<|im_end|>\n' -}}
    {%- else -%}
        {{- turn(message.role, message.content) -}}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- '<|im_start|>assistant\n' -}}
    {%- if enable_thinking is defined and enable_thinking is false -%}
        {{- '<think>\n\n</think>\n\n' -}}
    {%- endif -%}
{%- endif -%}
)";

// One line: the system text, then USER: and ASSISTANT: in turn.
constexpr std::string_view kVicuna = R"({{- bos_token -}}
{%- for message in messages -%}
    {%- if message.role == 'system' -%}
        {{- message.content | trim ~ ' ' -}}
    {%- elif message.role == 'user' -%}
        {{- 'USER: ' ~ message.content | trim ~ ' ' -}}
    {%- elif message.role == 'assistant' -%}
        {{- 'ASSISTANT: ' ~ message.content | trim ~ eos_token -}}
    {%- else -%}
        {{- raise_exception("the vicuna format has no role '" ~ message.role ~ "'") -}}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- 'ASSISTANT:' -}}
{%- endif -%}
)";

constexpr LibraryTemplate kLibrary[] = {
    {"alpaca", CRUCIBLE_TR_NOOP("ChatTemplate", "Alpaca and models tuned like it"), kAlpaca, "", "</s>"},
    {"chatml", CRUCIBLE_TR_NOOP("ChatTemplate", "ChatML: OpenHermes, Yi and many tuned models"), kChatMl, "",
     "<|im_end|>"},
    {"deepseek", CRUCIBLE_TR_NOOP("ChatTemplate", "DeepSeek V2.5, V3 and R1"), kDeepSeek, "<｜begin▁of▁sentence｜>",
     "<｜end▁of▁sentence｜>"},
    {"gemma", CRUCIBLE_TR_NOOP("ChatTemplate", "Gemma 1 to 3"), kGemma, "<bos>", "<eos>"},
    {"internlm2", CRUCIBLE_TR_NOOP("ChatTemplate", "InternLM 2 and 2.5"), kInternLm2, "<s>", "</s>"},
    {"llama2", CRUCIBLE_TR_NOOP("ChatTemplate", "Llama 2 Chat"), kLlama2, "<s>", "</s>"},
    {"llama3", CRUCIBLE_TR_NOOP("ChatTemplate", "Llama 3 to 3.3 Instruct"), kLlama3, "<|begin_of_text|>", "<|eot_id|>"},
    {"mistral", CRUCIBLE_TR_NOOP("ChatTemplate", "Mistral and Mixtral Instruct"), kMistral, "<s>", "</s>"},
    {"phi3", CRUCIBLE_TR_NOOP("ChatTemplate", "Phi-3 and Phi-3.5"), kPhi3, "", "<|endoftext|>"},
    {"qwen", CRUCIBLE_TR_NOOP("ChatTemplate", "Qwen 1.5 to 3"), kQwen, "", "<|im_end|>"},
    {"vicuna", CRUCIBLE_TR_NOOP("ChatTemplate", "Vicuna 1.1 and 1.5"), kVicuna, "<s>", "</s>"},
};

} // namespace

std::span<const LibraryTemplate> templateLibrary()
{
    return kLibrary;
}

const LibraryTemplate* findLibraryTemplate(std::string_view name)
{
    const auto* found = std::find_if(std::begin(kLibrary), std::end(kLibrary),
                                     [&](const LibraryTemplate& entry) { return entry.name == name; });
    return found == std::end(kLibrary) ? nullptr : found;
}

} // namespace crucible::text
