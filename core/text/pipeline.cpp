// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/pipeline.h"

#include "text/word_cache.h"

#include <algorithm>

namespace crucible::text {

struct Pipeline::Worker {
    ModelScratch scratch;
    WordCache cache;
    std::vector<std::uint32_t> ends;
};

Pipeline::Pipeline(PipelineParts parts) : m_parts(std::move(parts))
{
    m_parts.added.prepare(m_parts.normalizers);
}

Pipeline::~Pipeline() = default;

std::unique_ptr<Pipeline::Worker> Pipeline::takeWorker() const
{
    const std::lock_guard lock(m_mutex);
    if (m_idle.empty())
        return std::make_unique<Worker>();
    std::unique_ptr<Worker> worker = std::move(m_idle.back());
    m_idle.pop_back();
    return worker;
}

void Pipeline::giveBack(std::unique_ptr<Worker> worker) const
{
    constexpr std::size_t kMostKept = std::size_t(1) << 20; // elements: a huge word's memory is not worth keeping
    if (worker->scratch.symbols.capacity() > kMostKept || worker->scratch.scores.capacity() > kMostKept)
        worker->scratch = {};
    const std::lock_guard lock(m_mutex);
    m_idle.push_back(std::move(worker));
}

void Pipeline::encodePiece(std::string_view word, Worker& worker, std::vector<TokenId>& ids) const
{
    const bool isCacheable = word.size() <= WordCache::kLongestWord;
    const std::uint64_t hash = isCacheable ? quickHash(word) : 0;
    if (isCacheable && worker.cache.find(word, hash, ids))
        return;
    worker.scratch.tokens.clear();
    m_parts.model->encodeWord(word, worker.scratch);
    const std::size_t before = ids.size();
    for (const ModelToken& token : worker.scratch.tokens)
        ids.push_back(token.id);
    if (isCacheable)
        worker.cache.insert(word, hash, std::span(ids).subspan(before));
}

void Pipeline::encodeInto(std::string_view text, const EncodeOptions& options, std::vector<TokenId>& ids,
                          std::vector<Offsets>* offsets) const
{
    const bool parses = parsesSpecial(options, m_parts.parseSpecial);
    const bool needsOrigins = m_parts.preTokenizers.needsOrigins && !m_parts.normalizers.empty();
    WorkText work(text, offsets != nullptr || needsOrigins);
    m_parts.added.split(work, false, parses);
    for (const auto& normalizer : m_parts.normalizers)
        normalizer->apply(work);
    m_parts.added.split(work, true, parses);
    for (const auto& step : m_parts.preTokenizers.steps)
        step->apply(work);

    std::unique_ptr<Worker> worker = takeWorker();
    ids.reserve(work.view().size() / 4 + 16);
    for (const Piece& piece : work.pieces()) {
        if (piece.token >= 0) {
            ids.push_back(piece.token);
            if (offsets)
                offsets->push_back(work.originOf(piece.begin, piece.end));
            continue;
        }
        const std::string_view whole = work.textOf(piece);
        worker->ends.clear();
        m_parts.model->cut(whole, worker->ends);
        std::uint32_t begin = 0;
        for (const std::uint32_t end : worker->ends) {
            const std::string_view word = whole.substr(begin, end - begin);
            if (!offsets) {
                encodePiece(word, *worker, ids);
            } else {
                worker->scratch.tokens.clear();
                m_parts.model->encodeWord(word, worker->scratch);
                for (const ModelToken& token : worker->scratch.tokens) {
                    ids.push_back(token.id);
                    offsets->push_back(work.originOf(piece.begin + begin + token.begin, piece.begin + begin + token.end));
                }
            }
            begin = end;
        }
    }
    giveBack(std::move(worker));
    m_parts.postProcessor.apply(options.addSpecial, [this](TokenId id) { return piece(id); }, ids, offsets);
}

std::string Pipeline::decodeIds(std::span<const TokenId> ids, bool skipSpecial) const
{
    std::vector<std::string> texts;
    texts.reserve(ids.size());
    for (const TokenId id : ids) {
        const std::string_view text = piece(id);
        if (!text.empty() && !(skipSpecial && isSpecial(id)))
            texts.emplace_back(text);
    }
    for (const auto& decoder : m_parts.decoders)
        decoder->apply(texts);
    std::string result;
    const std::string_view between = m_parts.decoders.empty() ? " " : "";
    for (std::size_t i = 0; i < texts.size(); ++i)
        result.append(i > 0 ? between : "").append(texts[i]);
    return result;
}

std::string_view Pipeline::piece(TokenId id) const
{
    const AddedToken* added = m_parts.added.find(id);
    return added ? std::string_view(added->content) : m_parts.model->vocabulary().piece(id);
}

std::optional<TokenId> Pipeline::idOf(std::string_view piece) const
{
    const AddedToken* added = m_parts.added.find(piece);
    return added ? std::optional<TokenId>(added->id) : m_parts.model->vocabulary().find(piece);
}

TokenKind Pipeline::kind(TokenId id) const
{
    if (id >= 0 && static_cast<std::size_t>(id) < m_parts.kinds.size())
        return m_parts.kinds[static_cast<std::size_t>(id)];
    if (unknown() == id)
        return TokenKind::Unknown;
    const AddedToken* added = m_parts.added.find(id);
    return !added ? TokenKind::Normal : added->special ? TokenKind::Control : TokenKind::UserDefined;
}

bool Pipeline::isSpecial(TokenId id) const
{
    return m_parts.added.isSpecial(piece(id));
}

std::size_t Pipeline::idLimit() const
{
    return std::max(m_parts.model->vocabulary().idLimit(), static_cast<std::size_t>(m_parts.added.largestId() + 1));
}

} // namespace crucible::text
