// SPDX-License-Identifier: GPL-3.0-or-later
// Writes a few small, sound inputs for every fuzz target: seeds DIR makes DIR/<target>/<name>. A fuzzer that begins with them
// gets past magic numbers and outer shapes at once.
#include "base/error.h"
#include "formats/crc32.h"
#include "formats/gguf_writer.h"
#include "formats/safetensors.h"
#include "formats/shard_index.h"
#include "formats/torch_bin.h"
#include "formats/torch_pickle.h"
#include "text/sentencepiece_file.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

using namespace crucible;

namespace {

namespace fs = std::filesystem;

class Seeds {
public:
    explicit Seeds(fs::path root) : m_root(std::move(root)) {}
    void add(const char* target, const char* name, std::string_view bytes) const
    {
        fs::create_directories(m_root / target);
        std::ofstream stream(m_root / target / name, std::ios::binary);
        stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        if (!stream.flush())
            throw Error::io("cannot write", m_root / target / name, 0);
    }

private:
    fs::path m_root;
};

template<class T>
void put(std::string& to, T value)
{
    to.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void putText(std::string& to, std::string_view text)
{
    put(to, std::uint64_t(text.size()));
    to.append(text);
}

std::vector<formats::TensorInfo> someTensors()
{
    return {{"a", DType::F32, {2, 3}, 24}, {"scalar", DType::BF16, {}, 2}, {"none", DType::U8, {0, 4}, 0}};
}

void addSafetensors(const Seeds& seeds)
{
    const formats::SafetensorsLayout layout = formats::safetensorsLayout(someTensors());
    std::string file = layout.header;
    file.resize(static_cast<std::size_t>(layout.fileBytes));
    seeds.add("fuzz_safetensors", "three", file);
    seeds.add("fuzz_safetensors", "none", formats::safetensorsLayout({}).header);
}

void addTorch(const Seeds& seeds)
{
    const formats::TorchBinLayout layout = formats::torchBinLayout(someTensors());
    std::vector<std::uint32_t> checksums;
    for (const formats::TensorInfo& info : someTensors())
        checksums.push_back(formats::crc32(std::vector<std::byte>(static_cast<std::size_t>(info.bytes))));
    std::string file(static_cast<std::size_t>(layout.fileBytes), '\0');
    for (const formats::TorchBinLayout::Piece& piece : formats::finishTorchBin(layout, checksums))
        file.replace(static_cast<std::size_t>(piece.offset), piece.bytes.size(), piece.bytes);
    seeds.add("fuzz_torch_bin", "three", file);

    formats::PickledTensor tensor;
    tensor.name = "a";
    tensor.storage = "0";
    tensor.storageBytes = 24;
    tensor.shape = {2, 3};
    tensor.strides = {3, 1};
    seeds.add("fuzz_torch_pickle", "one", formats::writePickledTensors({&tensor, 1}));
    seeds.add("fuzz_torch_pickle", "ordered",
              "\x80\x02" "ccollections\nOrderedDict\n]q\x01(U\x01" "aK\x01\x86U\x01" "bN\x86" "e\x85R.");
}

void addGguf(const Seeds& seeds)
{
    std::string file = "GGUF";
    put(file, std::uint32_t(3));
    put(file, std::uint64_t(1));
    put(file, std::uint64_t(3));
    putText(file, "general.architecture");
    put(file, std::uint32_t(8));
    putText(file, "llama");
    putText(file, "general.alignment");
    put(file, std::uint32_t(4));
    put(file, std::uint32_t(8));
    putText(file, "tokenizer.ggml.tokens");
    put(file, std::uint32_t(9));
    put(file, std::uint32_t(8));
    put(file, std::uint64_t(2));
    putText(file, "<s>");
    putText(file, "</s>");
    putText(file, "output.weight");
    put(file, std::uint32_t(2));
    put(file, std::uint64_t(4));
    put(file, std::uint64_t(2));
    put(file, std::uint32_t(0));
    put(file, std::uint64_t(0));
    file.resize((file.size() + 7) / 8 * 8 + 32);
    for (const char* target : {"fuzz_gguf", "fuzz_convert"})
        seeds.add(target, "one", file);
}

// Models of one layer with a few sizes, as their tables want them; zeros for weights.
void addGgufModel(const Seeds& seeds, const char* name, std::string_view architecture, const std::vector<formats::TensorInfo>& tensors,
                  const std::function<void(formats::GgufHeader&)>& more)
{
    formats::GgufHeader header(architecture, "seed");
    const std::pair<const char*, std::uint32_t> sizes[] = {{"context_length", 16}, {"embedding_length", 4}, {"block_count", 1}, {"feed_forward_length", 2},
                                                           {"attention.head_count", 2}, {"attention.head_count_kv", 1}};
    for (const auto& [key, value] : sizes)
        header.setWhole(key, value);
    more(header);
    const formats::GgufLayout layout = formats::ggufLayout(header, tensors);
    std::string file = layout.header;
    file.resize(static_cast<std::size_t>(layout.fileBytes));
    for (const char* target : {"fuzz_gguf", "fuzz_convert"})
        seeds.add(target, name, file);
}

std::vector<formats::TensorInfo> layerOf(std::initializer_list<std::pair<const char*, Shape>> shapes)
{
    std::vector<formats::TensorInfo> tensors;
    for (const auto& [name, shape] : shapes)
        tensors.push_back({std::string(name) + ".weight", DType::F32, shape, static_cast<std::uint64_t>(*elementCount(shape)) * sizeOf(DType::F32)});
    return tensors;
}

void addGgufModels(const Seeds& seeds)
{
    const std::vector<std::string> tokens{"<unk>", "<s>", "</s>", "a", "b", "ab"};
    const std::vector<std::int32_t> kinds{2, 3, 3, 1, 1, 1};
    const std::vector<float> scores{0, 0, 0, -1, -2, -3};
    addGgufModel(seeds, "llama", "llama",
                 layerOf({{"token_embd", {6, 4}}, {"output_norm", {4}}, {"rope_freqs", {1}}, {"blk.0.attn_norm", {4}}, {"blk.0.ffn_norm", {4}}, {"blk.0.attn_q", {4, 4}},
                          {"blk.0.attn_k", {2, 4}}, {"blk.0.attn_v", {2, 4}}, {"blk.0.attn_output", {4, 4}}, {"blk.0.ffn_gate", {2, 4}},
                          {"blk.0.ffn_up", {2, 4}}, {"blk.0.ffn_down", {4, 2}}}),
                 [&](formats::GgufHeader& header) {
                     header.setReal("attention.layer_norm_rms_epsilon", 1e-5);
                     header.setText("rope.scaling.type", "yarn");
                     header.setReal("rope.scaling.factor", 2);
                     header.setText("tokenizer.ggml.model", "llama");
                     header.setTexts("tokenizer.ggml.tokens", tokens);
                     header.setReals("tokenizer.ggml.scores", scores);
                     header.setWholes("tokenizer.ggml.token_type", kinds);
                     header.setWhole("tokenizer.ggml.bos_token_id", 1);
                     header.setText("tokenizer.chat_template", "{{ messages }}");
                 });
    addGgufModel(seeds, "mixtral", "llama",
                 layerOf({{"token_embd", {6, 4}}, {"output_norm", {4}}, {"output", {6, 4}}, {"blk.0.attn_norm", {4}}, {"blk.0.ffn_norm", {4}},
                          {"blk.0.attn_q", {4, 4}}, {"blk.0.attn_k", {2, 4}}, {"blk.0.attn_v", {2, 4}}, {"blk.0.attn_output", {4, 4}},
                          {"blk.0.ffn_gate_inp", {2, 4}}, {"blk.0.ffn_gate_exps", {2, 2, 4}}, {"blk.0.ffn_up_exps", {2, 2, 4}},
                          {"blk.0.ffn_down_exps", {2, 4, 2}}}),
                 [&](formats::GgufHeader& header) {
                     header.setReal("attention.layer_norm_rms_epsilon", 1e-5);
                     header.setWhole("expert_count", 2);
                     header.setWhole("expert_used_count", 1);
                 });
    addGgufModel(seeds, "gpt2", "gpt2",
                 layerOf({{"token_embd", {6, 4}}, {"position_embd", {16, 4}}, {"output_norm", {4}}, {"output", {6, 4}}, {"blk.0.attn_norm", {4}},
                          {"blk.0.attn_qkv", {8, 4}}, {"blk.0.attn_output", {4, 4}}, {"blk.0.ffn_norm", {4}}, {"blk.0.ffn_up", {2, 4}}, {"blk.0.ffn_down", {4, 2}}}),
                 [&](formats::GgufHeader& header) {
                     header.setReal("attention.layer_norm_epsilon", 1e-5);
                     header.setText("tokenizer.ggml.model", "gpt2");
                     header.setText("tokenizer.ggml.pre", "llama-bpe");
                     header.setTexts("tokenizer.ggml.tokens", tokens);
                     header.setWholes("tokenizer.ggml.token_type", kinds);
                     header.setTexts("tokenizer.ggml.merges", std::vector<std::string>{"a b"});
                 });
    addGgufModel(seeds, "internlm2", "internlm2",
                 layerOf({{"token_embd", {6, 4}}, {"output_norm", {4}}, {"output", {6, 4}}, {"blk.0.attn_norm", {4}}, {"blk.0.ffn_norm", {4}},
                          {"blk.0.attn_q", {4, 4}}, {"blk.0.attn_k", {2, 4}}, {"blk.0.attn_v", {2, 4}}, {"blk.0.attn_output", {4, 4}},
                          {"blk.0.ffn_gate", {2, 4}}, {"blk.0.ffn_up", {2, 4}}, {"blk.0.ffn_down", {4, 2}}}),
                 [&](formats::GgufHeader& header) {
                     header.setReal("attention.layer_norm_rms_epsilon", 1e-5);
                     header.setText("tokenizer.ggml.model", "t5");
                     header.setTexts("tokenizer.ggml.tokens", tokens);
                     header.setReals("tokenizer.ggml.scores", scores);
                     header.setWholes("tokenizer.ggml.token_type", kinds);
                     header.setBytes("tokenizer.ggml.precompiled_charsmap", std::string_view("\4\0\0\0abcd", 8));
                 });
}

void addTokenizers(const Seeds& seeds)
{
    seeds.add("fuzz_tokenizer", "merges",
              R"({"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2,"<0x41>":3,"?":4},"merges":["a b"],"byte_fallback":true,"unk_token":"?"},)"
              R"("normalizer":{"type":"Sequence","normalizers":[{"type":"NFKC"},{"type":"Prepend","prepend":"a"}]},)"
              R"("decoder":{"type":"Sequence","decoders":[{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}})");
    seeds.add("fuzz_tokenizer", "bytes",
              R"({"added_tokens":[{"id":3,"content":"<s>","special":true,"lstrip":true,"rstrip":false,"single_word":true,"normalized":false}],)"
              R"j("pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":" ?\\p{L}+|\\s+(?!\\S)"},"behavior":"Isolated","invert":false},)j"
              R"({"type":"ByteLevel","add_prefix_space":true,"use_regex":false}]},"decoder":{"type":"ByteLevel"},)"
              R"("post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[],)"
              R"("special_tokens":{"<s>":{"id":"<s>","ids":[3],"tokens":["<s>"]}}},"model":{"type":"BPE","vocab":{"H":0,"e":1,"He":2},"merges":[["H","e"]]}})");
    seeds.add("fuzz_tokenizer", "unigram",
              R"({"pre_tokenizer":{"type":"Metaspace","replacement":"_","prepend_scheme":"always"},)"
              R"("model":{"type":"Unigram","unk_id":0,"vocab":[["?",0],["_H",-1.5],["el",-2],["lo",-2.5]]}})");
    seeds.add("fuzz_tokenizer", "words",
              R"({"normalizer":{"type":"BertNormalizer"},"pre_tokenizer":{"type":"BertPreTokenizer"},"decoder":{"type":"WordPiece","prefix":"##"},)"
              R"("model":{"type":"WordPiece","vocab":{"[UNK]":0,"hello":1,"##s":2},"unk_token":"[UNK]"}})");
    seeds.add("fuzz_tokenizer", "ranks", "RSA== 0\nZQ== 1\nSGU= 2\n");
    text::SentencepieceModel model;
    model.byteFallback = true;
    model.pieces = {{"<unk>", 0, text::TokenKind::Unknown}, {"<s>", 0, text::TokenKind::Control}, {"<0x41>", 0, text::TokenKind::Byte},
                    {"\xE2\x96\x81H", -1, text::TokenKind::Normal}, {"el", -2, text::TokenKind::Normal}, {"x", -3, text::TokenKind::UserDefined}};
    for (const auto type : {text::SentencepieceModel::Type::Bpe, text::SentencepieceModel::Type::Unigram}) {
        model.type = type;
        seeds.add("fuzz_tokenizer", type == text::SentencepieceModel::Type::Bpe ? "pieces" : "likely_pieces", text::writeSentencepieceModel(model));
    }
}

void addRecipes(const Seeds& seeds)
{
    seeds.add("fuzz_recipe", "ties",
              "models:\n  - model: a\n  - model: b+c\n    parameters:\n      weight: [0, 0.5, 1]\n      density: 0.5\n"
              "merge_method: ties\nbase_model: a\nparameters: {normalize: true}\ndtype: bfloat16\nout_dtype: float16\n");
    seeds.add("fuzz_recipe", "slices",
              "slices:\n  - sources:\n      - model: a@main\n        layer_range: [0, 8]\n        parameters:\n          scale:\n"
              "            - filter: o_proj\n              value: 0.0\n            - value: 1.0\n  - sources:\n      - model: b\n"
              "        layer_range: [4, 12]\nmerge_method: passthrough\n");
    seeds.add("fuzz_recipe", "tokenizer",
              "modules:\n  default:\n    slices:\n      - sources: [{model: a, layer_range: [0, 1]}]\nmerge_method: linear\n"
              "tokenizer:\n  source: union\n  pad_to_multiple_of: 32\n  tokens:\n    <s>: {source: {kind: zero}, force: true}\n"
              "    x: {source: {kind: model_token, model: a, token_id: 3}}\nchat_template: chatml\n");
    seeds.add("fuzz_recipe", "moe",
              "base_model: a\ngate_mode: random\ndtype: float16\nexperts_per_token: 2\nexperts:\n  - source_model: a\n"
              "    positive_prompts: [x]\n    noise_scale: 0.1\n  - source_model: b\n    negative_prompts: []\n");
    seeds.add("fuzz_recipe", "stages", "name: one\nmodels: [{model: a}]\nmerge_method: passthrough\n---\nname: two\nmodels: [{model: one}]\nmerge_method: passthrough\n");
}

void addTemplates(const Seeds& seeds)
{
    seeds.add("fuzz_grammar", "words", std::string("root ::= (\"a\" | [^b-d]{2,3} x?)* # all\nx ::= \"(\" root \")\" | .\n") + '\0' + "aexy(a)");
    seeds.add("fuzz_grammar", "schema",
              std::string(R"({"type": "object", "properties": {"a": {"type": "integer", "minimum": -3, "maximum": 120}, "b": {"items": {"$ref": "#"},
 "minItems": 1}, "c": {"pattern": "^[a-z]+\\d{2}$"}}, "required": ["a"], "additionalProperties": {"enum": [1, "x", null]}})") +
                  '\0' + R"({"a": 12, "c": "ab12"})");
    seeds.add("fuzz_template", "turns",
              "{%- for m in messages if m.role != 'tool' -%}\n{{ loop.index }}{{ m['content'] | trim ~ '\\n' }}{% else %}none{%- endfor %}");
    seeds.add("fuzz_template", "macro",
              "{% macro turn(role, text='') %}[{{ role }}:{{ text }}{{ varargs }}{{ kwargs }}]{% endmacro %}{{ turn('a', *[1, 2]) }}"
              "{% call(x) turn('b') %}{{ x }}{% endcall %}");
    seeds.add("fuzz_template", "namespace",
              "{% set ns = namespace(n=0) %}{% for t in tools %}{% set ns.n = ns.n + loop.length %}{{ t | tojson(indent=2) }}{% endfor %}{{ ns.n // 2 }}");
    seeds.add("fuzz_template", "texts",
              "{{ 'a,b'.split(',')[::-1] | map('upper') | join('-') }}{{ '%s is %05.1f' % ('x', 2) }}{{ '{:>4}|{x}'.format(1, x=none) }}");
    seeds.add("fuzz_template", "blocks",
              "{% raw %}{{ }}{% endraw %}{% filter indent(2) %}a\nb{% endfilter %}{% set x | upper %}y{% endset %}{# c -#} {% with a = 1 %}{{ a }}{% endwith %}");
}

void addJson(const Seeds& seeds)
{
    seeds.add("fuzz_shard_index", "two",
              formats::shardIndexText({{"a", "model-00001-of-00002.safetensors"}, {"b", "model-00002-of-00002.safetensors"}}, 8));
    seeds.add("fuzz_adapter", "lora",
              R"({"peft_type":"LORA","r":2,"lora_alpha":4,"use_rslora":true,"fan_in_fan_out":false,"use_dora":false,)"
              R"("base_model_name_or_path":"x","target_modules":["q_proj"],"init_lora_weights":true,)"
              R"("rank_pattern":{"^model.*q_proj$":2,"(a|b){1,3}\\.[0-9]+":2},"alpha_pattern":{"self_attn\\.q_proj":8}})");
    seeds.add("fuzz_adapter", "pissa", R"({"peft_type":"LORA","r":2,"lora_alpha":4,"init_lora_weights":"pissa_niter_4"})");
    seeds.add("fuzz_model_folder", "llama",
              R"({"architectures":["LlamaForCausalLM"],"model_type":"llama","num_hidden_layers":1,"hidden_size":4,)"
              R"("intermediate_size":6,"vocab_size":8,"tie_word_embeddings":false,"torch_dtype":"float32"})");
    seeds.add("fuzz_model_folder", "mixtral",
              R"({"architectures":["MixtralForCausalLM"],"model_type":"mixtral","num_hidden_layers":1,"num_local_experts":2})");
    seeds.add("fuzz_model_folder", "nested",
              R"({"architectures":["Gemma3ForConditionalGeneration"],"text_config":{"num_hidden_layers":1,"layer_types":["a"]},)"
              R"("vision_config":{"num_hidden_layers":1}})");
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 2) {
        std::fputs("usage: fuzz_seeds DIR\n", stderr);
        return 2;
    }
    try {
        const Seeds seeds(argv[1]);
        addSafetensors(seeds);
        addTorch(seeds);
        addGguf(seeds);
        addGgufModels(seeds);
        addTokenizers(seeds);
        addRecipes(seeds);
        addTemplates(seeds);
        addJson(seeds);
    } catch (const Error& error) {
        std::fprintf(stderr, "error: %s\n", error.what());
        return 1;
    }
    return 0;
}
