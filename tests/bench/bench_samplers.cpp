// SPDX-License-Identifier: GPL-3.0-or-later
// What choosing a token costs beside computing it: bench_samplers [TOKENIZER]. Logits of 151,936 tokens are drawn from a fixed
// seed with the spread that language models have. With a tokenizer, also what tokens a JSON grammar allows.
#include "base/error.h"
#include "generate/distribution.h"
#include "generate/grammar_states.h"
#include "generate/json_schema.h"
#include "generate/sampler_chain.h"
#include "text/tokenizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <numbers>
#include <random>

using namespace crucible;
using namespace crucible::generate;

namespace {

constexpr std::size_t kVocabulary = 151'936;

double microseconds(const std::function<void()>& body)
{
    using Clock = std::chrono::steady_clock;
    body();
    double best = 1e30;
    for (int round = 0; round < 5; ++round) {
        int times = 0;
        const auto start = Clock::now();
        do {
            body();
            ++times;
        } while (Clock::now() - start < std::chrono::milliseconds(100));
        best = std::min(best, std::chrono::duration<double, std::micro>(Clock::now() - start).count() / times);
    }
    return best;
}

// Bell-shaped with a few that stand out.
std::vector<float> logitsOf(std::size_t count)
{
    std::mt19937 random(1);
    const auto uniform = [&] { return (static_cast<double>(random()) + 0.5) / 4294967296.0; };
    std::vector<float> logits(count);
    for (float& logit : logits)
        logit = static_cast<float>(2.2 * std::sqrt(-2 * std::log(uniform())) * std::cos(2 * std::numbers::pi * uniform()));
    for (int i = 0; i < 40; ++i)
        logits[random() % count] += static_cast<float>(8 + 8 * uniform());
    return logits;
}

void measureGrammar(const char* path)
{
    const auto texts = std::make_shared<TokenTexts>(text::loadTokenizer(path));
    const auto first = std::chrono::steady_clock::now();
    const std::size_t count = texts->all().size();
    const double prepared = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - first).count();
    fmt::print("{} tokens, texts of all: {:.1f} ms\n", count, prepared);
    const auto grammar = Grammar::parse(grammarOfAnyObject());
    const auto start = std::chrono::steady_clock::now();
    GrammarVocabulary vocabulary(grammar, texts);
    fmt::print("{:<44} {:9.0f} us\n", "grammar: sort the vocabulary", std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
    // Walks through an object, with what is asked of every new state.
    const std::string text = R"({"name": "value", "list": [1, 2.5, true, null, {"deep": "text and more"}], "end": "x"})";
    std::vector<double> each;
    GrammarStates::State state = vocabulary.start();
    for (const TokenId id : texts->tokenizer().encode(text, {.addSpecial = false})) {
        const auto asked = std::chrono::steady_clock::now();
        const auto mask = vocabulary.allowed(state);
        each.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - asked).count());
        const GrammarStates::State next = vocabulary.after(state, id);
        if (next == GrammarStates::kNone)
            break;
        state = next;
    }
    std::sort(each.begin(), each.end());
    fmt::print("{:<44} {:9.0f} us median, {:.0f} us most, {} tokens\n", "grammar: tokens that a new state allows", each[each.size() / 2], each.back(), each.size());
}

} // namespace

int main(int argc, char** argv)
{
    try {
        const std::vector<float> logits = logitsOf(kVocabulary);
        std::vector<TokenId> tokens(2048);
        for (std::size_t i = 0; i < tokens.size(); ++i)
            tokens[i] = static_cast<TokenId>(i * 7919 % 5003);
        const auto chain = [&](const char* name, const char* json) {
            Json settings = parseJson(json, "settings");
            settings["seed"] = 1;
            SamplerChain samplers(SamplingSettings::fromJson(settings), {});
            std::uint64_t step = 0;
            fmt::print("{:<44} {:9.1f} us\n", name, microseconds([&] { samplers.choose(logits, tokens, step++); }));
        };
        fmt::print("one token of {}\n", kVocabulary);
        chain("greedy", R"({"temperature": 0})");
        chain("defaults", "{}");
        chain("defaults with penalties", R"({"repetition_penalty": 1.1, "presence_penalty": 0.1})");
        chain("defaults with DRY over 2048 tokens", R"({"dry_multiplier": 0.8})");
        chain("top_p 0.95 alone", R"({"samplers": "top_p"})");
        chain("top_p 0.999 alone, at temperature 2", R"({"samplers": "temperature;top_p", "top_p": 0.999, "temperature": 2})");
        chain("min_p alone", R"({"samplers": "min_p"})");
        chain("typical 0.9 alone", R"({"samplers": "typical", "typical_p": 0.9})");
        chain("top_n_sigma alone", R"({"samplers": "top_n_sigma", "top_n_sigma": 1})");
        chain("mirostat", R"({"mirostat": true})");
        chain("unfiltered", R"({"samplers": "temperature", "temperature": 1})");
        fmt::print("{:<44} {:9.1f} us\n", "entropy and 5 alternatives", microseconds([&] { expectationOf(logits, 5, 5); }));
        if (argc > 1)
            measureGrammar(argv[1]);
        return 0;
    } catch (const Error& error) {
        fmt::print(stderr, "error: {}\n", error.what());
        return 1;
    }
}
