// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground/smoke_result.h"

#include "widgets/number_format.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <cmath>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using State = widgets::StateLabel::State;
namespace format = widgets::format;

namespace {

// A merge is a compromise: a text that it expects this much worse than its worst parent points to a mistake.
constexpr double kFarWorse = 1.5;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(SmokeTest)
};

} // namespace

QByteArray SmokeResult::toJson() const
{
    QJsonArray all;
    for (const Parent& parent : parents)
        all.append(QJsonObject{{u"name"_s, parent.name}, {u"perplexity"_s, parent.perplexity}, {u"problem"_s, parent.problem}});
    const char* templates[] = {"none", "works", "fails"};
    return QJsonDocument(QJsonObject{{u"version"_s, 1},
                                     {u"model_facts"_s, modelFacts},
                                     {u"problem"_s, QJsonObject{{u"what"_s, problem.what}, {u"where"_s, problem.where}, {u"remedy"_s, problem.remedy}}},
                                     {u"loaded"_s, loaded},
                                     {u"load_seconds"_s, loadSeconds},
                                     {u"written"_s, written},
                                     {u"tokens"_s, tokens},
                                     {u"tokens_per_second"_s, tokensPerSecond},
                                     {u"has_tokenizer"_s, hasTokenizer},
                                     {u"perplexity"_s, perplexity},
                                     {u"bits_per_byte"_s, bitsPerByte},
                                     {u"template"_s, QString::fromLatin1(templates[static_cast<int>(chatTemplate)])},
                                     {u"template_problem"_s, templateProblem},
                                     {u"parents"_s, all}})
        .toJson(QJsonDocument::Compact);
}

std::optional<SmokeResult> SmokeResult::fromJson(const QByteArray& json)
{
    const QJsonObject object = QJsonDocument::fromJson(json).object();
    if (object.isEmpty())
        return std::nullopt;
    SmokeResult result;
    result.modelFacts = object.value("model_facts"_L1).toString();
    result.problem = ModelProblem::fromJson(object.value("problem"_L1).toObject());
    result.loaded = object.value("loaded"_L1).toBool();
    result.loadSeconds = object.value("load_seconds"_L1).toDouble();
    result.written = object.value("written"_L1).toString();
    result.tokens = object.value("tokens"_L1).toInt();
    result.tokensPerSecond = object.value("tokens_per_second"_L1).toDouble();
    result.hasTokenizer = object.value("has_tokenizer"_L1).toBool();
    result.perplexity = object.value("perplexity"_L1).toDouble();
    result.bitsPerByte = object.value("bits_per_byte"_L1).toDouble();
    const QString name = object.value("template"_L1).toString();
    result.chatTemplate = name == "works"_L1 ? Template::Works : name == "fails"_L1 ? Template::Fails : Template::None;
    result.templateProblem = object.value("template_problem"_L1).toString();
    for (const auto& value : object.value("parents"_L1).toArray())
        result.parents.append({value[u"name"_s].toString(), value[u"perplexity"_s].toDouble(), value[u"problem"_s].toString()});
    return result;
}

QList<SmokeResult::Finding> SmokeResult::findings() const
{
    QList<Finding> all;
    if (!loaded) {
        all.append({State::Failed, Words::tr("It can not be loaded: %1").arg(problem.what)});
        return all;
    }
    all.append({State::Done, Words::tr("It loads in %1.").arg(format::duration(loadSeconds))});
    if (!problem.isEmpty())
        all.append({State::Failed, Words::tr("It stopped working: %1").arg(problem.what)});
    if (!hasTokenizer) {
        all.append({State::Warning, Words::tr("It has no tokenizer, so no text can be tried.")});
        return all;
    }
    if (tokens > 0)
        all.append({State::Done, Words::tr("It writes, at %1.").arg(format::tokenRate(tokensPerSecond))});
    if (perplexity > 0) {
        double worstParent = 0;
        QStringList others;
        for (const Parent& parent : parents) {
            others << Words::tr("%1 %2").arg(parent.name, parent.perplexity > 0 ? format::perplexity(parent.perplexity) : format::missing());
            worstParent = std::max(worstParent, parent.perplexity);
        }
        const QString own = format::perplexity(perplexity);
        if (worstParent <= 0)
            all.append({State::Done, Words::tr("Its perplexity on a short text is %1.").arg(own)});
        else if (perplexity > worstParent * kFarWorse)
            all.append({State::Warning, Words::tr("Its perplexity on a short text is %1, far worse than its parents' (%2). The merge may have damaged it.").arg(own, others.join(u", "_s))});
        else
            all.append({State::Done, Words::tr("Its perplexity on a short text is %1, like its parents' (%2).").arg(own, others.join(u", "_s))});
    } else if (problem.isEmpty()) {
        all.append({State::Failed, Words::tr("It gives no usable probabilities for a plain text.")});
    }
    switch (chatTemplate) {
    case Template::Works: all.append({State::Done, Words::tr("Its chat template works.")}); break;
    case Template::Fails: all.append({State::Warning, Words::tr("Its chat template does not work: %1").arg(templateProblem)}); break;
    case Template::None: all.append({State::Info, Words::tr("It has no chat template.")}); break;
    }
    return all;
}

widgets::StateLabel::State SmokeResult::worst() const
{
    State worst = State::Done;
    for (const Finding& finding : findings()) {
        if (finding.state == State::Failed)
            return State::Failed;
        if (finding.state == State::Warning)
            worst = State::Warning;
    }
    return worst;
}

} // namespace crucible::workbench
