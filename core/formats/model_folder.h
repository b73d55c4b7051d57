// SPDX-License-Identifier: GPL-3.0-or-later
// A model as people keep it: a folder in the Hugging Face layout with config.json, weights, and a tokenizer.
#pragma once

#include "base/json.h"
#include "formats/architecture.h"
#include "formats/checkpoint.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace crucible::formats {

// config.json with questions answered. Keeps the order of keys, because the file is written back.
class ModelConfig {
public:
    ModelConfig() = default;
    explicit ModelConfig(OrderedJson json, std::filesystem::path file = {});
    // Throws Error::notFound, Error::corrupt.
    static ModelConfig read(const std::filesystem::path& folder);

    const OrderedJson& json() const { return m_json; }
    const std::filesystem::path& file() const { return m_file; }
    std::vector<std::string> architectures() const; // class names; empty when absent
    std::string modelType() const;
    // Integer at a dotted path ("text_config.num_hidden_layers"), nullopt when absent or of another type.
    std::optional<std::int64_t> integer(std::string_view dottedKey) const;
    // The same, where a list counts as its length ("layer_types").
    std::optional<std::int64_t> count(std::string_view dottedKey) const;
    std::optional<bool> boolean(std::string_view dottedKey) const;
    std::optional<std::string> text(std::string_view dottedKey) const;
    std::optional<DType> dtype() const; // `dtype` or `torch_dtype`

private:
    OrderedJson m_json = OrderedJson::object();
    std::filesystem::path m_file;
};

// An adapter folder: adapter_config.json and adapter_model.safetensors (or .bin).
bool isAdapterFolder(const std::filesystem::path& folder);

class GgufModel;

// Everything about a model that its headers tell. Cheap: no tensor data is read.
class ModelFolder {
public:
    // The layout is that of the family's table when the class in config.json is known and every required weight is
    // there; else it is inferred from the names, and layoutNote() tells why. A path of a file inside means its folder, but
    // a .gguf file is a model of its own: config and tensors are those that a folder of it would have.
    // Throws Error::notFound, Error::corrupt, Error::unsupported.
    static std::shared_ptr<const ModelFolder> open(const std::filesystem::path& folder);

    // The same model with other values in its tensors, which have the names of a folder's. Throws Error::invalid where the
    // layout can not be made of them.
    std::shared_ptr<const ModelFolder> withCheckpoint(std::shared_ptr<const Checkpoint> checkpoint) const;

    // The same model, taken for one of this class whatever its config says.
    std::shared_ptr<const ModelFolder> withArchitecture(const std::string& name) const;

    // The folder, or the (first) .gguf file.
    const std::filesystem::path& path() const { return m_path; }
    // Null for a folder.
    const GgufModel* gguf() const { return m_gguf.get(); }
    const ModelConfig& config() const { return m_config; }
    const Checkpoint& checkpoint() const { return *m_checkpoint; }
    std::shared_ptr<const Checkpoint> sharedCheckpoint() const { return m_checkpoint; }
    const Layout& layout() const { return m_layout; }
    // Why no table was used, one sentence; empty when one was.
    const std::string& layoutNote() const { return m_layoutNote.text(); }
    const Sentence& layoutRemark() const { return m_layoutNote; } // the same, for another language
    // The dtype that most parameters have.
    DType mainDType() const;
    std::uint64_t parameters() const { return m_checkpoint->totalElements(); }

    // Tokenizer and generation files that a copy of the model needs, by name, those that exist.
    std::vector<std::string> companionFiles() const;
    bool hasTokenizer() const;
    std::optional<std::string> chatTemplate() const; // chat_template.jinja, else tokenizer_config.json's

private:
    std::filesystem::path m_path;
    std::shared_ptr<const GgufModel> m_gguf;
    ModelConfig m_config;
    std::shared_ptr<const Checkpoint> m_checkpoint;
    Layout m_layout;
    Sentence m_layoutNote;
};

// Names of files that travel with a model's tokenizer, and its generation settings.
std::span<const std::string_view> companionFileNames();

// Where models are looked for when a reference is not a path.
struct ModelSearch {
    std::filesystem::path relativeTo; // paths of a recipe are relative to this; empty: the working folder
    std::filesystem::path beside;     // paths that lead nowhere from there are tried from here; empty: they are not
    std::vector<std::filesystem::path> modelFolders; // --models-dir
    std::vector<std::filesystem::path> caches;       // Hugging Face cache folders (models--org--name/...)

    // `modelFolders` and `caches` from HF_HUB_CACHE, HF_HOME and the default place.
    static ModelSearch fromEnvironment();
};

// The folder of a model: `name` as a path when it exists, else below a models folder, else in the cache layout
// (models--org--name/snapshots/<commit>, the commit from refs/<revision>, "main" by default).
// Throws Error::notFound saying where it was looked for, with near names.
std::filesystem::path locateModel(const std::string& name, const std::string& revision, const ModelSearch& search);

} // namespace crucible::formats
