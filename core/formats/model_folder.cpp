// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/model_folder.h"

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "formats/gguf_model.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <map>

#include <fmt/format.h>

namespace crucible::formats {

namespace {

// nullptr when a part of the path is absent or not a map.
const OrderedJson* valueAt(const OrderedJson& json, std::string_view dottedKey)
{
    const OrderedJson* value = &json;
    while (true) {
        const std::size_t dot = dottedKey.find('.');
        const std::string key(dottedKey.substr(0, dot));
        if (!value->is_object() || !value->contains(key))
            return nullptr;
        value = &(*value)[key];
        if (dot == std::string_view::npos)
            return value;
        dottedKey.remove_prefix(dot + 1);
    }
}

constexpr std::array<std::string_view, 24> kCompanions = {
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "tokenizer.model",
    "tokenizer.model.v3",
    "spiece.model",
    "sentencepiece.bpe.model",
    "tekken.json",
    "vocab.json",
    "merges.txt",
    "vocab.txt",
    "bpe.codes",
    "qwen.tiktoken",
    "tiktoken.model",
    "normalizer.json",
    "chat_template.jinja",
    "chat_template.json",
    "generation_config.json",
    "preprocessor_config.json",
    "video_preprocessor_config.json",
    "processor_config.json",
    "image_processor_config.json",
    "feature_extractor_config.json",
};

std::string listSome(const std::vector<std::string>& names)
{
    constexpr std::size_t kShown = 3;
    std::vector<std::string> some(names.begin(),
                                  names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), kShown)));
    if (names.size() > kShown)
        some.push_back(fmt::format("{} more", names.size() - kShown));
    return joinWords(some);
}

// The number in place of {l} in `pattern`, when `name` fits what stands before it.
std::optional<int> layerIn(std::string_view name, std::string_view pattern)
{
    const std::string_view front = pattern.substr(0, pattern.find("{l}"));
    if (front.size() == pattern.size() || !name.starts_with(front))
        return std::nullopt;
    int layer = 0;
    const auto [stop, error] = std::from_chars(name.data() + front.size(), name.data() + name.size(), layer);
    return error == std::errc{} && stop != name.data() + name.size() && *stop == '.' ? std::optional(layer)
                                                                                     : std::nullopt;
}

// Learnt tensors inside the layers that the table does not know. Merging without them would break the model, while what
// lies outside (another head, a layer that predicts a second token) is no part of what is merged.
std::vector<std::string> strangersInLayers(const Layout& layout, const Checkpoint& checkpoint)
{
    const auto inside = [&](const std::string& name) {
        return std::ranges::any_of(layout.modules, [&](const Layout::Module& module) {
            if (module.layerTemplates.empty())
                return false;
            const Weight& first = module.layerTemplates.front();
            const auto fits = [&](const std::string& pattern) {
                const auto layer = layerIn(name, pattern);
                return layer && *layer >= 0 && *layer < module.layers;
            };
            return fits(first.name) || std::ranges::any_of(first.aliases, fits);
        });
    };
    std::vector<std::string> strangers = unknownTensors(layout, checkpoint);
    std::erase_if(strangers, [&](const std::string& name) { return isDerivedBuffer(name) || !inside(name); });
    return strangers;
}

struct LayoutChoice {
    Layout layout;
    Sentence note;
};

LayoutChoice chooseLayout(const ModelConfig& config, const Checkpoint& checkpoint)
{
    const auto byNames = [&](Sentence reason) {
        const Checkpoint* const one[] = {&checkpoint};
        return LayoutChoice{layoutFromNames(one, &config), std::move(reason)};
    };
    const std::vector<std::string> classes = config.architectures();
    if (classes.size() != 1)
        return byNames(
            classes.empty()
                ? Sentence(CRUCIBLE_TR_NOOP("Problem", "config.json names no architecture, so the layout is told "
                                                       "from the tensor names"))
                : Sentence(CRUCIBLE_TR_NOOP("Problem", "config.json names %1 architectures instead of one, so the "
                                                       "layout is told from the tensor names"),
                           classes.size()));
    const auto candidates = findArchitectures(classes.front());
    if (candidates.empty())
        return byNames({CRUCIBLE_TR_NOOP("Problem", "%1 is in no table, so the layout is told from the tensor names"),
                        classes.front()});

    Sentence reason;
    std::size_t fewest = 0;
    for (const Architecture* candidate : candidates) {
        try {
            Layout layout = layoutFromTable(*candidate, config);
            const std::vector<std::string> missing = missingWeights(layout, checkpoint);
            const std::vector<std::string> strangers =
                missing.empty() ? strangersInLayers(layout, checkpoint) : std::vector<std::string>{};
            if (missing.empty() && strangers.empty())
                return {std::move(layout), {}};
            if (reason.empty() || missing.size() < fewest) {
                fewest = missing.size();
                reason = missing.empty()
                             ? Sentence(CRUCIBLE_TR_NOOP("Problem",
                                                         "the table of %1 does not know %2, so the layout is told "
                                                         "from the tensor names"),
                                        candidate->title, listSome(strangers))
                             : Sentence(CRUCIBLE_TR_NOOP("Problem",
                                                         "the weights lack %2 of the table of %1, so the layout is "
                                                         "told from the tensor names"),
                                        candidate->title, listSome(missing));
            }
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::InvalidInput)
                throw;
            if (reason.empty())
                reason = {CRUCIBLE_TR_NOOP("Problem", "%1, so the layout is told from the tensor names"), error.said()};
        }
    }
    return byNames(std::move(reason));
}

} // namespace

ModelConfig::ModelConfig(OrderedJson json, std::filesystem::path file)
    : m_json(std::move(json)), m_file(std::move(file))
{
}

ModelConfig ModelConfig::read(const std::filesystem::path& folder)
{
    const std::filesystem::path file = folder / "config.json";
    std::error_code error;
    if (!std::filesystem::is_regular_file(file, error))
        throw Error::notFound(
            CRUCIBLE_TR_NOOP("Problem", "this folder has no config.json"), folder.string(),
            CRUCIBLE_TR_NOOP("Problem",
                             "a model is a folder in the Hugging Face layout: config.json beside its weights"));
    OrderedJson json = readOrderedJson(file);
    if (!json.is_object())
        throw Error::corrupt(file, CRUCIBLE_TR_NOOP("Problem", "expected a JSON object"));
    return ModelConfig(std::move(json), file);
}

std::vector<std::string> ModelConfig::architectures() const
{
    std::vector<std::string> names;
    const OrderedJson* list = valueAt(m_json, "architectures");
    if (list && list->is_array())
        for (const OrderedJson& name : *list)
            if (name.is_string())
                names.push_back(name.get<std::string>());
    return names;
}

std::string ModelConfig::modelType() const
{
    return text("model_type").value_or("");
}

std::optional<std::int64_t> ModelConfig::integer(std::string_view dottedKey) const
{
    const OrderedJson* value = valueAt(m_json, dottedKey);
    if (!value || !value->is_number_integer())
        return std::nullopt;
    if (value->is_number_unsigned() &&
        value->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return std::nullopt;
    return value->get<std::int64_t>();
}

std::optional<std::int64_t> ModelConfig::count(std::string_view dottedKey) const
{
    const OrderedJson* value = valueAt(m_json, dottedKey);
    if (value && value->is_array())
        return static_cast<std::int64_t>(value->size());
    return integer(dottedKey);
}

std::optional<bool> ModelConfig::boolean(std::string_view dottedKey) const
{
    const OrderedJson* value = valueAt(m_json, dottedKey);
    if (!value || !value->is_boolean())
        return std::nullopt;
    return value->get<bool>();
}

std::optional<std::string> ModelConfig::text(std::string_view dottedKey) const
{
    const OrderedJson* value = valueAt(m_json, dottedKey);
    if (!value || !value->is_string())
        return std::nullopt;
    return value->get<std::string>();
}

std::optional<DType> ModelConfig::dtype() const
{
    for (const std::string_view key : {"dtype", "torch_dtype", "text_config.dtype", "text_config.torch_dtype"})
        if (const auto name = text(key))
            return dtypeFromTorch(*name);
    return std::nullopt;
}

bool isAdapterFolder(const std::filesystem::path& folder)
{
    std::error_code error;
    const auto has = [&](const char* name) { return std::filesystem::is_regular_file(folder / name, error); };
    return has("adapter_config.json") && (has("adapter_model.safetensors") || has("adapter_model.bin"));
}

std::shared_ptr<const ModelFolder> ModelFolder::open(const std::filesystem::path& folder)
{
    std::error_code error;
    std::filesystem::path place = folder;
    const bool isGguf = place.extension() == ".gguf" && !std::filesystem::is_directory(place, error);
    if (!isGguf && std::filesystem::is_regular_file(place, error))
        place = place.has_parent_path() ? place.parent_path() : std::filesystem::path(".");
    if (!isGguf && !std::filesystem::is_directory(place, error))
        throw Error::notFound(CRUCIBLE_TR_NOOP("Problem", "there is no such model folder"), folder.string());
    if (!isGguf && isAdapterFolder(place) && !std::filesystem::is_regular_file(place / "config.json", error))
        throw Error::unsupported(CRUCIBLE_TR_NOOP("Problem", "this folder holds an adapter, not a model"),
                                 place.string(),
                                 CRUCIBLE_TR_NOOP("Problem", "name it after its base model: base+adapter"));
    auto model = std::make_shared<ModelFolder>();
    if (isGguf) {
        model->m_gguf = GgufModel::open(place);
        model->m_path = model->m_gguf->path();
        model->m_config = model->m_gguf->config();
        model->m_checkpoint = model->m_gguf->asHuggingFace();
    } else {
        model->m_path = place;
        model->m_config = ModelConfig::read(place);
        model->m_checkpoint = openCheckpoint(place);
    }
    LayoutChoice choice = chooseLayout(model->m_config, *model->m_checkpoint);
    model->m_layout = std::move(choice.layout);
    model->m_layoutNote = std::move(choice.note);
    return model;
}

std::shared_ptr<const ModelFolder> ModelFolder::withCheckpoint(std::shared_ptr<const Checkpoint> checkpoint) const
{
    auto model = std::make_shared<ModelFolder>(*this);
    model->m_gguf = nullptr; // its tensors lie otherwise
    model->m_checkpoint = std::move(checkpoint);
    LayoutChoice choice = chooseLayout(model->m_config, *model->m_checkpoint);
    model->m_layout = std::move(choice.layout);
    model->m_layoutNote = std::move(choice.note);
    return model;
}

std::shared_ptr<const ModelFolder> ModelFolder::withArchitecture(const std::string& name) const
{
    auto model = std::make_shared<ModelFolder>(*this);
    OrderedJson json = m_config.json();
    json["architectures"] = OrderedJson::array({name});
    model->m_config = ModelConfig(std::move(json), m_config.file());
    LayoutChoice choice = chooseLayout(model->m_config, *model->m_checkpoint);
    model->m_layout = std::move(choice.layout);
    model->m_layoutNote = std::move(choice.note);
    return model;
}

DType ModelFolder::mainDType() const
{
    std::map<DType, std::uint64_t> elements;
    for (const Checkpoint::Entry& entry : m_checkpoint->tensors())
        elements[entry.info.dtype] += static_cast<std::uint64_t>(entry.info.elements());
    const auto most = std::ranges::max_element(elements, {}, [](const auto& item) { return item.second; });
    return most == elements.end() ? DType::F32 : most->first;
}

std::span<const std::string_view> companionFileNames()
{
    return kCompanions;
}

std::vector<std::string> ModelFolder::companionFiles() const
{
    std::vector<std::string> files;
    std::error_code error;
    for (const std::string_view name : kCompanions)
        if (std::filesystem::is_regular_file(m_path / name, error))
            files.emplace_back(name);
    return files;
}

bool ModelFolder::hasTokenizer() const
{
    if (m_gguf)
        return m_gguf->files().front()->find("tokenizer.ggml.tokens") != nullptr;
    std::error_code error;
    const auto has = [&](const char* name) { return std::filesystem::is_regular_file(m_path / name, error); };
    return has("tokenizer.json") || has("tokenizer.model") || has("vocab.txt") || has("spiece.model") ||
           has("sentencepiece.bpe.model") || has("tekken.json") || has("qwen.tiktoken") ||
           (has("vocab.json") && has("merges.txt"));
}

std::optional<std::string> ModelFolder::chatTemplate() const
{
    if (m_gguf) {
        std::string text = m_gguf->facts().text("tokenizer.chat_template");
        return text.empty() ? std::nullopt : std::optional(std::move(text));
    }
    std::error_code error;
    if (const auto file = m_path / "chat_template.jinja"; std::filesystem::is_regular_file(file, error))
        return readFile(file);
    for (const char* name : {"chat_template.json", "tokenizer_config.json"}) {
        const auto file = m_path / name;
        if (!std::filesystem::is_regular_file(file, error))
            continue;
        const Json json = readJson(file);
        if (!json.is_object() || !json.contains("chat_template"))
            continue;
        const Json& value = json["chat_template"];
        if (value.is_string())
            return value.get<std::string>();
        // Several named templates: the one called "default".
        if (value.is_array())
            for (const Json& item : value)
                if (item.is_object() && item.value("name", Json()) == "default" &&
                    item.value("template", Json()).is_string())
                    return item["template"].get<std::string>();
    }
    return std::nullopt;
}

} // namespace crucible::formats
