// SPDX-License-Identifier: GPL-3.0-or-later
// A grammar as an automaton over bytes that is built while it is used: a state is the set of all that could be going on in
// the grammar, each with what is left to do afterwards. States, their successors and the tokens that they allow are kept.
#pragma once

#include "generate/constraint.h"
#include "generate/grammar.h"
#include "generate/token_texts.h"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace crucible::generate {

class GrammarStates {
public:
    explicit GrammarStates(std::shared_ptr<const Grammar> grammar);

    using State = std::uint32_t;
    static constexpr State kNone = 0; // nothing can follow, and the text is none of the grammar's

    State start() const { return m_start; }
    // Throws Error::invalid when the grammar can be read in absurdly many ways.
    State step(State state, unsigned char byte);
    State step(State state, std::string_view bytes);
    bool isComplete(State state) const { return m_states[state].complete; }

private:
    using Element = Grammar::Element;
    // What is left to do: an element of an alternative and what comes after that. 0: nothing.
    using Rest = std::uint32_t;
    // In the middle of a character of a class.
    struct Thread {
        std::uint32_t characterClass;
        std::int32_t progress;
        Rest rest;
        auto operator<=>(const Thread&) const = default;
    };
    struct Node {
        std::uint32_t place;
        Rest rest;
        auto operator<=>(const Node&) const = default;
    };
    struct Content {
        std::vector<Thread> threads;
        bool complete = false;
        std::unique_ptr<std::array<State, 256>> next; // kUnknown where it was not asked for
    };
    static constexpr State kUnknown = 0xffffffffu;

    Rest after(std::uint32_t place, Rest rest);
    void expand(Node from, std::vector<Thread>& threads, bool& complete);
    State intern(std::vector<Thread> threads, bool complete);

    std::shared_ptr<const Grammar> m_grammar;
    std::vector<Node> m_nodes; // by Rest; the first is unused
    std::map<Node, Rest> m_knownNodes;
    std::vector<Content> m_states;
    std::map<std::pair<std::vector<Thread>, bool>, State> m_knownStates;
    std::size_t m_stored = 0; // threads of all states
    State m_start = kNone;
    std::vector<Node> m_pending; // scratch of expand()
    std::map<Node, bool> m_seen;
};

// Which tokens a grammar allows, for texts of one vocabulary. Several texts may use one at once, from several threads.
class GrammarVocabulary {
public:
    GrammarVocabulary(std::shared_ptr<const Grammar> grammar, std::shared_ptr<const TokenTexts> texts);

    using State = GrammarStates::State;
    State start() const { return m_states.start(); }
    std::shared_ptr<const TokenMask> allowed(State state);
    State after(State state, TokenId token);
    bool isComplete(State state);

private:
    TokenMask compute(State state);

    std::mutex m_mutex;
    GrammarStates m_states;
    std::shared_ptr<const TokenTexts> m_texts;
    std::vector<TokenId> m_order;          // tokens with a text, by their bytes
    std::vector<std::uint32_t> m_shared;   // bytes that each shares with the one before
    std::unordered_map<State, std::shared_ptr<const TokenMask>> m_masks;
};

class GrammarConstraint final : public Constraint {
public:
    explicit GrammarConstraint(std::shared_ptr<GrammarVocabulary> vocabulary);

    std::unique_ptr<Constraint> fresh() const override { return std::make_unique<GrammarConstraint>(m_vocabulary); }
    const TokenMask& allowed() override;
    bool mayEnd() const override { return m_vocabulary->isComplete(m_state); }
    void accept(TokenId id) override;

private:
    std::shared_ptr<GrammarVocabulary> m_vocabulary;
    GrammarVocabulary::State m_state;
    std::shared_ptr<const TokenMask> m_mask;
};

} // namespace crucible::generate
