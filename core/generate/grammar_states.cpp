// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/grammar_states.h"

#include "base/error.h"

#include <algorithm>
#include <numeric>

namespace crucible::generate {
namespace {

constexpr std::size_t kMostThreads = 20'000;      // of one state
constexpr std::size_t kMostStates = 100'000;      // each with up to 1 KiB of successors
constexpr std::size_t kMostStored = 20'000'000;   // threads of all states together
constexpr std::size_t kMostNodes = 20'000'000;
constexpr std::size_t kMostMaskBytes = std::size_t(64) << 20;

[[noreturn]] void refuse()
{
    throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "the grammar can be read in too many ways at once"), "grammar",
                         CRUCIBLE_TR_NOOP("Problem", "make it less ambiguous: no two alternatives should go on alike for long"));
}

} // namespace

GrammarStates::GrammarStates(std::shared_ptr<const Grammar> grammar) : m_grammar(std::move(grammar)), m_nodes(1), m_states(1)
{
    std::vector<Thread> threads;
    bool complete = false;
    m_seen.clear();
    for (const std::uint32_t place : m_grammar->alternatives(m_grammar->root()))
        expand({place, 0}, threads, complete);
    m_start = intern(std::move(threads), complete);
}

// What is left after the element at `place`. An alternative's end is left out, so that a rule that ends with another does
// not grow.
GrammarStates::Rest GrammarStates::after(std::uint32_t place, Rest rest)
{
    if (m_grammar->element(place + 1).kind == Element::End)
        return rest;
    const auto [entry, isNew] = m_knownNodes.try_emplace(Node{place + 1, rest}, static_cast<Rest>(m_nodes.size()));
    if (isNew) {
        if (m_nodes.size() >= kMostNodes)
            refuse();
        m_nodes.push_back(entry->first);
    }
    return entry->second;
}

// Goes on from a place to the characters that can come there.
void GrammarStates::expand(Node from, std::vector<Thread>& threads, bool& complete)
{
    m_pending.assign(1, from);
    while (!m_pending.empty()) {
        const Node node = m_pending.back();
        m_pending.pop_back();
        const Element element = m_grammar->element(node.place);
        if (element.kind == Element::Class) {
            threads.push_back({element.index, CharacterClass::kStart, after(node.place, node.rest)});
            if (threads.size() > 4 * kMostThreads)
                refuse();
            continue;
        }
        if (!m_seen.emplace(node, true).second)
            continue;
        if (m_seen.size() > 16 * kMostThreads)
            refuse();
        if (element.kind == Element::End) {
            if (node.rest == 0)
                complete = true;
            else
                m_pending.push_back(m_nodes[node.rest]);
            continue;
        }
        const Rest rest = after(node.place, node.rest);
        for (const std::uint32_t place : m_grammar->alternatives(element.index))
            m_pending.push_back({place, rest});
    }
}

GrammarStates::State GrammarStates::intern(std::vector<Thread> threads, bool complete)
{
    std::sort(threads.begin(), threads.end());
    threads.erase(std::unique(threads.begin(), threads.end()), threads.end());
    if (threads.empty() && !complete)
        return kNone;
    if (threads.size() > kMostThreads)
        refuse();
    const auto [entry, isNew] = m_knownStates.try_emplace({threads, complete}, static_cast<State>(m_states.size()));
    if (isNew) {
        m_stored += entry->first.first.size();
        if (m_states.size() >= kMostStates || m_stored > kMostStored)
            refuse();
        m_states.push_back({std::move(threads), complete, nullptr});
    }
    return entry->second;
}

GrammarStates::State GrammarStates::step(State state, unsigned char byte)
{
    if (state == kNone)
        return kNone;
    if (!m_states[state].next) {
        m_states[state].next = std::make_unique<std::array<State, 256>>();
        m_states[state].next->fill(kUnknown);
    }
    const State known = (*m_states[state].next)[byte];
    if (known != kUnknown)
        return known;
    std::vector<Thread> threads;
    bool complete = false;
    m_seen.clear();
    for (const Thread& thread : m_states[state].threads) {
        const std::int32_t progress = m_grammar->characterClass(thread.characterClass).step(thread.progress, byte);
        if (progress == CharacterClass::kReject)
            continue;
        if (progress != CharacterClass::kAccept)
            threads.push_back({thread.characterClass, progress, thread.rest});
        else if (thread.rest == 0)
            complete = true;
        else
            expand(m_nodes[thread.rest], threads, complete);
    }
    const State next = intern(std::move(threads), complete);
    (*m_states[state].next)[byte] = next;
    return next;
}

GrammarStates::State GrammarStates::step(State state, std::string_view bytes)
{
    for (const char byte : bytes) {
        state = step(state, static_cast<unsigned char>(byte));
        if (state == kNone)
            break;
    }
    return state;
}

bool Grammar::accepts(std::string_view text) const
{
    GrammarStates states(std::shared_ptr<const Grammar>(std::shared_ptr<const Grammar>(), this));
    return states.isComplete(states.step(states.start(), text));
}

GrammarVocabulary::GrammarVocabulary(std::shared_ptr<const Grammar> grammar, std::shared_ptr<const TokenTexts> texts)
    : m_states(std::move(grammar)), m_texts(std::move(texts))
{
    const std::vector<std::string>& all = m_texts->all();
    for (std::size_t id = 0; id < all.size(); ++id) {
        if (!all[id].empty())
            m_order.push_back(static_cast<TokenId>(id));
    }
    const auto textOf = [&](TokenId id) -> const std::string& { return all[static_cast<std::size_t>(id)]; };
    std::sort(m_order.begin(), m_order.end(), [&](TokenId a, TokenId b) { return textOf(a) != textOf(b) ? textOf(a) < textOf(b) : a < b; });
    m_shared.resize(m_order.size());
    for (std::size_t i = 1; i < m_order.size(); ++i) {
        const std::string& text = textOf(m_order[i]);
        const std::string& before = textOf(m_order[i - 1]);
        const auto differ = std::mismatch(text.begin(), text.end(), before.begin(), before.end());
        m_shared[i] = static_cast<std::uint32_t>(differ.first - text.begin());
    }
}

// Walks the sorted tokens as the tree of their bytes: what the last token shared with the one before is known, and all
// tokens go that share what was already impossible.
TokenMask GrammarVocabulary::compute(State state)
{
    const std::vector<std::string>& all = m_texts->all();
    TokenMask mask(all.size());
    std::vector<State> path{state}; // after each byte of the last token, as far as it is possible
    for (std::size_t i = 0; i < m_order.size(); ++i) {
        const std::size_t shared = m_shared[i];
        if (shared >= path.size())
            continue;
        path.resize(shared + 1);
        const std::string& text = all[static_cast<std::size_t>(m_order[i])];
        while (path.size() <= text.size()) {
            const State next = m_states.step(path.back(), static_cast<unsigned char>(text[path.size() - 1]));
            if (next == GrammarStates::kNone)
                break;
            path.push_back(next);
        }
        if (path.size() > text.size())
            mask.add(static_cast<std::size_t>(m_order[i]));
    }
    return mask;
}

std::shared_ptr<const TokenMask> GrammarVocabulary::allowed(State state)
{
    const std::lock_guard lock(m_mutex);
    if (const auto found = m_masks.find(state); found != m_masks.end())
        return found->second;
    const auto mask = std::make_shared<const TokenMask>(compute(state));
    if ((m_masks.size() + 1) * (mask->size() / 8) > kMostMaskBytes)
        m_masks.clear();
    m_masks.emplace(state, mask);
    return mask;
}

GrammarVocabulary::State GrammarVocabulary::after(State state, TokenId token)
{
    const std::lock_guard lock(m_mutex);
    const std::vector<std::string>& all = m_texts->all();
    const auto id = static_cast<std::size_t>(token);
    return token < 0 || id >= all.size() || all[id].empty() ? GrammarStates::kNone : m_states.step(state, all[id]);
}

bool GrammarVocabulary::isComplete(State state)
{
    const std::lock_guard lock(m_mutex);
    return m_states.isComplete(state);
}

GrammarConstraint::GrammarConstraint(std::shared_ptr<GrammarVocabulary> vocabulary)
    : m_vocabulary(std::move(vocabulary)), m_state(m_vocabulary->start())
{
}

const TokenMask& GrammarConstraint::allowed()
{
    if (!m_mask)
        m_mask = m_vocabulary->allowed(m_state);
    return *m_mask;
}

void GrammarConstraint::accept(TokenId id)
{
    m_state = m_vocabulary->after(m_state, id);
    m_mask.reset();
}

} // namespace crucible::generate
