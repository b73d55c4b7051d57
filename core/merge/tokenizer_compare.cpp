// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/chat_templates.h"
#include "merge/tokenizer_plan.h"
#include "merge/tokenizer_vocabulary.h"

#include <fmt/format.h>

#include <algorithm>

namespace crucible::merge {
namespace {

// "32 000"
std::string grouped(std::size_t count)
{
    std::string text = fmt::format("{}", count);
    for (std::size_t at = text.size(); at > 3; at -= 3)
        text.insert(at - 3, " ");
    return text;
}

VocabularyDiff difference(const Vocabulary& donor, const Vocabulary& other)
{
    constexpr std::size_t kExamples = 50;
    VocabularyDiff diff;
    for (const Vocabulary::Token& token : donor.tokens) {
        const std::int64_t id = other.idOf(token.text);
        ++(id < 0 ? diff.missing : id == token.id ? diff.same : diff.differentId);
        if (id != token.id && diff.examples.size() < kExamples)
            diff.examples.push_back({token.text, token.id, id});
    }
    return diff;
}

Sentence nameOf(const TokenizerInput& input)
{
    return input.isBase ? Sentence(CRUCIBLE_TR_NOOP("Problem", "the base model")) : Sentence(input.ref.toString());
}

// "a", "a and b", "a, b and c"
Sentence listOf(const std::vector<Sentence>& items)
{
    Sentence list = items.front();
    for (std::size_t i = 1; i < items.size(); ++i)
        list = i + 1 < items.size() ? Sentence(CRUCIBLE_TR_NOOP("Problem", "%1, %2"), list, items[i])
                                    : Sentence(CRUCIBLE_TR_NOOP("Problem", "%1 and %2"), list, items[i]);
    return list;
}

Sentence vocabularySentences(std::span<const TokenizerInput> inputs, std::size_t donor, const TokenizerComparison& comparison,
                             const std::vector<std::shared_ptr<const Vocabulary>>& vocabularies)
{
    std::vector<Sentence> unknown, sizes;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (vocabularies[i])
            sizes.push_back(
                {CRUCIBLE_TR_NOOP("Problem", "%1 has %2"), nameOf(inputs[i]), grouped(vocabularies[i]->tokens.size())});
        else
            unknown.push_back(nameOf(inputs[i]));
    }
    if (sizes.empty())
        return inputs.size() == 1 ? CRUCIBLE_TR_NOOP("Problem", "The model has no tokenizer that can be read.")
                                  : CRUCIBLE_TR_NOOP("Problem", "No model has a tokenizer that can be read.");
    Sentence text;
    if (sizes.size() == 1)
        text = {CRUCIBLE_TR_NOOP("Problem", "The tokenizer of %1 tokens."), sizes.front()};
    else if (comparison.sameVocabulary)
        text = {CRUCIBLE_TR_NOOP("Problem", "The tokenizers are the same, %1 tokens."),
                grouped(*std::max_element(comparison.sizes.begin(), comparison.sizes.end()))};
    else
        text = {CRUCIBLE_TR_NOOP("Problem", "The tokenizers differ: %1 tokens."), listOf(sizes)};
    if (!comparison.sameVocabulary && vocabularies[donor])
        text = {"%1 %2", text, Sentence(CRUCIBLE_TR_NOOP("Problem", "That of %1 is used."), nameOf(inputs[donor]))};
    if (!unknown.empty())
        text = {"%1 %2", text, Sentence(CRUCIBLE_TR_NOOP("Problem", "No tokenizer could be read for %1."), listOf(unknown))};
    return text;
}

Sentence chatTemplateSentence(std::span<const TokenizerInput> inputs, std::size_t donor, const TokenizerComparison& comparison,
                              const std::vector<std::optional<std::string>>& templates)
{
    if (!comparison.anyChatTemplate)
        return {};
    std::vector<Sentence> having;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (templates[i])
            having.push_back(nameOf(inputs[i]));
    }
    if (!templates[donor])
        return {having.size() == 1
                    ? CRUCIBLE_TR_NOOP("Problem", "Only %1 has a chat template, and the tokenizer comes from %2: the output has none.")
                    : CRUCIBLE_TR_NOOP("Problem", "Only %1 have a chat template, and the tokenizer comes from %2: the output has none."),
                listOf(having), nameOf(inputs[donor])};
    if (!comparison.sameChatTemplate && inputs[donor].isBase)
        return CRUCIBLE_TR_NOOP("Problem", "The chat templates differ. The base model's is used.");
    if (!comparison.sameChatTemplate)
        return {CRUCIBLE_TR_NOOP("Problem", "The chat templates differ. That of %1 is used."), inputs[donor].ref.toString()};
    if (having.size() > 1)
        return CRUCIBLE_TR_NOOP("Problem", "The chat templates are the same.");
    if (inputs[donor].isBase)
        return CRUCIBLE_TR_NOOP("Problem", "The chat template of the base model is used.");
    return {CRUCIBLE_TR_NOOP("Problem", "The chat template of %1 is used."), having.front()};
}

} // namespace

TokenizerComparison compareTokenizers(std::span<const TokenizerInput> inputs, std::size_t donor)
{
    TokenizerComparison comparison;
    if (inputs.empty())
        return comparison;
    std::vector<std::shared_ptr<const Vocabulary>> vocabularies;
    std::vector<std::optional<std::string>> templates;
    for (const TokenizerInput& input : inputs) {
        std::shared_ptr<const Vocabulary> vocabulary;
        try {
            vocabulary = readVocabulary(input.folder);
        } catch (const Error&) {
            // Counted as unknown: the comparison only informs.
        }
        comparison.allKnown = comparison.allKnown && vocabulary;
        comparison.sizes.push_back(vocabulary ? vocabulary->tokens.size() : 0);
        vocabularies.push_back(std::move(vocabulary));
        templates.push_back(chatTemplateOf(input.folder));
    }
    // The donor may lack what others have; then the first that has it stands in for the comparison.
    std::shared_ptr<const Vocabulary> reference = vocabularies[donor];
    std::optional<std::string> referenceTemplate = templates[donor];
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (!reference)
            reference = vocabularies[i];
        if (!referenceTemplate)
            referenceTemplate = templates[i];
    }
    comparison.anyChatTemplate = referenceTemplate.has_value();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        VocabularyDiff diff;
        if (vocabularies[i] && vocabularies[i] != reference) {
            diff = difference(*reference, *vocabularies[i]);
            if (diff.differentId > 0 || diff.missing > 0 || vocabularies[i]->tokens.size() != reference->tokens.size())
                comparison.sameVocabulary = false;
        } else if (vocabularies[i]) {
            diff.same = reference->tokens.size();
        }
        comparison.diffs.push_back(std::move(diff));
        if (templates[i] && templates[i] != referenceTemplate)
            comparison.sameChatTemplate = false;
    }
    comparison.vocabularyMessage = vocabularySentences(inputs, donor, comparison, vocabularies);
    comparison.chatTemplateMessage = chatTemplateSentence(inputs, donor, comparison, templates);
    return comparison;
}

} // namespace crucible::merge
