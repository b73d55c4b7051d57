// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground/sample_conversation.h"

#include "playground/conversation.h"

#include <QJsonDocument>

#include <cmath>

namespace crucible::workbench {
namespace {

using namespace Qt::StringLiterals;

constexpr project::Time kWhen = 1'795'000'000; // the same in every picture
constexpr int kFirstId = 320;                  // of the tokens, invented like all else here

// A token with its probability, then what else was likely.
struct Choice {
    const char16_t* text;
    double probability;
    std::initializer_list<std::pair<const char16_t*, double>> others = {};
};
using Choices = std::initializer_list<Choice>;

QList<TokenRecord> tokens(Choices choices)
{
    QList<TokenRecord> made;
    int id = kFirstId;
    for (const Choice& choice : choices) {
        TokenRecord token;
        token.token = id;
        token.text = token.piece = QString::fromUtf16(choice.text);
        token.logprob = std::log(choice.probability);
        double left = 1, entropy = 0;
        const auto add = [&](int other, const QString& piece, double probability) {
            token.alternatives.append({other, piece, std::log(probability)});
            left -= probability;
            entropy -= probability * std::log(probability);
        };
        add(id, token.piece, choice.probability);
        int other = id + 1000;
        for (const auto& [piece, probability] : choice.others)
            add(other++, QString::fromUtf16(piece), probability);
        if (left > 0.001)
            entropy -= left * std::log(left / 40); // the rest, spread over a few dozen
        std::ranges::sort(token.alternatives, std::greater(), &TokenAlternative::logprob);
        token.entropy = entropy;
        made.append(token);
        ++id;
    }
    return made;
}

QString textOf(const QList<TokenRecord>& all)
{
    QString text;
    for (const TokenRecord& token : all)
        text += token.text;
    return text;
}

QList<TokenRecord> firstAnswer()
{
    return tokens({{u"Six", 0.58, {{u"You", 0.22}, {u"One", 0.11}, {u"A", 0.03}}},
                   {u" cups", 0.86, {{u".", 0.06}, {u" full", 0.04}}},
                   {u":", 0.31, {{u".", 0.44}, {u",", 0.12}}},
                   {u" 1", 0.66, {{u" the", 0.14}, {u" one", 0.08}}},
                   {u".", 0.97},
                   {u"5", 0.99},
                   {u" litres", 0.91, {{u" liters", 0.05}, {u" l", 0.02}}},
                   {u" are", 0.42, {{u" is", 0.39}, {u" equals", 0.09}, {u" make", 0.04}}},
                   {u" 1500", 0.88, {{u" one", 0.05}}},
                   {u" ml", 0.93, {{u" millilitres", 0.05}}},
                   {u",", 0.81, {{u";", 0.07}, {u" and", 0.06}}},
                   {u" and", 0.74, {{u" so", 0.15}, {u" which", 0.06}}},
                   {u" 1500", 0.71, {{u" that", 0.17}, {u" each", 0.05}}},
                   {u" divided", 0.62, {{u" /", 0.24}, {u" ÷", 0.08}}},
                   {u" by", 0.99},
                   {u" 250", 0.98},
                   {u" is", 0.79, {{u" gives", 0.11}, {u" makes", 0.05}}},
                   {u" 6", 0.96, {{u" six", 0.03}}},
                   {u".", 0.97}});
}

QList<TokenRecord> secondAnswer()
{
    return tokens({{u"One", 0.34, {{u"Six", 0.41}, {u"You", 0.13}}},
                   {u" and", 0.77, {{u" kettle", 0.12}, {u" point", 0.05}}},
                   {u" a", 0.98},
                   {u" half", 0.99},
                   {u" litres", 0.83, {{u" liters", 0.12}}},
                   {u" make", 0.04, {{u" is", 0.55}, {u" are", 0.21}, {u" equals", 0.12}}},
                   {u" 1500", 0.84, {{u" one", 0.08}}},
                   {u" ml", 0.95},
                   {u".", 0.52, {{u",", 0.33}, {u";", 0.06}}},
                   {u" Divided", 0.12, {{u" Each", 0.35}, {u" So", 0.18}, {u" 1500", 0.16}}},
                   {u" by", 0.97},
                   {u" 250", 0.94},
                   {u" ml", 0.41, {{u",", 0.38}, {u" that", 0.12}}},
                   {u",", 0.78, {{u" per", 0.12}}},
                   {u" that", 0.46, {{u" it", 0.21}, {u" you", 0.17}}},
                   {u" fills", 0.18, {{u" is", 0.39}, {u" makes", 0.27}}},
                   {u" six", 0.37, {{u" 6", 0.58}}},
                   {u" cups", 0.91, {{u" of", 0.05}}},
                   {u".", 0.94}});
}

std::string jsonText(const QJsonObject& json) { return QJsonDocument(json).toJson(QJsonDocument::Compact).toStdString(); }

Answer answerOf(const ModelChoice& model, const QList<TokenRecord>& all, double rate, double first)
{
    Answer answer;
    answer.model = model;
    answer.modelFacts = u"llama · 1.10 B · bfloat16"_s;
    answer.settings.sampling = {{u"temperature"_s, 0.7}, {u"top_p"_s, 0.95}, {u"min_p"_s, 0.05}};
    answer.seed = 7;
    answer.reason = u"stop_token"_s;
    answer.promptTokens = 46;
    answer.completionTokens = static_cast<int>(all.size());
    answer.prefillSeconds = first;
    answer.decodeSeconds = (answer.completionTokens - 1) / rate;
    answer.contextUsed = answer.promptTokens + answer.completionTokens;
    answer.context = 2048;
    return answer;
}

} // namespace

std::vector<project::ConversationSummary> sampleConversations()
{
    constexpr double kDay = 86'400;
    return {{"sample", "Cups in a kettle", "chat", "harbour-1.1b-slerp, harbour-1.1b-base", kWhen, kWhen, false},
            {"second", "A story that begins at the harbour", "completion", "harbour-1.1b-slerp", kWhen - kDay, kWhen - kDay, false},
            {"third", "How surprising is the licence?", "surprise", "harbour-1.1b-base", kWhen - 3 * kDay, kWhen - 3 * kDay, false}};
}

project::Conversation sampleConversation(int columns)
{
    project::Conversation talk;
    talk.id = "sample";
    talk.title = "Cups in a kettle";
    talk.mode = "chat";
    talk.created = talk.changed = kWhen;
    const QList<TokenRecord> answers[] = {firstAnswer(), secondAnswer()};
    const ModelChoice models[] = {{u"/models/harbour-1.1b-slerp"_s, {}, {}}, {u"/models/harbour-1.1b-base"_s, {}, {}}};
    const Answer facts[] = {answerOf(models[0], answers[0], 14.2, 0.38), answerOf(models[1], answers[1], 14.4, 0.37)};
    std::int64_t key = 1;
    for (int i = 0; i < std::min(columns, 2); ++i) {
        const auto add = [&](std::int64_t parent, const char* role, const QString& text, const Answer* how, const QList<TokenRecord>& thought) {
            talk.messages.push_back({key, parent, i, role, text.toStdString(), how ? jsonText(toJson(*how)) : std::string(),
                                     toJson(thought).toStdString(), kWhen});
            return key++;
        };
        const std::int64_t hello = add(0, "user", u"A kettle holds 1.5 litres. How many cups of 250 ml does it fill?"_s, nullptr, {});
        std::int64_t tip = add(hello, "assistant", u"About five."_s, &facts[i], {});
        tip = add(hello, "assistant", textOf(answers[i]), &facts[i], answers[i]);
        talk.columns.push_back({jsonText(toJson(models[i])), jsonText(toJson(facts[i].settings)), tip});
    }
    return talk;
}

} // namespace crucible::workbench
