// SPDX-License-Identifier: GPL-3.0-or-later
// Folders with small tokenizers, for tests of what is planned from their files.
#pragma once

#include "base/files.h"
#include "base/json.h"
#include "merge/tokenizer_plan.h"

#include <QTemporaryDir>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace crucible::tests {

// By token, from a tokenizer.json.
inline std::map<std::string, std::size_t> idsOf(const Json& tokenizer)
{
    std::map<std::string, std::size_t> ids;
    for (const auto& [token, id] : tokenizer["model"]["vocab"].items())
        ids[token] = id.get<std::size_t>();
    for (const Json& token : tokenizer["added_tokens"])
        ids[token["content"].get<std::string>()] = token["id"].get<std::size_t>();
    return ids;
}

class TokenizerModels {
protected:
    void write(const char* name, const char* file, const std::string& content)
    {
        const std::filesystem::path folder = std::filesystem::path(m_folder->path().toStdString()) / name;
        std::filesystem::create_directories(folder);
        writeFileAtomically(folder / file, content);
    }

    static std::string tokenizerText(const std::vector<std::string>& tokens, const std::vector<std::string>& added)
    {
        Json vocab = Json::object();
        for (std::size_t i = 0; i < tokens.size(); ++i)
            vocab[tokens[i]] = i;
        Json extra = Json::array();
        for (std::size_t i = 0; i < added.size(); ++i)
            extra.push_back({{"id", tokens.size() + i}, {"content", added[i]}, {"special", true}, {"normalized", false}});
        return Json({{"version", "1.0"}, {"added_tokens", extra},
                     {"model", {{"type", "BPE"}, {"vocab", vocab}, {"merges", Json::array({"a b", "ab c"})}}}})
            .dump();
    }

    // Under this name, with as many rows as tokens when `rows` is 0.
    merge::TokenizerInput model(const char* name, const std::vector<std::string>& tokens, std::int64_t rows = 0,
                                const std::vector<std::string>& added = {})
    {
        write(name, "tokenizer.json", tokenizerText(tokens, added));
        merge::TokenizerInput input;
        input.ref.model = name;
        input.folder = std::filesystem::path(m_folder->path().toStdString()) / name;
        input.embeddingRows = rows ? rows : static_cast<std::int64_t>(tokens.size() + added.size());
        return input;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

} // namespace crucible::tests
