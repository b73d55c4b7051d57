// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/output_files.h"

#include "base/memory_map.h"
#include "base/version.h"
#include "formats/crc32.h"
#include "formats/safetensors.h"
#include "formats/torch_bin.h"
#include "merge/chat_templates.h"
#include "merge/model_card.h"
#include "merge/output_config.h"
#include "merge/tokenizer_plan.h"

#include <map>

namespace crucible::merge {

namespace fs = std::filesystem;

namespace {

ShardLayout layoutTorchBin(std::span<const formats::TensorInfo> tensors, const fs::path& path)
{
    const auto bin = std::make_shared<const formats::TorchBinLayout>(formats::torchBinLayout(tensors));
    std::vector<std::uint64_t> sizes;
    for (const formats::TensorInfo& tensor : tensors)
        sizes.push_back(tensor.bytes);
    ShardLayout layout;
    layout.offsets = bin->offsets;
    layout.fileBytes = bin->fileBytes;
    layout.finish = [bin, sizes, path](OutputFile& file) {
        std::vector<std::uint32_t> checksums;
        {
            const MemoryMap map(path);
            for (std::size_t i = 0; i < sizes.size(); ++i)
                checksums.push_back(formats::crc32(map.bytes().subspan(bin->offsets[i], sizes[i])));
        }
        for (const formats::TorchBinLayout::Piece& piece : formats::finishTorchBin(*bin, checksums))
            file.write(piece.offset, std::as_bytes(std::span(piece.bytes)));
    };
    return layout;
}

std::string indexText(const Plan& plan)
{
    Json weightMap = Json::object();
    std::uint64_t total = 0;
    for (const PlannedShard& shard : plan.shards) {
        for (const std::size_t index : shard.tensors) {
            weightMap[plan.tensors[index].name] = shard.fileName;
            total += plan.tensors[index].bytes;
        }
    }
    const Json index = {{"metadata", {{"total_size", total}, {"crucible_version", kVersion}}}, {"weight_map", weightMap}};
    return toJsonText(index, 2) + "\n";
}

// The donor's tokenizer, chat template and generation settings, as files to write.
std::map<std::string, std::string> donorFiles(const Plan& plan)
{
    std::map<std::string, std::string> files;
    const formats::ModelFolder& donor = *plan.models[plan.donor].folder;
    for (const std::string& name : donor.companionFiles())
        files[name] = readFile(donor.path() / name);
    return files;
}

// The folder of the model whose vocabulary the output has, when that is not the donor's.
fs::path otherVocabulary(const Plan& plan)
{
    const fs::path donor = plan.models[plan.donor].folder->path();
    const bool other = plan.tokenizer && !plan.options.mergekitExact && plan.tokenizer->sourceFolder != donor;
    return other ? plan.tokenizer->sourceFolder : fs::path();
}

// An empty object when there is no such file that can be read: of a model that only gives its tokenizer none is needed.
OrderedJson objectIn(const fs::path& file)
{
    std::error_code code;
    try {
        if (fs::is_regular_file(file, code))
            return readOrderedJson(file);
    } catch (const Error&) {
    }
    return OrderedJson::object();
}

} // namespace

ShardLayout layoutShard(std::span<const formats::TensorInfo> tensors, bool safetensors, const fs::path& path)
{
    if (!safetensors)
        return layoutTorchBin(tensors, path);
    formats::SafetensorsLayout plain = formats::safetensorsLayout(tensors);
    ShardLayout layout;
    layout.pieces.push_back({0, std::move(plain.header)});
    layout.offsets = std::move(plain.offsets);
    layout.fileBytes = plain.fileBytes;
    return layout;
}

OrderedJson makeOutputConfig(const Plan& plan, const formats::Layout& layout, const std::vector<ResolvedModule>& modules)
{
    std::map<std::string_view, const PlannedTensor*> written;
    for (const PlannedTensor& tensor : plan.tensors)
        written.emplace(tensor.name, &tensor);

    OutputFacts facts;
    facts.donor = plan.models[plan.donor].folder->config().json();
    facts.usesSlices = plan.recipe.usesSlices();
    facts.perLayerLists = layout.perLayerLists;
    facts.vocabSizeKey = layout.vocabSizeKey;
    facts.vocabularyBuilt = plan.tokenizer != nullptr;
    facts.mergekitExact = plan.options.mergekitExact;
    for (const ResolvedModule& module : modules) {
        const formats::Layout::Module& part = *layout.module(module.name);
        OutputFacts::Stack stack;
        stack.layersKey = part.layersKey;
        for (const ResolvedSlice& slice : module.slices) {
            for (int i = 0; i < slice.layers; ++i)
                stack.sourceLayers.push_back(slice.sources.front().firstLayer + i);
        }
        facts.stacks.push_back(std::move(stack));
        for (const formats::Weight& weight : part.pre) {
            const auto found = written.find(weight.name);
            if (facts.embeddingRows == 0 && (weight.flags & formats::kEmbedding) && found != written.end() &&
                !found->second->shape.empty())
                facts.embeddingRows = found->second->shape.front();
        }
        for (const formats::Weight& weight : part.post) {
            if ((weight.flags & formats::kOutputHead) && !weight.tiedTo.empty())
                facts.headIsTied = !written.count(weight.name);
        }
    }
    if (const fs::path folder = otherVocabulary(plan); !folder.empty())
        takeTokenIds(facts.donor, objectIn(folder / "config.json"));
    if (plan.options.mergekitExact) {
        facts.dtype = plan.recipe.outDtype ? plan.recipe.outDtype : plan.recipe.dtype;
        return outputConfig(facts);
    }
    for (const PlannedTensor& tensor : plan.tensors) {
        if (!isFloat(tensor.dtype))
            continue;
        if (facts.dtype && *facts.dtype != tensor.dtype) {
            facts.dtype.reset();
            break;
        }
        facts.dtype = tensor.dtype;
    }
    return outputConfig(facts);
}

void writeCompanionFiles(const Plan& plan, const fs::path& folder)
{
    std::map<std::string, std::string> files;
    if (plan.options.copyTokenizer || plan.tokenizer)
        files = donorFiles(plan);
    if (plan.tokenizer) {
        // Of the donor's files only those stay that do not speak of a vocabulary.
        std::erase_if(files, [](const auto& file) { return !file.first.starts_with("generation_config") && file.first.find("processor") == std::string::npos; });
        for (const auto& [name, content] : plan.tokenizer->files)
            files[name] = content;
        constexpr const char* kGeneration = "generation_config.json";
        const fs::path other = otherVocabulary(plan);
        OrderedJson settings = objectIn(plan.models[plan.donor].folder->path() / kGeneration);
        if (!other.empty() && !settings.empty()) {
            takeTokenIds(settings, objectIn(other / "config.json"));
            takeTokenIds(settings, objectIn(other / kGeneration));
            files[kGeneration] = toJsonText(settings, 2) + "\n";
        }
    }
    if (!plan.chatTemplate.empty())
        setChatTemplate(files, plan.chatTemplate);
    files["config.json"] = toJsonText(plan.config, 2) + "\n";
    if (plan.shards.size() > 1)
        files[plan.options.safeSerialization ? "model.safetensors.index.json" : "pytorch_model.bin.index.json"] = indexText(plan);
    if (plan.options.writeModelCard) {
        files["README.md"] = modelCard(plan);
        files[plan.recipeFile] = plan.recipe.source.empty() ? recipe::toYaml(plan.recipe) : plan.recipe.source;
    }
    for (const auto& [name, content] : files)
        writeFileAtomically(folder / name, content);
}

} // namespace crucible::merge
