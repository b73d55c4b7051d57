// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/tokenizer_plan.h"

#include "base/text.h"
#include "formats/model_folder.h"
#include "merge/tokenizer_files.h"
#include "merge/tokenizer_vocabulary.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>
#include <set>
#include <unordered_set>

namespace crucible::merge {
namespace {

using recipe::TokenizerRequest;
using recipe::TokenRule;

constexpr std::size_t kShown = 5; // examples in a message

// A token as people can read it in a message.
std::string shown(std::string_view token)
{
    return toJsonText(Json(std::string(token.substr(0, 80))));
}

std::int64_t rowsFromConfig(const std::filesystem::path& folder)
{
    try {
        const formats::ModelConfig config = formats::ModelConfig::read(folder);
        for (const char* key : {"vocab_size", "text_config.vocab_size"}) {
            if (const std::optional<std::int64_t> rows = config.integer(key); rows && *rows > 0)
                return *rows;
        }
    } catch (const Error&) {
        // Without a config the vocabulary alone decides; the planner reports the config itself.
    }
    return std::numeric_limits<std::int64_t>::max();
}

class Builder {
public:
    Builder(const TokenizerRequest& request, std::span<const TokenizerInput> inputs, Problems& problems)
        : m_request(request), m_inputs(inputs), m_problems(problems)
    {
    }

    std::shared_ptr<const TokenizerPlan> build();

private:
    struct Model {
        std::shared_ptr<const Vocabulary> vocabulary;
        std::int64_t rows = 0; // of its embedding
    };

    void error(recipe::Position position, Sentence message, Sentence hint);
    void warning(Sentence message, Sentence hint);
    bool loadModels();
    std::optional<std::size_t> findInput(const recipe::ModelRef& ref) const;
    bool chooseSource();
    void startFromSource();
    void tellOfLostTokens();
    void addToken(AddedToken token);
    void addUnion();
    void addNamedTokens();
    bool checkSource();

    std::int64_t ownRow(std::size_t model, std::string_view token) const;
    std::optional<RowSource> ruledRow(const TokenRule& rule);
    RowSource defaultRow(std::string_view token);
    void mapRows();
    void compare();

    const TokenizerRequest& m_request;
    std::span<const TokenizerInput> m_inputs;
    Problems& m_problems;
    std::vector<Model> m_models;
    std::size_t m_base = 0;     // the input whose vocabulary is "base"
    bool m_hasBase = false;     // the recipe names a base model
    std::size_t m_source = 0;
    std::vector<std::string> m_tokens;
    std::unordered_map<std::string, std::int64_t> m_ids;
    std::vector<std::pair<std::string, std::int64_t>> m_output; // every token with its id, also several for one id
    VocabularyChange m_change;
    std::set<std::string> m_addedContents;
    std::int64_t m_nextId = 0; // after the largest id in use
    std::vector<std::string> m_nowhere; // tokens that no input has and no rule gives a row
    std::shared_ptr<TokenizerPlan> m_plan = std::make_shared<TokenizerPlan>();
};

void Builder::error(recipe::Position position, Sentence message, Sentence hint)
{
    Problem problem;
    problem.where = "tokenizer";
    problem.say(std::move(message), std::move(hint));
    problem.line = position.line;
    problem.column = position.column;
    m_problems.add(std::move(problem));
}

void Builder::warning(Sentence message, Sentence hint)
{
    Problem problem;
    problem.severity = Severity::Warning;
    problem.where = "tokenizer";
    problem.say(std::move(message), std::move(hint));
    problem.line = m_request.position.line;
    problem.column = m_request.position.column;
    m_problems.add(std::move(problem));
}

bool Builder::loadModels()
{
    const auto base = std::find_if(m_inputs.begin(), m_inputs.end(), [](const TokenizerInput& input) { return input.isBase; });
    m_hasBase = base != m_inputs.end();
    const auto first = std::find_if(m_inputs.begin(), m_inputs.end(), [](const TokenizerInput& input) { return !input.tokenizerOnly; });
    if (first == m_inputs.end())
        return false;
    m_base = static_cast<std::size_t>((m_hasBase ? base : first) - m_inputs.begin());
    bool sound = true;
    for (const TokenizerInput& input : m_inputs) {
        Model model;
        model.rows = input.tokenizerOnly       ? std::numeric_limits<std::int64_t>::max()
                     : input.embeddingRows > 0 ? input.embeddingRows
                                               : rowsFromConfig(input.folder);
        try {
            model.vocabulary = readVocabulary(input.folder);
        } catch (const Error& problem) {
            error(m_request.position, problem.said(), problem.advice());
            sound = false;
        }
        m_models.push_back(std::move(model));
    }
    if (!sound)
        return false;
    if (!m_models[m_base].vocabulary) {
        error(
            m_request.position,
            {CRUCIBLE_TR_NOOP("Problem", "%1 has no tokenizer.json and no tokenizer.model"),
             m_inputs[m_base].ref.toString()},
            CRUCIBLE_TR_NOOP(
                "Problem", "Put the tokenizer's files into its folder, or remove the tokenizer keys from the recipe"));
        return false;
    }
    for (std::size_t i = 0; i < m_models.size(); ++i) {
        if (m_models[i].vocabulary || m_inputs[i].tokenizerOnly)
            continue;
        warning({CRUCIBLE_TR_NOOP("Problem", "%1 has no tokenizer that can be read; it is taken to have that of %2"),
                 m_inputs[i].ref.toString(), m_inputs[m_base].ref.toString()},
                CRUCIBLE_TR_NOOP("Problem", "Put its tokenizer.json into its folder"));
        m_models[i].vocabulary = m_models[m_base].vocabulary;
    }
    return true;
}

std::optional<std::size_t> Builder::findInput(const recipe::ModelRef& ref) const
{
    for (std::size_t i = 0; i < m_inputs.size(); ++i) {
        if (m_inputs[i].ref == ref)
            return i;
    }
    // The tokenizer of a model with an adapter is the model's.
    for (std::size_t i = 0; i < m_inputs.size(); ++i) {
        if (m_inputs[i].ref.model == ref.model && m_inputs[i].ref.revision == ref.revision && ref.lora.empty())
            return i;
    }
    return std::nullopt;
}

bool Builder::chooseSource()
{
    m_source = m_base;
    if (m_request.source != TokenizerRequest::Source::Model)
        return true;
    const std::optional<std::size_t> found = findInput(m_request.model);
    if (!found) {
        error(m_request.model.position,
              {CRUCIBLE_TR_NOOP("Problem", "The tokenizer's source %1 is not part of the merge"),
               m_request.model.toString()},
              CRUCIBLE_TR_NOOP("Problem", "Name one of the merged models, `base` or `union`"));
        return false;
    }
    m_source = *found;
    if (!m_models[m_source].vocabulary) {
        error(m_request.model.position,
              {CRUCIBLE_TR_NOOP("Problem", "%1 has no tokenizer.json and no tokenizer.model"),
               m_request.model.toString()},
              CRUCIBLE_TR_NOOP("Problem", "Put the tokenizer's files into its folder"));
        return false;
    }
    return true;
}

void Builder::startFromSource()
{
    const Model& source = m_models[m_source];
    for (const Vocabulary::Token& token : source.vocabulary->tokens) {
        if (token.id >= source.rows)
            m_change.removed.insert(token.text);
        else if (m_ids.emplace(token.text, token.id).second)
            m_output.emplace_back(token.text, token.id);
    }
    for (const auto& [text, id] : m_output)
        m_nextId = std::max(m_nextId, id + 1);
    for (const AddedToken& token : source.vocabulary->added) {
        if (m_ids.contains(token.content))
            m_addedContents.insert(token.content);
    }
}

// A token that the source has no row for comes back when another model has one, or a rule names it.
void Builder::tellOfLostTokens()
{
    std::vector<std::string> lost;
    std::copy_if(m_change.removed.begin(), m_change.removed.end(), std::back_inserter(lost),
                 [&](const std::string& token) { return !m_ids.contains(token); });
    if (!lost.empty())
        warning(
            {CRUCIBLE_TR_NOOP("Problem",
                              "%1 tokens of %2 have no row in its embedding (%3 rows) and are left out, such as %4"),
             lost.size(), m_inputs[m_source].ref.toString(), m_models[m_source].rows, shown(lost.front())},
            "");
}

// A token that is in the vocabulary already keeps its id and becomes an added token.
void Builder::addToken(AddedToken token)
{
    if (!m_addedContents.insert(token.content).second)
        return;
    const auto known = m_ids.find(token.content);
    if (known != m_ids.end()) {
        token.id = known->second;
    } else {
        token.id = m_nextId++;
        m_ids.emplace(token.content, token.id);
        m_output.emplace_back(token.content, token.id);
    }
    m_change.added.push_back(std::move(token));
}

void Builder::addUnion()
{
    std::map<std::string, AddedToken> added; // the first model's settings count
    std::vector<std::string> addedOrder;
    std::set<std::string> differing;
    for (std::size_t i = 0; i < m_models.size(); ++i) {
        if (m_inputs[i].tokenizerOnly)
            continue;
        for (const AddedToken& token : m_models[i].vocabulary->added) {
            if (token.id >= m_models[i].rows)
                continue;
            const auto [known, fresh] = added.emplace(token.content, token);
            if (fresh)
                addedOrder.push_back(token.content);
            else if (!known->second.sameSettings(token))
                differing.insert(token.content);
        }
    }
    for (std::size_t i = 0; i < m_models.size(); ++i) {
        if (m_inputs[i].tokenizerOnly)
            continue;
        for (const Vocabulary::Token& token : m_models[i].vocabulary->tokens) {
            if (token.id >= m_models[i].rows || added.contains(token.text) || m_ids.contains(token.text))
                continue;
            AddedToken ordinary;
            ordinary.content = token.text;
            addToken(std::move(ordinary));
        }
    }
    for (const std::string& content : addedOrder)
        addToken(added.at(content));
    if (!differing.empty())
        warning({CRUCIBLE_TR_NOOP(
                     "Problem",
                     "%1 added tokens have other settings in other models, such as %2; the first model's are used"),
                 differing.size(), shown(*differing.begin())},
                "");
}

void Builder::addNamedTokens()
{
    for (const TokenRule& rule : m_request.tokens) {
        if (m_ids.contains(rule.token))
            continue;
        AddedToken token;
        token.content = rule.token;
        addToken(std::move(token));
    }
}

bool Builder::checkSource()
{
    if (m_models[m_source].vocabulary->isTokenizerJson() || m_change.empty())
        return true;
    const bool removes = m_change.added.empty();
    error(
        m_request.position,
        {removes ? CRUCIBLE_TR_NOOP("Problem", "%1 has only a %2, from which tokens can not be removed")
                 : CRUCIBLE_TR_NOOP("Problem", "%1 has only a %2, to which tokens can not be added"),
         m_inputs[m_source].ref.toString(), m_models[m_source].vocabulary->file},
        CRUCIBLE_TR_NOOP(
            "Problem",
            "Put a tokenizer.json into its folder (loading the tokenizer with transformers and saving it writes one)"));
    return false;
}

// -1 when the model has no row for the token.
std::int64_t Builder::ownRow(std::size_t model, std::string_view token) const
{
    if (m_inputs[model].tokenizerOnly)
        return -1;
    const std::int64_t id = m_models[model].vocabulary->idOf(token);
    return id < m_models[model].rows ? id : -1;
}

RowSource rowOf(std::size_t model, std::int64_t row)
{
    RowSource source;
    source.kind = RowSource::Kind::Row;
    source.ref = {static_cast<std::uint32_t>(model), static_cast<std::uint32_t>(row)};
    return source;
}

std::optional<RowSource> Builder::ruledRow(const TokenRule& rule)
{
    if (rule.kind == TokenRule::Kind::Zero)
        return RowSource{};
    const std::optional<std::size_t> model = findInput(rule.model);
    if (!model || m_inputs[*model].tokenizerOnly) {
        error(rule.model.position,
              {CRUCIBLE_TR_NOOP("Problem", "The token %1 takes its row from %2, which is not part of the merge"),
               shown(rule.token), rule.model.toString()},
              CRUCIBLE_TR_NOOP("Problem", "Name one of the merged models"));
        return std::nullopt;
    }
    if (rule.sourceTokenId) {
        if (*rule.sourceTokenId >= m_models[*model].rows) {
            error(rule.position,
                  {CRUCIBLE_TR_NOOP("Problem", "The token %1 takes row %2 of %3, which has %4 rows"), shown(rule.token),
                   *rule.sourceTokenId, rule.model.toString(), m_models[*model].rows},
                  CRUCIBLE_TR_NOOP("Problem", "Rows are counted from 0"));
            return std::nullopt;
        }
        return rowOf(*model, *rule.sourceTokenId);
    }
    const std::string& wanted = rule.kind == TokenRule::Kind::ModelToken ? rule.sourceToken : rule.token;
    const std::int64_t row = ownRow(*model, wanted);
    if (row < 0) {
        error(rule.position, {CRUCIBLE_TR_NOOP("Problem", "%1 has no token %2"), rule.model.toString(), shown(wanted)},
              CRUCIBLE_TR_NOOP("Problem", "Choose another source for it, or `kind: zero`"));
        return std::nullopt;
    }
    return rowOf(*model, row);
}

// For models that lack the token: the only model that has it, else the base model, else the mean of all that have it.
RowSource Builder::defaultRow(std::string_view token)
{
    std::vector<RowRef> having;
    for (std::size_t i = 0; i < m_models.size(); ++i) {
        const std::int64_t row = ownRow(i, token);
        if (row < 0)
            continue;
        if (m_hasBase && i == m_base)
            return rowOf(i, row);
        having.push_back({static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(row)});
    }
    if (having.empty())
        m_nowhere.push_back(std::string(token));
    if (having.size() == 1)
        return rowOf(having.front().model, having.front().row);
    RowSource source;
    if (having.size() > 1) {
        source.kind = RowSource::Kind::Mean;
        source.mean = static_cast<std::uint32_t>(m_plan->means.size());
        m_plan->means.push_back(std::move(having));
    }
    return source;
}

void Builder::mapRows()
{
    const auto used = static_cast<std::size_t>(m_nextId);
    m_plan->vocabSize = used;
    if (const auto multiple = static_cast<std::size_t>(m_request.padToMultipleOf); multiple > 0)
        m_plan->vocabSize = (used + multiple - 1) / multiple * multiple;
    m_plan->tokens.resize(used);
    RowSource padding;
    padding.kind = RowSource::Kind::MeanOfAll;
    m_plan->rows.assign(m_models.size(), std::vector<RowSource>(m_plan->vocabSize, padding));

    std::unordered_map<std::string_view, const TokenRule*> rules;
    for (const TokenRule& rule : m_request.tokens)
        rules.emplace(rule.token, &rule);
    for (const auto& [text, id] : m_output) {
        const auto at = static_cast<std::size_t>(id);
        if (!m_plan->tokens[at].empty())
            continue; // a second name of the same id
        m_plan->tokens[at] = text;
        const auto found = rules.find(text);
        const TokenRule* rule = found == rules.end() ? nullptr : found->second;
        const bool force = rule && rule->force;
        std::optional<RowSource> fallback;
        if (rule && rule->hasSource)
            fallback = ruledRow(*rule);
        for (std::size_t i = 0; i < m_models.size(); ++i) {
            const std::int64_t own = ownRow(i, text);
            if (own >= 0 && !force) {
                m_plan->rows[i][at] = rowOf(i, own);
                continue;
            }
            if (!fallback)
                fallback = defaultRow(text);
            m_plan->rows[i][at] = *fallback;
        }
    }
    if (!m_nowhere.empty()) {
        std::vector<std::string> examples;
        for (std::size_t i = 0; i < std::min(kShown, m_nowhere.size()); ++i)
            examples.push_back(shown(m_nowhere[i]));
        warning({CRUCIBLE_TR_NOOP("Problem", "%1 tokens are in no merged model and get rows of zeros: %2%3"),
                 m_nowhere.size(), fmt::format("{}", fmt::join(examples, ", ")),
                 m_nowhere.size() > kShown ? ", ..." : ""},
                CRUCIBLE_TR_NOOP("Problem", "Give them a `source` under `tokenizer: tokens:`"));
    }
}

void Builder::compare()
{
    constexpr std::size_t kExamples = 50;
    for (std::size_t i = 0; i < m_models.size(); ++i) {
        VocabularyDiff diff;
        for (const auto& [text, id] : m_output) {
            const std::int64_t own = m_models[i].vocabulary ? m_models[i].vocabulary->idOf(text) : -1;
            ++(own < 0 ? diff.missing : own == id ? diff.same : diff.differentId);
            if (own != id && diff.examples.size() < kExamples)
                diff.examples.push_back({text, id, own});
        }
        m_plan->diffs.push_back(std::move(diff));
    }
}

std::shared_ptr<const TokenizerPlan> Builder::build()
{
    if (m_inputs.empty() || !loadModels() || !chooseSource())
        return nullptr;
    startFromSource();
    if (m_request.source == TokenizerRequest::Source::Union)
        addUnion();
    addNamedTokens();
    tellOfLostTokens();
    const std::size_t before = m_problems.all().size();
    if (!checkSource())
        return nullptr;
    m_plan->source = m_source;
    m_plan->sourceFolder = m_inputs[m_source].folder;
    for (const Model& model : m_models)
        m_plan->inputRows.push_back(model.rows);
    mapRows();
    compare();
    const auto isError = [](const Problem& problem) { return problem.severity == Severity::Error; };
    if (std::any_of(m_problems.all().begin() + static_cast<std::ptrdiff_t>(before), m_problems.all().end(), isError))
        return nullptr;
    try {
        m_plan->files = tokenizerFiles(m_inputs[m_source].folder, m_change);
    } catch (const Error& problem) {
        error(m_request.position, problem.said(), problem.advice());
        return nullptr;
    }
    return m_plan;
}

} // namespace

bool TokenizerPlan::isIdentity(std::size_t input) const
{
    if (inputRows[input] != static_cast<std::int64_t>(vocabSize))
        return false;
    const std::vector<RowSource>& map = rows[input];
    for (std::size_t id = 0; id < map.size(); ++id) {
        if (map[id].kind != RowSource::Kind::Row || map[id].ref.model != input || map[id].ref.row != id)
            return false;
    }
    return true;
}

std::shared_ptr<const TokenizerPlan> planTokenizer(const TokenizerRequest& request, std::span<const TokenizerInput> inputs,
                                                   Problems& problems)
{
    return Builder(request, inputs, problems).build();
}

} // namespace crucible::merge
