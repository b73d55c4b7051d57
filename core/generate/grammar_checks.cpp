// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/grammar_checks.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace crucible::generate {
namespace {

using Element = Grammar::Element;

// Rules from which nothing at all can come.
std::vector<bool> nullableRules(const Grammar& grammar, std::uint32_t rules)
{
    struct Use {
        std::uint32_t rule;
        std::size_t alternative; // in `left`
    };
    std::vector<std::vector<Use>> uses(rules);
    std::vector<std::size_t> left; // elements of an alternative that are not known to be nullable
    std::vector<bool> nullable(rules, false);
    std::vector<std::uint32_t> found;
    const auto mark = [&](std::uint32_t rule) {
        if (!nullable[rule]) {
            nullable[rule] = true;
            found.push_back(rule);
        }
    };
    for (std::uint32_t rule = 0; rule < rules; ++rule) {
        for (std::uint32_t at : grammar.alternatives(rule)) {
            const std::size_t alternative = left.size();
            left.push_back(0);
            for (; grammar.element(at).kind != Element::End; ++at) {
                ++left.back();
                if (grammar.element(at).kind == Element::Rule)
                    uses[grammar.element(at).index].push_back({rule, alternative});
            }
            if (left.back() == 0)
                mark(rule);
        }
    }
    while (!found.empty()) {
        const std::uint32_t rule = found.back();
        found.pop_back();
        for (const Use& use : uses[rule]) {
            if (--left[use.alternative] == 0)
                mark(use.rule);
        }
    }
    return nullable;
}

struct Edge {
    std::uint32_t to;
    bool isLast; // nothing of the alternative comes after it
};

std::vector<std::vector<Edge>> beginnings(const Grammar& grammar, std::uint32_t rules)
{
    const std::vector<bool> nullable = nullableRules(grammar, rules);
    std::vector<std::vector<Edge>> edges(rules);
    for (std::uint32_t rule = 0; rule < rules; ++rule) {
        for (std::uint32_t at : grammar.alternatives(rule)) {
            for (; grammar.element(at).kind == Element::Rule; ++at) {
                const std::uint32_t to = grammar.element(at).index;
                edges[rule].push_back({to, grammar.element(at + 1).kind == Element::End});
                if (!nullable[to])
                    break;
            }
        }
    }
    return edges;
}

} // namespace

// Strongly connected components (Tarjan 1972), without recursion.
std::optional<std::uint32_t> leftRecursiveRule(const Grammar& grammar, std::uint32_t rules)
{
    constexpr std::uint32_t kUnseen = std::numeric_limits<std::uint32_t>::max();
    const std::vector<std::vector<Edge>> edges = beginnings(grammar, rules);
    std::vector<std::uint32_t> order(rules, kUnseen), low(rules, 0), component(rules, kUnseen), open;
    struct Visit {
        std::uint32_t rule;
        std::size_t edge;
    };
    std::uint32_t seen = 0;
    std::uint32_t components = 0;
    for (std::uint32_t start = 0; start < rules; ++start) {
        if (order[start] != kUnseen)
            continue;
        std::vector<Visit> path{{start, 0}};
        order[start] = low[start] = seen++;
        open.push_back(start);
        while (!path.empty()) {
            const std::uint32_t rule = path.back().rule;
            if (path.back().edge < edges[rule].size()) {
                const std::uint32_t to = edges[rule][path.back().edge++].to;
                if (order[to] == kUnseen) {
                    order[to] = low[to] = seen++;
                    open.push_back(to);
                    path.push_back({to, 0});
                } else if (component[to] == kUnseen) {
                    low[rule] = std::min(low[rule], order[to]);
                }
                continue;
            }
            path.pop_back();
            if (!path.empty())
                low[path.back().rule] = std::min(low[path.back().rule], low[rule]);
            if (low[rule] != order[rule])
                continue;
            while (component[rule] == kUnseen) {
                component[open.back()] = components;
                open.pop_back();
            }
            ++components;
        }
    }
    for (std::uint32_t rule = 0; rule < rules; ++rule) {
        for (const Edge& edge : edges[rule]) {
            if (!edge.isLast && component[edge.to] == component[rule])
                return rule;
        }
    }
    return {};
}

} // namespace crucible::generate
