// SPDX-License-Identifier: GPL-3.0-or-later
#include "convert/parts.h"

#include "base/files.h"

#include <fmt/format.h>

#include <algorithm>

namespace crucible::convert {
namespace {

namespace fs = std::filesystem;

std::string describe(const formats::ModelFolder& model)
{
    if (model.gguf())
        return fmt::format("GGUF {}", model.gguf()->architecture().name);
    const std::vector<std::string> classes = model.config().architectures();
    return classes.empty() ? model.config().modelType() : classes.front();
}

void checkOutput(ConvertPlan& plan)
{
    const ConvertOptions& options = plan.options;
    const std::string place = options.output.string();
    std::error_code error;
    if (options.output.empty())
        return plan.problems.error("OUT", "the conversion has no output");
    const bool isFolder = fs::is_directory(options.output, error);
    if (options.target == Target::Gguf && isFolder)
        plan.problems.error(place, "this is a folder, a GGUF model is a file", "name a file that ends in .gguf");
    if (options.target == Target::Gguf && options.output.extension() != ".gguf")
        plan.problems.error(place, "a GGUF file's name ends in .gguf", fmt::format("name it {}.gguf", place));
    if (options.target == Target::Safetensors && options.output.extension() == ".gguf")
        plan.problems.error(place, "safetensors are written to a folder", "name a folder, or use --to gguf");
    if (fs::exists(options.output, error) && !options.overwrite)
        plan.problems.error(place, "the output exists", "choose another name, or give --overwrite");
    if (fs::exists(options.output, error) && isInside(plan.model->path(), options.output))
        plan.problems.error(place, "the output is the model itself, or holds it", "choose another name");
    else if (options.target == Target::Safetensors && isInside(options.output, plan.model->path()) && !plan.model->gguf())
        plan.problems.error(place, "the output is inside of the model's folder", "choose another place");
    const fs::path folder = options.output.has_parent_path() ? options.output.parent_path() : fs::path(".");
    if (!isWritable(folder))
        plan.problems.error(folder.string(), "nothing can be written here");
    else if (const std::uint64_t free = freeSpace(folder); free < plan.bytesWritten)
        plan.problems.error(folder.string(), fmt::format("{} bytes are needed, {} are free", plan.bytesWritten, free), "make room, or choose another disk");
}

} // namespace

DType mainFloat(const formats::Checkpoint& checkpoint)
{
    std::map<DType, std::int64_t> elements;
    for (const formats::Checkpoint::Entry& entry : checkpoint.tensors()) {
        if (entry.info.shape.size() > 1)
            elements[entry.info.dtype] += entry.info.elements();
    }
    const auto most = std::ranges::max_element(elements, {}, [](const auto& item) { return item.second; });
    if (most == elements.end())
        return DType::F32;
    switch (most->first) {
    case DType::F16:
    case DType::BF16: return most->first;
    case DType::F8_E4M3:
    case DType::F8_E5M2: return DType::BF16; // holds both
    default: return DType::F32;
    }
}

ConvertPlan planConversion(const ConvertOptions& options)
{
    ConvertPlan plan;
    plan.options = options;
    if (options.dtype && *options.dtype != DType::F32 && *options.dtype != DType::F16 && *options.dtype != DType::BF16)
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "%1 is not offered"), toString(*options.dtype)}, "--dtype",
                             CRUCIBLE_TR_NOOP("Problem", "use f32, f16 or bf16"));
    plan.model = formats::ModelFolder::open(options.model);
    if (const formats::GgufModel* gguf = plan.model->gguf()) {
        if (const formats::GgufTensor* tensor = gguf->quantizedTensor())
            throw Error::unsupported(
                {CRUCIBLE_TR_NOOP("Problem", "the tensor %1 is quantized to %2"), tensor->name, tensor->type->name},
                plan.model->path().string(),
                CRUCIBLE_TR_NOOP("Problem", "quantized models can not be converted yet, use one in F32, F16 or BF16"));
    }
    plan.from = describe(*plan.model);
    plan.dtype = options.dtype.value_or(mainFloat(plan.model->checkpoint()));
    if (options.target == Target::Gguf)
        planGguf(plan);
    else
        planFolder(plan);
    std::uint64_t largest = 0;
    for (const PlannedTensor& tensor : plan.tensors) {
        plan.bytesWritten += tensor.info.bytes;
        for (const TensorPart& part : tensor.parts) {
            plan.bytesRead += part.entry->info.bytes;
            largest = std::max(largest, part.entry->info.bytes);
        }
    }
    constexpr std::uint64_t kBuffers = 16 << 20;
    plan.memory = largest + kBuffers;
    checkOutput(plan);
    return plan;
}

Json toJson(const ConvertPlan& plan)
{
    Json tensors = Json::array();
    for (const PlannedTensor& tensor : plan.tensors) {
        Json sources = Json::array();
        for (const TensorPart& part : tensor.parts)
            sources.push_back(part.entry->info.name);
        tensors.push_back({{"name", tensor.info.name}, {"dtype", toString(tensor.info.dtype)}, {"shape", tensor.info.shape},
                           {"bytes", tensor.info.bytes}, {"from", std::move(sources)}});
    }
    Json files = Json::array();
    for (const PlannedFile& file : plan.files)
        files.push_back(file.name);
    for (const auto& [name, content] : plan.textFiles)
        files.push_back(name);
    return {{"model", plan.model->path().string()}, {"output", plan.options.output.string()}, {"from", plan.from}, {"to", plan.to},
            {"dtype", toString(plan.dtype)}, {"files", std::move(files)}, {"tensors", std::move(tensors)},
            {"costs", {{"bytes_read", plan.bytesRead}, {"bytes_written", plan.bytesWritten}, {"memory", plan.memory}}}};
}

} // namespace crucible::convert
