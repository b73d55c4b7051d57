// SPDX-License-Identifier: GPL-3.0-or-later
// Writes a few small, sound inputs for every fuzz target: seeds DIR makes DIR/<target>/<name>. A fuzzer that begins with them
// gets past magic numbers and outer shapes at once.
#include "base/error.h"
#include "formats/crc32.h"
#include "formats/gguf.h"
#include "formats/safetensors.h"
#include "formats/shard_index.h"
#include "formats/torch_bin.h"
#include "formats/torch_pickle.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
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
    seeds.add("fuzz_gguf", "one", file);
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
        addRecipes(seeds);
        addTemplates(seeds);
        addJson(seeds);
    } catch (const Error& error) {
        std::fprintf(stderr, "error: %s\n", error.what());
        return 1;
    }
    return 0;
}
