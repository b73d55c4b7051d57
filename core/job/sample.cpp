// SPDX-License-Identifier: GPL-3.0-or-later
#include "job/sample.h"

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/json.h"
#include "formats/safetensors.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <functional>
#include <span>
#include <string>
#include <utility>

namespace crucible::job {

namespace fs = std::filesystem;

// File name and text of each recipe in resources/samples; see sample.cmake.
std::span<const std::pair<std::string_view, std::string_view>> sampleRecipes();

namespace {

using formats::TensorInfo;

// SplitMix64 (Steele, Lea, Flood 2014) read at any position: value number `index` of the stream `key`.
std::uint64_t randomBits(std::uint64_t key, std::uint64_t index)
{
    std::uint64_t z = key + (index + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

// Nearly normal, mean 0 and deviation 1: the sum of four 16-bit uniforms. No library function, so the same everywhere.
float randomNormal(std::uint64_t key, std::uint64_t index)
{
    const std::uint64_t bits = randomBits(key, index);
    const auto sum = static_cast<std::int64_t>((bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48));
    constexpr float kScale = 1.7320508f / 65536; // sqrt(12 / 4) per unit
    return static_cast<float>(sum - 131070) * kScale;
}

// Round to nearest even; the values here are finite.
std::uint16_t toBFloat16(float value)
{
    const auto bits = std::bit_cast<std::uint32_t>(value);
    return static_cast<std::uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

// How a fine-tune differs from the base model: by which strength in which part of which layer (depth from 0 to 1).
struct Tune {
    std::string_view name; // empty: the base model itself
    float (*strength)(bool attention, float depth) = nullptr;
};

float bump(float depth, float centre, float width)
{
    const float x = (depth - centre) / width;
    return 1 / (1 + x * x);
}

constexpr Tune kBase{"base", nullptr};
constexpr Tune kWriter{"writer", [](bool attention, float depth) {
                           return attention ? 0.1f + 0.9f * depth : 0.35f * bump(depth, 0.9f, 0.3f);
                       }};
constexpr Tune kCoder{"coder", [](bool attention, float depth) {
                          return attention ? 0.3f * bump(depth, 0.15f, 0.2f) : 0.1f + 0.9f * bump(depth, 0.45f, 0.2f);
                      }};
constexpr Tune kChat{"chat", [](bool attention, float depth) { return (attention ? 0.25f : 0.15f) * (1 - 0.5f * depth); }};

struct Tensor {
    std::string name;
    std::int64_t rows = 1; // 1 for a norm
    std::int64_t columns = 0;
    float depth = 0;
    bool attention = false;
    bool isNorm = false;
};

std::vector<Tensor> tensorsOf(const SampleShape& shape, std::int64_t vocab)
{
    const std::int64_t keyValue = shape.hidden / shape.heads * shape.keyValueHeads;
    std::vector<Tensor> tensors;
    tensors.push_back({"model.embed_tokens.weight", vocab, shape.hidden, 0, false, false});
    for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
        const float depth = shape.layers > 1 ? static_cast<float>(layer) / static_cast<float>(shape.layers - 1) : 0;
        const auto add = [&](std::string_view part, std::int64_t rows, std::int64_t columns, bool attention, bool isNorm) {
            tensors.push_back({fmt::format("model.layers.{}.{}.weight", layer, part), rows, columns, depth, attention, isNorm});
        };
        add("self_attn.q_proj", shape.hidden, shape.hidden, true, false);
        add("self_attn.k_proj", keyValue, shape.hidden, true, false);
        add("self_attn.v_proj", keyValue, shape.hidden, true, false);
        add("self_attn.o_proj", shape.hidden, shape.hidden, true, false);
        add("mlp.gate_proj", shape.intermediate, shape.hidden, false, false);
        add("mlp.up_proj", shape.intermediate, shape.hidden, false, false);
        add("mlp.down_proj", shape.hidden, shape.intermediate, false, false);
        add("input_layernorm", 1, shape.hidden, true, true);
        add("post_attention_layernorm", 1, shape.hidden, false, true);
    }
    tensors.push_back({"model.norm.weight", 1, shape.hidden, 1, false, true});
    tensors.push_back({"lm_head.weight", vocab, shape.hidden, 1, false, false});
    return tensors;
}

// base + strength * (low-rank part + a few large single changes), in bfloat16. Row r depends on r and never on how many
// rows there are, so a larger vocabulary begins with the same rows.
std::vector<std::uint16_t> valuesOf(const Tensor& tensor, const Tune& tune, std::uint64_t seed)
{
    constexpr std::uint64_t kRank = 4;
    constexpr float kDeviation = 0.02f;
    const std::uint64_t baseKey = randomBits(seed, hash64(tensor.name));
    const std::uint64_t tuneKey = randomBits(baseKey, hash64(tune.name));
    const float strength = tune.strength ? tune.strength(tensor.attention, tensor.depth) : 0;
    const auto rows = static_cast<std::uint64_t>(tensor.rows), columns = static_cast<std::uint64_t>(tensor.columns);

    std::vector<float> right(kRank * columns);
    if (strength != 0) {
        for (std::uint64_t i = 0; i < right.size(); ++i)
            right[i] = randomNormal(tuneKey ^ 0x5152u, i);
    }
    std::vector<std::uint16_t> values(rows * columns);
    for (std::uint64_t r = 0; r < rows; ++r) {
        float left[kRank] = {};
        if (strength != 0) {
            for (std::uint64_t k = 0; k < kRank; ++k)
                left[k] = randomNormal(tuneKey ^ 0x4c46u, r * kRank + k) * strength * kDeviation * 0.3f;
        }
        for (std::uint64_t c = 0; c < columns; ++c) {
            const std::uint64_t i = r * columns + c;
            float value = randomNormal(baseKey, i) * kDeviation;
            if (strength != 0) {
                if (!tensor.isNorm) {
                    for (std::uint64_t k = 0; k < kRank; ++k)
                        value += left[k] * right[k * columns + c];
                }
                const std::uint64_t bits = randomBits(tuneKey, i);
                if (bits % 64 == 0)
                    value += strength * kDeviation * ((bits & 64) != 0 ? 1.5f : -1.5f);
            }
            values[i] = toBFloat16(tensor.isNorm ? 1 + value : value);
        }
    }
    return values;
}

void writeWeights(const fs::path& file, const std::vector<Tensor>& tensors, const Tune& tune, std::uint64_t seed,
                  const CancelToken& cancel)
{
    std::vector<TensorInfo> infos;
    for (const Tensor& tensor : tensors) {
        Shape shape = tensor.isNorm ? Shape{tensor.columns} : Shape{tensor.rows, tensor.columns};
        infos.push_back({tensor.name, DType::BF16, std::move(shape),
                         static_cast<std::uint64_t>(tensor.rows * tensor.columns) * sizeof(std::uint16_t)});
    }
    const formats::SafetensorsLayout layout = formats::safetensorsLayout(infos);
    fs::path beside = file;
    beside += ".tmp";
    try {
        OutputFile output(beside, layout.fileBytes);
        output.write(0, std::as_bytes(std::span(layout.header)));
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            cancel.check();
            const std::vector<std::uint16_t> values = valuesOf(tensors[i], tune, seed);
            output.write(layout.offsets[i], std::as_bytes(std::span(values)));
        }
        output.finish();
        renamePath(beside, file);
    } catch (...) {
        std::error_code ignored;
        fs::remove(beside, ignored);
        throw;
    }
}

std::string utf8(unsigned codePoint) // below U+0800
{
    if (codePoint < 0x80)
        return std::string(1, static_cast<char>(codePoint));
    return {static_cast<char>(0xc0 | codePoint >> 6), static_cast<char>(0x80 | (codePoint & 0x3f))};
}

// The character that the ByteLevel scheme shows a byte as: printable Latin-1 as itself, the others from U+0100 on.
std::vector<std::string> byteLevelAlphabet()
{
    std::vector<std::string> alphabet;
    unsigned next = 256;
    for (unsigned byte = 0; byte < 256; ++byte) {
        const bool printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
        alphabet.push_back(utf8(printable ? byte : next++));
    }
    return alphabet;
}

std::string text(const OrderedJson& json)
{
    return toJsonText(json, 2) + "\n";
}

void writeTokenizer(const fs::path& folder, const std::vector<std::string>& addedTokens, const std::string& chatTemplate)
{
    const auto addedToken = [](int id, const std::string& content) {
        return OrderedJson{{"id", id},          {"content", content}, {"single_word", false}, {"lstrip", false},
                           {"rstrip", false}, {"normalized", false}, {"special", true}};
    };
    OrderedJson vocab = OrderedJson::object();
    OrderedJson added = OrderedJson::array();
    OrderedJson decoder = OrderedJson::object();
    int id = 0;
    for (const std::string token : {"<s>", "</s>"}) {
        vocab[token] = id;
        added.push_back(addedToken(id++, token));
    }
    for (const std::string& token : byteLevelAlphabet())
        vocab[token] = id++;
    for (const std::string& token : addedTokens)
        added.push_back(addedToken(id++, token));
    for (const OrderedJson& token : added) {
        OrderedJson entry = token;
        entry.erase("id");
        decoder[fmt::format("{}", token.at("id").get<int>())] = entry;
    }
    const OrderedJson byteLevel = {
        {"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", true}};
    writeFileAtomically(folder / "tokenizer.json",
                        text({{"version", "1.0"},
                              {"truncation", nullptr},
                              {"padding", nullptr},
                              {"added_tokens", added},
                              {"normalizer", nullptr},
                              {"pre_tokenizer", byteLevel},
                              {"post_processor", byteLevel},
                              {"decoder", byteLevel},
                              {"model",
                               {{"type", "BPE"},
                                {"dropout", nullptr},
                                {"unk_token", nullptr},
                                {"continuing_subword_prefix", nullptr},
                                {"end_of_word_suffix", nullptr},
                                {"fuse_unk", false},
                                {"byte_fallback", false},
                                {"vocab", vocab},
                                {"merges", OrderedJson::array()}}}}));
    OrderedJson config = {{"added_tokens_decoder", decoder}, {"bos_token", "<s>"},
                          {"clean_up_tokenization_spaces", false}, {"eos_token", "</s>"},
                          {"model_max_length", 512}, {"tokenizer_class", "PreTrainedTokenizerFast"}};
    if (!chatTemplate.empty())
        config["chat_template"] = chatTemplate;
    writeFileAtomically(folder / "tokenizer_config.json", text(config));
    writeFileAtomically(folder / "special_tokens_map.json", text({{"bos_token", "<s>"}, {"eos_token", "</s>"}}));
}

void writeConfig(const fs::path& folder, const SampleShape& shape, std::int64_t vocab)
{
    writeFileAtomically(folder / "generation_config.json", text({{"bos_token_id", 0}, {"eos_token_id", 1}, {"max_length", 512}}));
    writeFileAtomically(folder / "config.json",
                        text({{"architectures", {"LlamaForCausalLM"}},
                              {"attention_bias", false},
                              {"attention_dropout", 0.0},
                              {"bos_token_id", 0},
                              {"eos_token_id", 1},
                              {"head_dim", shape.hidden / shape.heads},
                              {"hidden_act", "silu"},
                              {"hidden_size", shape.hidden},
                              {"initializer_range", 0.02},
                              {"intermediate_size", shape.intermediate},
                              {"max_position_embeddings", 512},
                              {"mlp_bias", false},
                              {"model_type", "llama"},
                              {"num_attention_heads", shape.heads},
                              {"num_hidden_layers", shape.layers},
                              {"num_key_value_heads", shape.keyValueHeads},
                              {"rms_norm_eps", 1e-5},
                              {"rope_theta", 10000.0},
                              {"tie_word_embeddings", false},
                              {"torch_dtype", "bfloat16"},
                              {"use_cache", true},
                              {"vocab_size", vocab}}));
}

const std::string kPlainTemplate = "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n"
                                   "{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}";
const std::string kChatTemplate = "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + eos_token }}"
                                  "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

} // namespace

const std::vector<SampleShape>& sampleShapes()
{
    static const std::vector<SampleShape> shapes = {
        {.name = "small"},
        {.name = "tinyllama-1.1b", .layers = 22, .hidden = 2048, .intermediate = 5632, .heads = 32, .keyValueHeads = 4,
         .vocab = 32000, .hasTokenizer = false},
    };
    return shapes;
}

Sample writeSample(const fs::path& folder, const SampleShape& shape, std::uint64_t seed, const CancelToken& cancel)
{
    Sample sample;
    for (const Tune& tune : {kBase, kWriter, kCoder, kChat}) {
        const bool isChat = tune.name == kChat.name;
        if (isChat && !shape.hasTokenizer)
            continue;
        const fs::path model = folder / "models" / fmt::format("sample-{}", tune.name);
        sample.models.push_back(model);
        if (fs::exists(model / "config.json")) // written last
            continue;
        std::error_code code;
        fs::create_directories(model, code);
        if (code)
            throw Error::io(CRUCIBLE_TR_NOOP("Problem", "cannot create the folder"), model, code.value());
        const std::vector<std::string> added = isChat ? std::vector<std::string>{"<|user|>", "<|assistant|>"}
                                                      : std::vector<std::string>();
        const std::int64_t vocab = shape.vocab + static_cast<std::int64_t>(added.size());
        writeWeights(model / "model.safetensors", tensorsOf(shape, vocab), tune, seed, cancel);
        if (shape.hasTokenizer)
            writeTokenizer(model, added, isChat ? kChatTemplate : tune.name == kWriter.name ? kPlainTemplate : "");
        writeConfig(model, shape, vocab);
    }
    if (!shape.hasTokenizer)
        return sample;
    for (const auto& [name, yaml] : sampleRecipes()) {
        const fs::path recipe = folder / name;
        sample.recipes.push_back(recipe);
        if (!fs::exists(recipe)) // a person may have edited it
            writeFileAtomically(recipe, yaml);
    }
    return sample;
}

} // namespace crucible::job
