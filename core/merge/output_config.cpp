// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/output_config.h"

#include <algorithm>
#include <string_view>

namespace crucible::merge {
namespace {

// The object that holds a dotted key's last part; nullptr when the way there is missing.
OrderedJson* holderOf(OrderedJson& config, std::string_view dottedKey, std::string& last)
{
    OrderedJson* holder = &config;
    for (std::size_t dot = dottedKey.find('.'); dot != std::string_view::npos; dot = dottedKey.find('.')) {
        const auto found = holder->find(std::string(dottedKey.substr(0, dot)));
        if (found == holder->end() || !found->is_object())
            return nullptr;
        holder = &*found;
        dottedKey.remove_prefix(dot + 1);
    }
    last = std::string(dottedKey);
    return holder;
}

void setKey(OrderedJson& config, std::string_view dottedKey, const OrderedJson& value)
{
    std::string last;
    OrderedJson* holder = dottedKey.empty() ? nullptr : holderOf(config, dottedKey, last);
    if (holder)
        (*holder)[last] = value;
}

std::int64_t numberAt(OrderedJson& config, std::string_view dottedKey)
{
    std::string last;
    OrderedJson* holder = dottedKey.empty() ? nullptr : holderOf(config, dottedKey, last);
    if (!holder || !holder->contains(last) || !(*holder)[last].is_number_integer())
        return -1;
    return (*holder)[last].get<std::int64_t>();
}

// list[i] becomes the donor's value for the source layer of output layer i.
void rebuildList(OrderedJson& list, const std::vector<int>& sourceLayers)
{
    OrderedJson rebuilt = OrderedJson::array();
    for (const int layer : sourceLayers) {
        if (layer < 0 || static_cast<std::size_t>(layer) >= list.size())
            return; // taken from a deeper model: the donor has no value for this layer
        rebuilt.push_back(list[static_cast<std::size_t>(layer)]);
    }
    list = std::move(rebuilt);
}

void rebuildLists(OrderedJson& object, const OutputFacts& facts, const OutputFacts::Stack& stack, std::int64_t donorLayers)
{
    for (auto& [key, value] : object.items()) {
        const auto endsWithKey = [&name = key](const std::string& dotted) {
            return dotted == name || dotted.ends_with("." + name);
        };
        const bool known = std::any_of(facts.perLayerLists.begin(), facts.perLayerLists.end(), endsWithKey);
        if (value.is_array() && static_cast<std::int64_t>(value.size()) == donorLayers &&
            (known || key.find("layer") != std::string::npos))
            rebuildList(value, stack.sourceLayers);
    }
}

void setLayers(OrderedJson& config, const OutputFacts& facts)
{
    for (const OutputFacts::Stack& stack : facts.stacks) {
        const std::int64_t donorLayers = numberAt(config, stack.layersKey);
        if (!facts.mergekitExact && donorLayers >= 0) {
            std::string last;
            OrderedJson* holder = holderOf(config, stack.layersKey, last);
            rebuildLists(*holder, facts, stack, donorLayers);
            if (holder != &config && facts.stacks.size() == 1)
                rebuildLists(config, facts, stack, donorLayers);
        }
        setKey(config, stack.layersKey, static_cast<std::int64_t>(stack.sourceLayers.size()));
    }
}

void setDType(OrderedJson& config, DType dtype)
{
    const std::string name(torchName(dtype));
    bool written = false;
    for (const char* key : {"dtype", "torch_dtype"}) {
        if (config.contains(key)) {
            config[key] = name;
            written = true;
        }
    }
    if (!written)
        config["torch_dtype"] = name;
    // Parts of multimodal models repeat it.
    for (auto& [key, part] : config.items()) {
        if (!part.is_object() || !key.ends_with("_config"))
            continue;
        for (const char* partKey : {"dtype", "torch_dtype"}) {
            if (part.contains(partKey) && part[partKey].is_string())
                part[partKey] = name;
        }
    }
}

void setTied(OrderedJson& config, bool tied)
{
    constexpr const char* kKey = "tie_word_embeddings";
    const auto text = config.find("text_config");
    const bool inText = text != config.end() && text->is_object() && text->contains(kKey);
    if (inText)
        (*text)[kKey] = tied;
    if (!inText || config.contains(kKey))
        config[kKey] = tied;
}

} // namespace

void takeTokenIds(OrderedJson& config, const OrderedJson& source)
{
    if (!config.is_object() || !source.is_object())
        return;
    const auto textOf = [](auto& json) {
        const auto text = json.find("text_config");
        return text != json.end() && text->is_object() ? &*text : nullptr;
    };
    OrderedJson* text = textOf(config);
    const OrderedJson* sourceText = textOf(source);
    for (const char* key : {"bos_token_id", "eos_token_id", "pad_token_id", "decoder_start_token_id"}) {
        const OrderedJson* holder = source.contains(key) ? &source : sourceText && sourceText->contains(key) ? sourceText : nullptr;
        if (!holder)
            continue;
        const bool inText = text && text->contains(key);
        if (inText)
            (*text)[key] = (*holder)[key];
        if (!inText || config.contains(key))
            config[key] = (*holder)[key];
    }
}

OrderedJson outputConfig(const OutputFacts& facts)
{
    OrderedJson config = facts.donor.is_object() ? facts.donor : OrderedJson::object();
    if (facts.usesSlices)
        setLayers(config, facts);
    if (facts.dtype)
        setDType(config, *facts.dtype);
    if (facts.embeddingRows > 0 && (facts.vocabularyBuilt || !facts.mergekitExact))
        setKey(config, facts.vocabSizeKey, facts.embeddingRows);
    if (facts.headIsTied && !facts.mergekitExact)
        setTied(config, *facts.headIsTied);
    return config;
}

} // namespace crucible::merge
