// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/language_model.h"

#include "base/progress.h"
#include "generate/adapted_checkpoint.h"

#include <algorithm>
#include <chrono>

namespace crucible::generate {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kUsualContext = 2048; // where a model does not say

// What families end a turn with. Only those count that a vocabulary has as special tokens.
constexpr std::string_view kTurnEnds[] = {"<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<end_of_turn>", "<|end|>", "<|return|>", "<|call|>",
                                          "<|endoftext|>", "<|end_of_text|>", "<|end_of_turn|>", "<|END_OF_TURN_TOKEN|>",
                                          "<end_of_utterance>", "<EOT>", "<\xEF\xBD\x9C"
                                                                         "end\xE2\x96\x81of\xE2\x96\x81sentence\xEF\xBD\x9C>"};

template<class Value>
void addEnds(const Value& value, std::vector<TokenId>& ids)
{
    if (value.is_number_integer() && value.template get<std::int64_t>() >= 0)
        ids.push_back(static_cast<TokenId>(value.template get<std::int64_t>()));
    if (value.is_array()) {
        for (const auto& one : value) {
            if (!one.is_array())
                addEnds(one, ids);
        }
    }
}

std::vector<TokenId> stopTokensOf(const LanguageModel& model)
{
    std::vector<TokenId> ids;
    const OrderedJson& config = model.folder->config().json();
    if (const auto found = config.find("eos_token_id"); found != config.end())
        addEnds(*found, ids);
    const fs::path settings = model.folder->path() / "generation_config.json";
    std::error_code error;
    if (fs::is_regular_file(settings, error)) {
        const Json json = readJson(settings);
        if (json.is_object() && json.contains("eos_token_id"))
            addEnds(json["eos_token_id"], ids);
    }
    if (model.tokenizer) {
        if (model.tokenizer->eos())
            ids.push_back(*model.tokenizer->eos());
        for (const std::string_view end : kTurnEnds) {
            const std::optional<TokenId> id = model.tokenizer->idOf(end);
            if (id && model.tokenizer->isSpecial(*id))
                ids.push_back(*id);
        }
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

std::shared_ptr<LanguageModel> read(const fs::path& path, const fs::path& adapter, const LanguageModel::Options& options, bool withWeights)
{
    const auto start = std::chrono::steady_clock::now();
    const auto say = [&](std::string_view stage) {
        if (options.progress)
            options.progress->stage(stage);
    };
    auto model = std::make_shared<LanguageModel>();
    model->path = path;
    model->adapter = adapter;
    const fs::path trimmed = path.has_filename() ? path : path.parent_path();
    model->name = trimmed.filename().string();
    if (!adapter.empty())
        model->name += "+" + (adapter.has_filename() ? adapter : adapter.parent_path()).filename().string();
    say("weights");
    model->folder = formats::ModelFolder::open(path);
    std::uint64_t adaptedBytes = 0;
    if (!adapter.empty()) {
        say("adapter");
        const std::shared_ptr<const formats::LoraAdapter> changes = formats::LoraAdapter::open(adapter);
        adaptedBytes = changedBytes(model->folder->checkpoint(), *changes);
        model->folder = model->folder->withCheckpoint(applyAdapter(model->folder->sharedCheckpoint(), changes));
    }
    if (withWeights) {
        model->decoder = model::Decoder::load(model->folder, options.compute, options.device);
        model->config = model->decoder->config();
        model->needs = model->decoder->needs();
    } else {
        model->config = model::decoderConfig(model->folder->config());
        model->needs = model::Decoder::check(model->folder);
    }
    model->needs.ownBytes += adaptedBytes;
    model->compute = model::Decoder::resolve(options.compute, model->needs, options.device);
    model->device = options.device;
    say("tokenizer");
    if (text::hasTokenizer(path)) {
        model->tokenizer = text::loadTokenizer(path);
        model->texts = std::make_shared<TokenTexts>(model->tokenizer);
    }
    say("template");
    try {
        model->chat = std::make_shared<text::ChatTemplate>(text::ChatTemplate::load(path));
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::NotFound)
            model->chatProblem = error;
    }
    model->stopTokens = stopTokensOf(*model);
    const int positions = model->config.maxPositions;
    model->context = positions > 0 ? static_cast<std::size_t>(positions) : kUsualContext;
    model->loadSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return model;
}

} // namespace

std::shared_ptr<const LanguageModel> LanguageModel::load(const fs::path& path, const fs::path& adapter, const Options& options)
{
    return read(path, adapter, options, true);
}

std::shared_ptr<const LanguageModel> LanguageModel::load(const fs::path& path, const fs::path& adapter)
{
    return load(path, adapter, {});
}

std::shared_ptr<const LanguageModel> LanguageModel::loadHeaders(const fs::path& path, const fs::path& adapter,
                                                                const Options& options)
{
    return read(path, adapter, options, false);
}

std::shared_ptr<const LanguageModel> LanguageModel::loadHeaders(const fs::path& path, const fs::path& adapter)
{
    return loadHeaders(path, adapter, {});
}

const text::Tokenizer& LanguageModel::needTokenizer() const
{
    if (!tokenizer)
        throw Error::notFound(CRUCIBLE_TR_NOOP("Problem", "the model has no tokenizer, so it can not read text"), path.string(),
                              CRUCIBLE_TR_NOOP("Problem", "put tokenizer.json or tokenizer.model beside it, or give token ids"));
    return *tokenizer;
}

const text::ChatTemplate& LanguageModel::needChat() const
{
    if (chatProblem)
        throw *chatProblem;
    if (!chat)
        throw Error::notFound(CRUCIBLE_TR_NOOP("Problem", "the model has no chat template"), path.string(),
                              CRUCIBLE_TR_NOOP("Problem", "choose one of the built-in templates, or give a prompt as text"));
    return *chat;
}

bool LanguageModel::isStop(TokenId id) const
{
    return std::binary_search(stopTokens.begin(), stopTokens.end(), id);
}

std::vector<TokenId> LanguageModel::encodePrompt(std::string_view text) const
{
    const text::Tokenizer& reader = needTokenizer();
    std::vector<TokenId> ids = reader.encode(text);
    // Some tokenizers end every text, which a model would not go on with.
    const std::vector<TokenId> plain = reader.encode(text, {.addSpecial = false});
    const bool ends = !ids.empty() && isStop(ids.back()) && (plain.empty() || plain.back() != ids.back());
    if (ends && ids.size() > 1)
        ids.pop_back();
    return ids;
}

std::vector<TokenId> LanguageModel::encodeRendered(std::string_view text) const
{
    return needTokenizer().encode(text, {.addSpecial = false, .parseSpecial = true});
}

ModelReference splitReference(const std::string& reference)
{
    std::error_code error;
    if (fs::exists(reference, error))
        return {reference, {}};
    const std::size_t plus = reference.rfind('+');
    if (plus == std::string::npos || plus == 0 || plus + 1 == reference.size())
        return {reference, {}};
    return {reference.substr(0, plus), reference.substr(plus + 1)};
}

} // namespace crucible::generate
