// SPDX-License-Identifier: GPL-3.0-or-later
// Models from one container to another: Hugging Face's folders to llama.cpp's GGUF files and back, in float types.
// Planning reads headers, and finds out what the other side can not say; the conversion itself streams tensor by tensor.
#pragma once

#include "base/cancel.h"
#include "base/error.h"
#include "base/progress.h"
#include "formats/gguf_model.h"
#include "formats/model_folder.h"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace crucible::convert {

enum class Target { Gguf, Safetensors };

struct ConvertOptions {
    std::filesystem::path model;  // a folder or a .gguf file
    std::filesystem::path output; // a .gguf file, or a folder
    Target target = Target::Gguf;
    // Of the matrices; vectors are F32 in GGUF files. Absent: what most of the model is in.
    std::optional<DType> dtype;
    std::uint64_t shardBytes = 5'000'000'000; // of a safetensors file; tensors are not cut
    bool overwrite = false;
};

// One tensor of the model on its way into one of the output.
struct TensorPart {
    const formats::Checkpoint::Entry* entry = nullptr;
    formats::GgufForm form = formats::GgufForm::Same;
    std::size_t part = 0;    // of the tensors that `form` makes of it
    std::uint64_t bytes = 0; // in the output
};

struct PlannedTensor {
    formats::TensorInfo info;      // in the output
    std::vector<TensorPart> parts; // one after the other
    std::vector<float> values;     // in place of parts: what the output alone has
};

struct PlannedFile {
    std::string name;
    std::vector<std::size_t> tensors;
};

struct ConvertPlan {
    ConvertOptions options;
    std::shared_ptr<const formats::ModelFolder> model;
    std::string from; // "GGUF llama", "Hugging Face LlamaForCausalLM"
    std::string to;
    DType dtype = DType::F32;
    formats::GgufHeads heads;
    std::vector<PlannedTensor> tensors;
    std::vector<PlannedFile> files;
    std::string header;                           // of the one GGUF file
    std::vector<std::uint64_t> offsets;           // in it
    std::uint64_t fileBytes = 0;                  // of it
    std::map<std::string, std::string> textFiles; // beside the weights, by name
    std::uint64_t bytesRead = 0;
    std::uint64_t bytesWritten = 0;
    std::uint64_t memory = 0; // about what is needed beside mapped files
    Problems problems;        // what is lost, and what makes it impossible
};

// Throws what opening the model throws. What stands against the conversion is in `problems`.
ConvertPlan planConversion(const ConvertOptions& options);
Json toJson(const ConvertPlan& plan);

struct ConvertResult {
    std::filesystem::path output;
    std::size_t tensors = 0;
    std::uint64_t bytesRead = 0;
    std::uint64_t bytesWritten = 0;
    double seconds = 0;
};

// Writes beside the output's name and renames when all is done; after an error or a cancel nothing is left.
// Throws Error::invalid for the plan's errors, Error::io, Error::cancelled().
ConvertResult executeConversion(const ConvertPlan& plan, Progress& progress, const CancelToken& cancel);
Json toJson(const ConvertResult& result);

} // namespace crucible::convert
