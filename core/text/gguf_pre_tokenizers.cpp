// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/gguf_pre_tokenizers.h"

#include "text/split_patterns.h"

#include <algorithm>

namespace crucible::text {
namespace {

using Regexes = std::span<const std::string_view>;

constexpr std::string_view kGpt2[] = {kGpt2Regex};
constexpr std::string_view kLlama3[] = {kLlama3Regex};
constexpr std::string_view kQwen2[] = {kQwen2Regex};
constexpr std::string_view kQwen35[] = {kQwen35Regex};
constexpr std::string_view kO200k[] = {kO200kRegex};
constexpr std::string_view kTekken[] = {kTekkenRegex};
constexpr std::string_view kDeepseek3[] = {
    R"(\p{N}{1,3})", "[一-龥぀-ゟ゠-ヿ]+", kDeepseek3Regex};
constexpr std::string_view kDeepseekCoder[] = {R"([\r\n])", R"(\s?\p{L}+)", R"(\s?\p{P}+)", "[一-龥ࠀ-一가-퟿]+", R"(\p{N})"};
constexpr std::string_view kDeepseekLlm[] = {
    R"([\r\n])",
    R"(\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅὐ-ὗὙὛὝὟ-\x{1F7D}ᾀ-ᾴᾶ-ᾼ\x{1FBE}ῂ-ῄῆ-ῌῐ-\x{1FD3}ῖ-\x{1FDB}ῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤ\x{2126}ℨ\x{212A}-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃]+)",
    R"(\s?[!-/:-~！-／：-～‘-‟　-。]+)", R"(\s+$)", "[一-龥ࠀ-一가-퟿]+", R"(\p{N}+)"};
constexpr std::string_view kFalcon[] = {R"([\p{P}\$\+<=>\^~\|`]+)", kGpt2[0], "[0-9][0-9][0-9]"};
constexpr std::string_view kStarcoder[] = {R"(\p{N})", kGpt2[0]};
constexpr std::string_view kBloom[] = {R"( ?[^(\s|.,!?…。，、।۔،)]+)"};
constexpr std::string_view kViking[] = {kBloom[0], R"(\p{N})"};
constexpr std::string_view kDefault[] = {R"([\p{P}\$\+<=>\^~\|]+)", kGpt2[0], R"(\p{N}+)", "[0-9][0-9][0-9]"};
constexpr std::string_view kBailing[] = {
    R"('(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+)"};
constexpr std::string_view kSeedCoder[] = {
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+|\s*[\r\n]+|\s+(?!\S)|\s+)"};
constexpr std::string_view kKimi[] = {
    R"([\p{Han}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"};
constexpr std::string_view kSuperBpe[] = {R"(\p{N}+)", R"((?=(\d{3})+(?!\d)))"};
constexpr std::string_view kTinyAya[] = {R"(\d{1,3}(?=(?:\d{3})*\b))", kO200k[0]};
constexpr std::string_view kExaoneMoe[] = {
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+)"};
constexpr std::string_view kChameleon[] = {
    "<sentinel:[0-9]+>", "(IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z", "([\\t\\n]|    |  )", R"(\p{N})", R"([\p{P}!-/:-@\[-`{-~])", kGpt2[0]};
constexpr std::string_view kLines[] = {R"([^\n]+|[\n]+)"};

struct Named {
    std::string_view name;
    GgufPreTokenizer pre;
};

constexpr Named kNames[] = {
    {"llama3", {kLlama3, true, true}}, {"llama-v3", {kLlama3, true, true}}, {"llama-bpe", {kLlama3, true, true}},
    {"falcon3", {kLlama3, true, true}}, {"falcon-h1", {kLlama3, true, true}}, {"pixtral", {kLlama3, true, true}},
    {"midm-2.0", {kLlama3, true, true}}, {"lfm2", {kLlama3, true, true}}, {"jina-v5-nano", {kLlama3, true, true}},
    {"dbrx", {kLlama3}}, {"smaug-bpe", {kLlama3}}, {"glm4", {kLlama3}}, {"chatglm-bpe", {kLlama3}},
    {"gpt-2", {kGpt2}}, {"phi-2", {kGpt2}}, {"jina-es", {kGpt2}}, {"jina-de", {kGpt2}}, {"jina-v1-en", {kGpt2}}, {"jina-v2-es", {kGpt2}},
    {"jina-v2-de", {kGpt2}}, {"jina-v2-code", {kGpt2}}, {"roberta-bpe", {kGpt2}}, {"gigachat", {kGpt2}}, {"a.x-4.0", {kGpt2}}, {"mellum", {kGpt2}},
    {"modern-bert", {kGpt2}}, {"exaone4", {kGpt2}}, {"mpt", {kGpt2}}, {"olmo", {kGpt2}}, {"jais", {kGpt2}}, {"trillion", {kGpt2}}, {"granite-docling", {kGpt2}},
    {"qwen2", {kQwen2}}, {"deepseek-r1-qwen", {kQwen2}}, {"kormo", {kQwen2}}, {"f2llmv2", {kQwen2}}, {"megrez", {kQwen2}}, {"stablelm2", {kQwen2}},
    {"hunyuan", {kQwen2}}, {"solar-open", {kQwen2}}, {"grok-2", {kQwen2}}, {"qwen35", {kQwen35}},
    {"gpt-4o", {kO200k}}, {"llama4", {kO200k}}, {"kanana2", {kO200k}}, {"talkie", {kO200k}}, {"minimax-m2", {kO200k}},
    {"granite-embed-multi-97m", {kO200k, true}}, {"tekken", {kTekken, true, true}},
    {"deepseek-llm", {kDeepseekLlm}}, {"deepseek-coder", {kDeepseekCoder}}, {"deepseek-v3", {kDeepseek3}}, {"hunyuan-dense", {kDeepseek3}},
    {"joyai-llm", {kDeepseek3}}, {"falcon", {kFalcon}},
    {"starcoder", {kStarcoder}}, {"refact", {kStarcoder}}, {"command-r", {kStarcoder}}, {"smollm", {kStarcoder}}, {"codeshell", {kStarcoder}},
    {"exaone", {kStarcoder}}, {"minerva-7b", {kStarcoder}},
    {"bloom", {kBloom}}, {"poro-chat", {kBloom}}, {"gpt3-finnish", {kBloom}}, {"viking", {kViking}},
    {"bailingmoe", {kBailing}}, {"bailingmoe2", {kBailing}}, {"llada-moe", {kBailing}}, {"seed-coder", {kSeedCoder}}, {"kimi-k2", {kKimi}},
    {"superbpe", {kSuperBpe}}, {"tiny_aya", {kTinyAya}}, {"cohere2moe", {kTinyAya}}, {"exaone-moe", {kExaoneMoe}}, {"chameleon", {kChameleon, false, true}},
    {"gemma4", {kLines, false, false, true}}, {"sarvam-moe", {kLines, false, false, true}},
};

constexpr GgufPreTokenizer kFallback{kDefault};

} // namespace

const GgufPreTokenizer& ggufPreTokenizer(std::string_view name)
{
    const auto found = std::find_if(std::begin(kNames), std::end(kNames), [name](const Named& known) { return known.name == name; });
    return found == std::end(kNames) ? kFallback : found->pre;
}

} // namespace crucible::text
