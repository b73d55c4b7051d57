// SPDX-License-Identifier: GPL-3.0-or-later
// inspect: what a model, an adapter or one file of weights consists of, from headers alone.
#include "command.h"
#include "context.h"
#include "input.h"
#include "options.h"
#include "output.h"

#include "base/units.h"
#include "formats/adapter.h"
#include "formats/gguf_model.h"
#include "formats/safetensors.h"

#include <fmt/format.h>

#include <map>

namespace crucible::cli {
namespace {

namespace fs = std::filesystem;
using formats::Checkpoint;

struct Flags {
    std::string model;
    bool tensors = false;
};

// The quantized types of a GGUF file have names of their own.
std::string typeName(const Checkpoint& checkpoint, const Checkpoint::Entry& entry)
{
    if (const auto* gguf = dynamic_cast<const formats::GgufFile*>(checkpoint.sources()[entry.source].get()))
        return std::string(gguf->ggufTensors()[entry.index].type->name);
    return std::string(toString(entry.info.dtype));
}

std::string shapeOf(const Shape& shape)
{
    return fmt::format("[{}]", fmt::join(shape, ", "));
}

void addCheckpoint(const Checkpoint& checkpoint, bool withTensors, Json& result)
{
    std::map<std::string, std::uint64_t> elements;
    Json tensors = Json::array();
    for (const Checkpoint::Entry& entry : checkpoint.tensors()) {
        const std::string dtype = typeName(checkpoint, entry);
        elements[dtype] += static_cast<std::uint64_t>(entry.info.elements());
        if (withTensors)
            tensors.push_back({{"name", entry.info.name},
                               {"dtype", dtype},
                               {"shape", entry.info.shape},
                               {"bytes", entry.info.bytes}});
    }
    Json files = Json::array();
    Json metadata = Json::object();
    for (const auto& source : checkpoint.sources()) {
        files.push_back({{"name", source->path().filename().string()},
                         {"bytes", fs::file_size(source->path())},
                         {"tensors", source->tensors().size()}});
        if (const auto* file = dynamic_cast<const formats::SafetensorsFile*>(source.get()))
            metadata.update(Json(file->metadata()));
    }
    result["parameters"] = checkpoint.totalElements();
    result["bytes"] = checkpoint.totalBytes();
    result["tensor_count"] = checkpoint.tensors().size();
    result["dtypes"] = elements;
    result["files"] = std::move(files);
    result["metadata"] = std::move(metadata);
    if (withTensors)
        result["tensors"] = std::move(tensors);
}

// Adapters that can not be added to weights (prompt tuning, IA3 and others) are described all the same.
void describeAdapter(const fs::path& path, bool withTensors, Json& result)
{
    const Json config = readJson(path / "adapter_config.json");
    const auto text = [&](const char* key) {
        return config.contains(key) && config[key].is_string() ? config[key].get<std::string>() : std::string();
    };
    result["adapter_type"] = text("peft_type");
    result["base_model"] = text("base_model_name_or_path");
    try {
        const auto adapter = formats::LoraAdapter::open(path);
        result["rank"] = adapter->rank();
        result["lora_alpha"] = adapter->alpha();
        addCheckpoint(adapter->checkpoint(), withTensors, result);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::Unsupported)
            throw;
        result["note"] = error.message();
        const fs::path weights = path / "adapter_model.safetensors";
        addCheckpoint(*formats::openCheckpoint(fs::exists(weights) ? weights : path / "adapter_model.bin"), withTensors,
                      result);
    }
}

std::string shown(const formats::GgufValue& value)
{
    if (const auto* positive = std::get_if<std::uint64_t>(&value.value))
        return fmt::format("{}", *positive);
    if (const auto* negative = std::get_if<std::int64_t>(&value.value))
        return fmt::format("{}", *negative);
    if (const auto* real = std::get_if<double>(&value.value))
        return formatNumber(*real);
    if (const auto* flag = std::get_if<bool>(&value.value))
        return *flag ? "true" : "false";
    if (const auto* text = std::get_if<std::string>(&value.value))
        return *text;
    return fmt::format("a list of {}", std::get<formats::GgufArray>(value.value).count);
}

// What the metadata says, also of a family that can not be run; that is told in a note.
void describeGguf(const fs::path& path, Json& result)
{
    const formats::GgufFile file(formats::ggufParts(path).front());
    for (const auto& [key, value] : file.metadata())
        result["metadata"][key] = shown(value);
    result["tokenizer"] = file.find("tokenizer.ggml.tokens") != nullptr;
    result["chat_template"] = !file.text("tokenizer.chat_template").empty();
    try {
        const auto model = formats::ModelFolder::open(path);
        result["family"] = model->layout().family;
        if (!model->layout().modules.empty())
            result["layers"] = model->layout().modules.front().layers;
        for (const auto* key : {"hidden_size", "vocab_size"}) {
            if (const std::optional<std::int64_t> value = model->config().integer(key))
                result[key] = *value;
        }
    } catch (const Error& error) {
        result["note"] = error.message();
    }
}

Json describe(const fs::path& path, bool withTensors)
{
    Json result{{"path", path.string()}};
    if (fs::is_directory(path) && formats::isAdapterFolder(path)) {
        result["kind"] = "adapter";
        describeAdapter(path, withTensors, result);
    } else if (fs::is_directory(path)) {
        const auto folder = formats::ModelFolder::open(path);
        result["kind"] = "model";
        result["architectures"] = folder->config().architectures();
        result["family"] = folder->layout().family;
        result["tokenizer"] = folder->hasTokenizer();
        result["chat_template"] = folder->chatTemplate().has_value();
        if (!folder->layout().modules.empty())
            result["layers"] = folder->layout().modules.front().layers;
        for (const auto* key : {"hidden_size", "vocab_size"}) {
            if (const std::optional<std::int64_t> value = folder->config().integer(key))
                result[key] = *value;
        }
        addCheckpoint(folder->checkpoint(), withTensors, result);
    } else {
        const auto checkpoint = formats::openCheckpoint(path);
        result["kind"] = "weights";
        if (const auto* gguf = dynamic_cast<const formats::GgufFile*>(checkpoint->sources().front().get())) {
            result["kind"] = "gguf";
            result["gguf_version"] = gguf->version();
            result["architectures"] = Json::array({gguf->text("general.architecture")});
            result["name"] = gguf->text("general.name");
        }
        addCheckpoint(*checkpoint, withTensors, result);
        if (result["kind"] == "gguf")
            describeGguf(path, result);
    }
    return result;
}

void printForPerson(const Json& result, const Context& context)
{
    const auto line = [&](std::string_view label, const std::string& text) {
        context.print(fmt::format("{:<15}{}", label, text));
    };
    line("path", result["path"].get<std::string>());
    line("kind", result["kind"].get<std::string>());
    if (result.contains("architectures"))
        line("architecture",
             fmt::format("{}", fmt::join(result["architectures"].get<std::vector<std::string>>(), ", ")));
    if (result.contains("adapter_type"))
        line("type", result["adapter_type"].get<std::string>());
    if (result.contains("rank"))
        line("rank, alpha", fmt::format("{}, {}", result["rank"].get<std::int64_t>(),
                                        formatNumber(result["lora_alpha"].get<double>())));
    if (result.contains("base_model") && !result["base_model"].get_ref<const std::string&>().empty())
        line("base model", result["base_model"].get<std::string>());
    if (result.contains("layers"))
        line("layers", fmt::format("{}", result["layers"].get<int>()));
    if (result.contains("hidden_size"))
        line("hidden size", fmt::format("{}", result["hidden_size"].get<std::int64_t>()));
    if (result.contains("vocab_size"))
        line("vocabulary", fmt::format("{} tokens", result["vocab_size"].get<std::int64_t>()));
    line("parameters", formatCount(result["parameters"].get<std::uint64_t>()));
    line("size", fmt::format("{} in {} tensors", formatBytes(result["bytes"].get<std::uint64_t>()),
                             result["tensor_count"].get<std::size_t>()));
    for (const auto& [dtype, count] : result["dtypes"].items())
        line("dtype", fmt::format("{} ({})", dtype, formatCount(count.get<std::uint64_t>())));
    if (result.contains("tokenizer"))
        line("tokenizer", result["tokenizer"].get<bool>() ? "yes" : "none");
    if (result.contains("chat_template"))
        line("chat template", result["chat_template"].get<bool>() ? "yes" : "none");
    for (const Json& file : result["files"])
        line("file",
             fmt::format("{} ({})", file["name"].get<std::string>(), formatBytes(file["bytes"].get<std::uint64_t>())));
    for (const auto& [key, value] : result["metadata"].items())
        line("metadata", fmt::format("{} = {}", key, value.get<std::string>().substr(0, 200)));
    if (result.contains("note"))
        line("note", result["note"].get<std::string>());
    if (!result.contains("tensors"))
        return;
    Table table({"tensor", "dtype", "shape", "bytes"},
                {Table::Align::Left, Table::Align::Left, Table::Align::Left, Table::Align::Right});
    for (const Json& tensor : result["tensors"])
        table.add({tensor["name"].get<std::string>(), tensor["dtype"].get<std::string>(),
                   shapeOf(tensor["shape"].get<Shape>()), fmt::format("{}", tensor["bytes"].get<std::uint64_t>())});
    context.print("");
    context.print(table.toText());
}

void run(const Flags& flags, Context& context)
{
    const Json result = describe(modelPath(flags.model, context), flags.tensors);
    if (!context.printJson(result))
        printForPerson(result, context);
}

Action setup(Options& options)
{
    auto flags = std::make_shared<Flags>();
    options
        .add("MODEL", flags->model,
             "A model's folder or name, an adapter's folder, or a .safetensors, .bin or .gguf file")
        .required();
    options.flag("--tensors", flags->tensors, "List every tensor with dtype, shape and bytes");
    return [flags](Context& context) { run(*flags, context); };
}

} // namespace

extern const Command inspect_command;
const Command inspect_command{.name = "inspect",
                              .summary = "Show what a model, an adapter or a file of weights consists of",
                              .setup = &setup,
                              .uses = kOnlyAnswers};

} // namespace crucible::cli
