// SPDX-License-Identifier: GPL-3.0-or-later
// A random model with a tokenizer of our own: single characters, some pairs, and the bytes of two characters that are not
// ASCII. 160 tokens, 64 positions.
#pragma once

#include "base/json.h"
#include "generate/session.h"

#include <QDir>
#include <QFile>
#include <QString>
#include <QTemporaryDir>

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

namespace crucible::test {

inline std::string tinyTokenizer()
{
    Json vocabulary = Json::object();
    int next = 0;
    const auto add = [&](const std::string& piece) { vocabulary[piece] = next++; };
    for (const char* piece : {"<unk>", "<s>", "</s>"})
        add(piece);
    for (char c = 0x20; c < 0x7f; ++c)
        add(std::string(1, c));
    add("\n");
    for (const unsigned char byte : {0xc3, 0xa9, 0xe4, 0xbd, 0xa0})
        add(fmt::format("<0x{:02X}>", byte));
    Json merges = Json::array();
    for (const char* pair : {"th", "he", "in", "er", "an", "re", "on", "at", "en", "nd", "ti", "es", "or", "te", "of", "ed", "is", "it", "al",
                             "ar", "st", "to", "nt", "ng", "se", "ha", "as", "ou", "io", "le", "ve", "co", "me", "de", "hi", "ri", "ro", "ic",
                             "ne", "ea", "ra", "ce", "li", "ch", "ll", "be", "ma", "si", "om", "ur", "\": ", "\",", "{\"", "]}", "[1", "tr"}) {
        if (next == 160)
            break;
        add(pair);
        if (std::string_view(pair).size() == 2)
            merges.push_back(fmt::format("{} {}", pair[0], pair[1]));
    }
    const Json special = {{"id", 2}, {"content", "</s>"}, {"special", true}};
    const Json first = {{"id", 1}, {"content", "<s>"}, {"special", true}};
    const Json json = {
        {"model", {{"type", "BPE"}, {"vocab", vocabulary}, {"merges", merges}, {"unk_token", "<unk>"}, {"byte_fallback", true}, {"fuse_unk", false}}},
        {"added_tokens", {{{"id", 0}, {"content", "<unk>"}, {"special", true}}, first, special}},
        {"post_processor",
         {{"type", "TemplateProcessing"},
          {"single", {{{"SpecialToken", {{"id", "<s>"}, {"type_id", 0}}}}, {{"Sequence", {{"id", "A"}, {"type_id", 0}}}}}},
          {"special_tokens", {{"<s>", {{"id", "<s>"}, {"ids", {1}}, {"tokens", {"<s>"}}}}}}}},
        {"decoder", {{"type", "Sequence"}, {"decoders", {{{"type", "ByteFallback"}}, {{"type", "Fuse"}}}}}}};
    return toJsonText(json);
}

// A folder with the model; `tokenizer`: with tokenizer files too.
inline void writeTinyModel(const QString& folder, bool tokenizer = true)
{
    QDir().mkpath(folder);
    const QString from = QStringLiteral(CRUCIBLE_SOURCE_DIR "/tests/golden/forward/llama_gqa/");
    for (const char* name : {"config.json", "model.safetensors"})
        QFile::copy(from + QLatin1String(name), folder + QLatin1Char('/') + QLatin1String(name));
    const auto write = [&](const char* name, const std::string& text) {
        QFile file(folder + QLatin1Char('/') + QLatin1String(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text.data(), static_cast<qint64>(text.size())) < 0)
            qFatal("cannot write %s", name);
    };
    if (tokenizer) {
        write("tokenizer.json", tinyTokenizer());
        write("tokenizer_config.json", R"({"bos_token": "<s>", "eos_token": "</s>", "chat_template": )"
                                       R"("{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}{% if add_generation_prompt %}[a] {% endif %}"})");
    }
}

// Models that others trained, with what they wrote; empty where they are not at hand.
inline std::filesystem::path goldenGgufFolder()
{
    std::vector<std::filesystem::path> candidates;
    if (const char* given = std::getenv("CRUCIBLE_GOLDEN"); given && *given)
        candidates.push_back(std::filesystem::path(given) / "gguf");
    candidates.push_back(std::filesystem::path(CRUCIBLE_SOURCE_DIR) / ".." / "shared" / "golden" / "gguf");
    for (const std::filesystem::path& candidate : candidates) {
        if (std::filesystem::is_directory(candidate))
            return candidate;
    }
    return {};
}

inline generate::GenerateRequest greedy(std::vector<generate::TokenId> prompt, std::size_t maxTokens)
{
    generate::GenerateRequest request;
    request.prompt = std::move(prompt);
    request.maxTokens = maxTokens;
    request.sampling.set("temperature", 0);
    return request;
}

} // namespace crucible::test
