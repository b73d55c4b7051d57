// SPDX-License-Identifier: GPL-3.0-or-later
// DRY ("don't repeat yourself"): a token that would go on with a repetition of the end of the text loses
// multiplier * base^(length - allowed), where length is how much of the end would be repeated. Repetitions do not reach over
// sequence breakers.
#include "base/error.h"
#include "generate/sampler.h"
#include "generate/sampling_settings.h"
#include "generate/token_texts.h"
#include "text/tokenizer.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <vector>

namespace crucible::generate {
namespace {

constexpr ParamSpec kParams[] = {
    {.name = "dry_multiplier",
     .title = CRUCIBLE_TR_NOOP("Sampling", "DRY multiplier"),
     .defaultValue = 0,
     .low = 0,
     .high = 100,
     .step = 0.1,
     .help = CRUCIBLE_TR_NOOP("Sampling", "What the shortest punished repetition costs; 0 turns DRY off, 0.8 is common")},
    {.name = "dry_base",
     .title = CRUCIBLE_TR_NOOP("Sampling", "DRY base"),
     .defaultValue = 1.75,
     .low = 1,
     .high = 100,
     .help = CRUCIBLE_TR_NOOP("Sampling", "By how much every further token makes a repetition more expensive")},
    {.name = "dry_allowed_length",
     .title = CRUCIBLE_TR_NOOP("Sampling", "DRY allowed length"),
     .type = ParamType::Integer,
     .defaultValue = 2,
     .low = 0,
     .high = 1'000'000,
     .step = 1,
     .unit = CRUCIBLE_TR_NOOP("Unit", "tokens"),
     .help = CRUCIBLE_TR_NOOP("Sampling", "Repetitions shorter than this are free")},
    {.name = "dry_penalty_last_n",
     .title = CRUCIBLE_TR_NOOP("Sampling", "DRY window"),
     .type = ParamType::Integer,
     .defaultValue = -1,
     .low = -1,
     .high = 1'000'000'000,
     .step = 1,
     .unit = CRUCIBLE_TR_NOOP("Unit", "tokens"),
     .help = CRUCIBLE_TR_NOOP("Sampling", "How far back repetitions are looked for; -1: in the whole text")},
    {.name = "dry_sequence_breakers",
     .title = CRUCIBLE_TR_NOOP("Sampling", "DRY sequence breakers"),
     .type = ParamType::Text,
     .help = CRUCIBLE_TR_NOOP("Sampling", "A JSON list of texts that no repetition reaches over: [\"\\n\", \":\", \"\\\"\", \"*\"]"),
     .hasDefault = false},
};

constexpr std::size_t kMostBreakers = 1000;
constexpr std::size_t kLongestBreaker = 40; // bytes
constexpr std::size_t kLongestTail = 20;    // tokens
constexpr double kLargestLog = 88.7228;     // of a float

// By its first token: what follows it, for each sequence that breaks.
using Breakers = std::unordered_map<TokenId, std::vector<std::vector<TokenId>>>;

// How much of `breaker` the text of a token holds from `at` on; 0 when it is something else.
std::size_t overlap(const std::string& text, std::size_t at, const std::string& breaker)
{
    const std::size_t shared = std::min(text.size() - at, breaker.size());
    return text.compare(at, shared, breaker, 0, shared) == 0 ? shared : 0;
}

void addBreaker(const std::string& breaker, const TokenTexts& texts, Breakers& breakers)
{
    const std::vector<std::string>& all = texts.all();
    for (std::size_t id = 0; id < all.size(); ++id) {
        const std::string& text = all[id];
        if (text.find(breaker) != std::string::npos) {
            breakers[static_cast<TokenId>(id)].emplace_back();
            continue;
        }
        for (std::size_t at = text.find(breaker.front()); at != std::string::npos; at = text.find(breaker.front(), at + 1)) {
            const std::size_t shared = overlap(text, at, breaker);
            if (shared == 0)
                continue;
            const std::string rest = breaker.substr(shared);
            if (!rest.empty() && (static_cast<unsigned char>(rest.front()) & 0xc0) == 0x80)
                continue; // the middle of a character has no ids
            std::vector<TokenId> tail = texts.tokenizer().encode(rest, {.addSpecial = false, .parseSpecial = false});
            tail.resize(std::min(tail.size(), kLongestTail));
            std::vector<std::vector<TokenId>>& known = breakers[static_cast<TokenId>(id)];
            if (std::find(known.begin(), known.end(), tail) == known.end())
                known.push_back(std::move(tail));
        }
    }
}

Breakers readBreakers(const SamplingSettings& settings, const TokenTexts* texts)
{
    Json given = settings.value("dry_sequence_breakers");
    if (given.is_string())
        given = parseJson(given.get<std::string>(), "sampling.dry_sequence_breakers");
    if (given.is_null())
        given = {"\n", ":", "\"", "*"};
    const auto isText = [](const Json& text) { return text.is_string() && !text.get_ref<const std::string&>().empty(); };
    if (!given.is_array() || given.size() > kMostBreakers || !std::all_of(given.begin(), given.end(), isText))
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "sequence breakers are a list of texts that are not empty"), "sampling.dry_sequence_breakers");
    Breakers breakers;
    if (texts) {
        for (const Json& breaker : given)
            addBreaker(breaker.get<std::string>().substr(0, kLongestBreaker), *texts, breakers);
    }
    return breakers;
}

class Dry final : public Sampler {
public:
    Dry(const SamplingSettings& settings, Breakers breakers)
        : m_multiplier(settings.number("dry_multiplier")), m_base(settings.number("dry_base")),
          m_allowed(static_cast<std::size_t>(settings.integer("dry_allowed_length"))), m_last(settings.integer("dry_penalty_last_n")),
          m_breakers(std::move(breakers))
    {
    }

    void apply(Candidates& candidates, const SamplingStep& step) override
    {
        const std::size_t window = m_last < 0 ? step.tokens.size() : std::min(static_cast<std::size_t>(m_last), step.tokens.size());
        if (window <= m_allowed)
            return;
        m_backwards.assign(step.tokens.rbegin(), step.tokens.rbegin() + static_cast<std::ptrdiff_t>(window));
        const std::size_t limit = lengthToBreaker();
        if (limit < m_allowed)
            return;
        measureRepetitions();
        std::unordered_map<TokenId, std::size_t> longest;
        for (std::size_t k = 1; k < m_backwards.size(); ++k) {
            const std::size_t length = std::min(m_repeated[k], limit);
            if (length >= m_allowed) {
                std::size_t& known = longest[m_backwards[k - 1]];
                known = std::max(known, length);
            }
        }
        const std::span<float> logits = candidates.change();
        for (const auto& [token, length] : longest) {
            const std::size_t place = candidates.find(token);
            if (place < logits.size() && !breaksAlone(token))
                logits[place] -= cost(length);
        }
    }

private:
    float cost(std::size_t length) const
    {
        double exponent = static_cast<double>(length - m_allowed);
        if (m_base > 1.000001)
            exponent = std::min(exponent, std::floor(kLargestLog / std::log(m_base)));
        return static_cast<float>(m_multiplier * std::pow(m_base, exponent));
    }

    bool breaksAlone(TokenId token) const
    {
        const auto found = m_breakers.find(token);
        return found != m_breakers.end() && std::any_of(found->second.begin(), found->second.end(), [](const auto& tail) { return tail.empty(); });
    }

    // How many tokens of the end of the text come after the last breaker.
    std::size_t lengthToBreaker() const
    {
        for (std::size_t i = 0; i < m_backwards.size(); ++i) {
            const auto found = m_breakers.find(m_backwards[i]);
            if (found == m_breakers.end())
                continue;
            std::optional<std::size_t> longest;
            for (const std::vector<TokenId>& tail : found->second) {
                const auto last = m_backwards.rend() - static_cast<std::ptrdiff_t>(i); // what comes after the token, forwards
                if (tail.size() <= i && std::equal(tail.begin(), tail.end(), last))
                    longest = std::max(longest.value_or(0), tail.size());
            }
            if (longest)
                return i - *longest;
        }
        return m_backwards.size();
    }

    // m_repeated[k]: how many tokens of the end occur again k tokens earlier (the Z function of the reversed text).
    void measureRepetitions()
    {
        const std::size_t n = m_backwards.size();
        m_repeated.assign(n, 0);
        std::size_t left = 0;
        std::size_t right = 0; // [left, right) is the match that reaches furthest
        for (std::size_t k = 1; k < n; ++k) {
            std::size_t length = k < right ? std::min(right - k, m_repeated[k - left]) : 0;
            while (k + length < n && m_backwards[length] == m_backwards[k + length])
                ++length;
            m_repeated[k] = length;
            if (k + length > right) {
                left = k;
                right = k + length;
            }
        }
    }

    double m_multiplier;
    double m_base;
    std::size_t m_allowed;
    int m_last;
    Breakers m_breakers;
    std::vector<TokenId> m_backwards; // the window, last token first
    std::vector<std::size_t> m_repeated;
};

std::unique_ptr<Sampler> make(const SamplingSettings& settings, const SamplerSetup& setup)
{
    if (settings.number("dry_multiplier") == 0 || settings.integer("dry_penalty_last_n") == 0)
        return nullptr;
    return std::make_unique<Dry>(settings, readBreakers(settings, setup.texts));
}

} // namespace

extern const SamplerKind dry_sampler;
const SamplerKind dry_sampler{
    .id = "dry",
    .title = CRUCIBLE_TR_NOOP("Sampling", "DRY"),
    .summary = CRUCIBLE_TR_NOOP("Sampling", "Makes repetitions the more improbable the longer they are."),
    .reference = "https://github.com/oobabooga/text-generation-webui/pull/5677",
    .params = kParams,
    .place = 40,
    .make = &make};

} // namespace crucible::generate
