// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground/generation.h"

#include "widgets/number_format.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
namespace format = widgets::format;

namespace {

constexpr int kAlternatives = 5; // that are shown of each token

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Playground)
};

QString toString(ConstraintKind kind)
{
    return kind == ConstraintKind::JsonSchema ? u"json_schema"_s : kind == ConstraintKind::Grammar ? u"grammar"_s : QString();
}

void addBeams(const GenerationSettings& settings, QJsonObject& json)
{
    json.insert(u"num_beams"_s, settings.beams);
    json.insert(u"length_penalty"_s, settings.lengthPenalty);
    json.insert(u"early_stopping"_s, settings.beamStop == BeamStop::NoneCan ? QJsonValue(u"never"_s) : QJsonValue(settings.beamStop == BeamStop::Enough));
}

struct ReadJson {
    QJsonDocument document;
    QString problem; // what is wrong with it, and in which line
};

ReadJson readJson(const QString& text)
{
    const QByteArray bytes = text.toUtf8();
    QJsonParseError error;
    ReadJson read{QJsonDocument::fromJson(bytes, &error), {}};
    if (read.document.isNull())
        read.problem = Words::tr("%1, in line %2.").arg(error.errorString()).arg(bytes.left(error.offset).count('\n') + 1);
    return read;
}

} // namespace

QString toString(PlaygroundMode mode)
{
    switch (mode) {
    case PlaygroundMode::Chat: return u"chat"_s;
    case PlaygroundMode::Completion: return u"completion"_s;
    case PlaygroundMode::Surprise: return u"surprise"_s;
    }
    return {};
}

PlaygroundMode playgroundModeFrom(const QString& text)
{
    if (text == "completion"_L1)
        return PlaygroundMode::Completion;
    return text == "surprise"_L1 ? PlaygroundMode::Surprise : PlaygroundMode::Chat;
}

void applyChange(GenerationSettings& settings, const GenerationSettings& before, const GenerationSettings& after)
{
    const auto take = [&](auto member) {
        if (!(before.*member == after.*member))
            settings.*member = after.*member;
    };
    take(&GenerationSettings::maxTokens);
    take(&GenerationSettings::seed);
    take(&GenerationSettings::stop);
    take(&GenerationSettings::templateName);
    take(&GenerationSettings::system);
    take(&GenerationSettings::constraintKind);
    take(&GenerationSettings::constraint);
    take(&GenerationSettings::variables);
    take(&GenerationSettings::tools);
    take(&GenerationSettings::beams);
    take(&GenerationSettings::lengthPenalty);
    take(&GenerationSettings::beamStop);
    for (const QString& name : before.sampling.keys() + after.sampling.keys()) {
        if (!after.sampling.contains(name))
            settings.sampling.remove(name);
        else if (before.sampling.value(name) != after.sampling.value(name))
            settings.sampling.insert(name, after.sampling.value(name));
    }
}

QJsonObject toJson(const GenerationSettings& settings)
{
    QJsonObject json{{u"sampling"_s, QJsonObject::fromVariantMap(settings.sampling)}, {u"max_tokens"_s, settings.maxTokens}};
    if (settings.seed)
        json.insert(u"seed"_s, *settings.seed);
    if (!settings.stop.isEmpty())
        json.insert(u"stop"_s, QJsonArray::fromStringList(settings.stop));
    if (!settings.templateName.isEmpty())
        json.insert(u"template"_s, settings.templateName);
    if (!settings.system.isEmpty())
        json.insert(u"system"_s, settings.system);
    if (settings.constraintKind != ConstraintKind::None || !settings.constraint.isEmpty()) {
        json.insert(u"constraint_kind"_s, toString(settings.constraintKind));
        json.insert(u"constraint"_s, settings.constraint);
    }
    if (!settings.variables.isEmpty())
        json.insert(u"variables"_s, settings.variables);
    if (!settings.tools.isEmpty())
        json.insert(u"tools"_s, settings.tools);
    if (settings.beams > 1)
        addBeams(settings, json);
    return json;
}

GenerationSettings generationSettingsFrom(const QJsonObject& json)
{
    GenerationSettings settings;
    settings.sampling = json.value("sampling"_L1).toObject().toVariantMap();
    settings.maxTokens = json.value("max_tokens"_L1).toInt(settings.maxTokens);
    if (const QJsonValue seed = json.value("seed"_L1); seed.isDouble())
        settings.seed = seed.toInteger();
    settings.stop = json.value("stop"_L1).toVariant().toStringList();
    settings.templateName = json.value("template"_L1).toString();
    settings.system = json.value("system"_L1).toString();
    const QString kind = json.value("constraint_kind"_L1).toString();
    settings.constraintKind = kind == "json_schema"_L1 ? ConstraintKind::JsonSchema
                              : kind == "grammar"_L1   ? ConstraintKind::Grammar
                                                       : ConstraintKind::None;
    settings.constraint = json.value("constraint"_L1).toString();
    settings.variables = json.value("variables"_L1).toString();
    settings.tools = json.value("tools"_L1).toString();
    settings.beams = std::max(1, json.value("num_beams"_L1).toInt(1));
    settings.lengthPenalty = json.value("length_penalty"_L1).toDouble(1);
    const QJsonValue stop = json.value("early_stopping"_L1);
    settings.beamStop = stop.isString() ? BeamStop::NoneCan : stop.toBool() ? BeamStop::Enough : BeamStop::NoBetter;
    return settings;
}

QString constraintProblem(const GenerationSettings& settings)
{
    if (settings.constraintKind == ConstraintKind::None || settings.beams > 1)
        return {};
    if (settings.constraint.trimmed().isEmpty())
        return settings.constraintKind == ConstraintKind::JsonSchema ? Words::tr("Write the JSON schema that answers must follow.")
                                                                     : Words::tr("Write the grammar that answers must follow.");
    if (settings.constraintKind == ConstraintKind::Grammar)
        return {};
    const ReadJson read = readJson(settings.constraint);
    if (!read.problem.isEmpty())
        return Words::tr("The schema is not JSON: %1").arg(read.problem);
    return read.document.isObject() ? QString() : Words::tr("The schema must be a JSON object.");
}

QString variablesProblem(const GenerationSettings& settings)
{
    if (settings.variables.trimmed().isEmpty())
        return {};
    const ReadJson read = readJson(settings.variables);
    if (!read.problem.isEmpty())
        return Words::tr("The variables are not JSON: %1").arg(read.problem);
    return read.document.isObject() ? QString() : Words::tr("The variables must be a JSON object, for example {\"enable_thinking\": false}.");
}

QString toolsProblem(const GenerationSettings& settings)
{
    if (settings.tools.trimmed().isEmpty())
        return {};
    const ReadJson read = readJson(settings.tools);
    if (!read.problem.isEmpty())
        return Words::tr("The tools are not JSON: %1").arg(read.problem);
    if (!read.document.isArray())
        return Words::tr("The tools must be a JSON list.");
    int number = 0;
    for (const auto& tool : read.document.array()) {
        ++number;
        if (!tool.isObject())
            return Words::tr("Tool %1 must be a JSON object.").arg(number);
        // As OpenAI writes them, {"type": "function", "function": {"name": ...}}, or the function alone.
        const QJsonObject object = tool.toObject();
        const QJsonObject function = object.contains("function"_L1) ? object.value("function"_L1).toObject() : object;
        if (function.value("name"_L1).toString().isEmpty())
            return Words::tr("Tool %1 has no name.").arg(number);
    }
    return {};
}

QString settingsProblem(const GenerationSettings& settings, PlaygroundMode mode)
{
    if (mode == PlaygroundMode::Surprise)
        return {};
    QStringList problems{constraintProblem(settings)};
    if (mode == PlaygroundMode::Chat)
        problems << variablesProblem(settings) << toolsProblem(settings);
    problems.removeAll(QString());
    return problems.value(0);
}

void addTemplateInputs(const GenerationSettings& settings, QJsonObject& request)
{
    request.insert(u"template"_s, settings.templateName.isEmpty() ? u"default"_s : settings.templateName);
    if (!settings.variables.trimmed().isEmpty() && variablesProblem(settings).isEmpty())
        request.insert(u"variables"_s, QJsonDocument::fromJson(settings.variables.toUtf8()).object());
    if (!settings.tools.trimmed().isEmpty() && toolsProblem(settings).isEmpty())
        request.insert(u"tools"_s, QJsonDocument::fromJson(settings.tools.toUtf8()).array());
}

QJsonObject generateRequest(const GenerationSettings& settings, qint64 seed)
{
    if (settings.beams > 1) {
        QJsonObject request{{u"op"_s, u"generate"_s}, {u"max_tokens"_s, settings.maxTokens}};
        addBeams(settings, request);
        return request;
    }
    QJsonObject request{{u"op"_s, u"generate"_s},
                        {u"sampling"_s, QJsonObject::fromVariantMap(settings.sampling)},
                        {u"max_tokens"_s, settings.maxTokens},
                        {u"seed"_s, seed},
                        {u"alternatives"_s, kAlternatives}};
    if (!settings.stop.isEmpty())
        request.insert(u"stop"_s, QJsonArray::fromStringList(settings.stop));
    if (settings.constraintKind == ConstraintKind::JsonSchema)
        request.insert(u"constraint"_s, QJsonObject{{u"json_schema"_s, QJsonDocument::fromJson(settings.constraint.toUtf8()).object()}});
    else if (settings.constraintKind == ConstraintKind::Grammar)
        request.insert(u"constraint"_s, QJsonObject{{u"grammar"_s, settings.constraint}});
    return request;
}

double Answer::tokensPerSecond() const
{
    return decodeSeconds > 0 && completionTokens > 1 ? (completionTokens - 1) / decodeSeconds : 0;
}

void Answer::takeEnd(const QJsonObject& event)
{
    if (event.value("event"_L1).toString() == "scored"_L1) {
        reason = event.value("cancelled"_L1).toBool() ? u"cancelled"_s : u"scored"_s;
        measured = true;
        completionTokens = event.value("tokens"_L1).toInt();
        loss = event.value("loss"_L1).toDouble();
        perplexity = event.value("perplexity"_L1).toDouble();
        bitsPerByte = event.value("bits_per_byte"_L1).toDouble();
        return;
    }
    reason = event.value("reason"_L1).toString();
    promptTokens = event.value("prompt_tokens"_L1).toInt();
    reusedTokens = event.value("reused_tokens"_L1).toInt();
    completionTokens = event.value("completion_tokens"_L1).toInt();
    prefillSeconds = event.value("prefill_seconds"_L1).toDouble();
    decodeSeconds = event.value(event.contains("seconds"_L1) ? "seconds"_L1 : "decode_seconds"_L1).toDouble(); // a search has no phases
    contextUsed = event.value("context_used"_L1).toInt();
    context = event.value("context"_L1).toInt();
}

QJsonObject toJson(const Answer& answer)
{
    QJsonObject json{{u"model"_s, toJson(answer.model)}, {u"settings"_s, toJson(answer.settings)}, {u"seed"_s, answer.seed},
                     {u"reason"_s, answer.reason}, {u"tokens"_s, answer.completionTokens}};
    if (!answer.modelFacts.isEmpty())
        json.insert(u"model_facts"_s, answer.modelFacts);
    if (!answer.device.isEmpty())
        json.insert(u"device"_s, answer.device);
    if (!answer.problem.isEmpty())
        json.insert(u"problem"_s, QJsonObject{{u"what"_s, answer.problem.what}, {u"where"_s, answer.problem.where}, {u"remedy"_s, answer.problem.remedy}});
    if (answer.measured) {
        json.insert(u"loss"_s, answer.loss);
        json.insert(u"perplexity"_s, answer.perplexity);
        json.insert(u"bits_per_byte"_s, answer.bitsPerByte);
    } else {
        json.insert(u"prompt_tokens"_s, answer.promptTokens);
        json.insert(u"reused_tokens"_s, answer.reusedTokens);
        json.insert(u"prefill_seconds"_s, answer.prefillSeconds);
        json.insert(u"decode_seconds"_s, answer.decodeSeconds);
        json.insert(u"context_used"_s, answer.contextUsed);
        json.insert(u"context"_s, answer.context);
    }
    return json;
}

Answer answerFrom(const QJsonObject& json)
{
    Answer answer;
    answer.model = modelChoiceFrom(json.value("model"_L1).toObject());
    answer.modelFacts = json.value("model_facts"_L1).toString();
    answer.device = json.value("device"_L1).toString();
    answer.settings = generationSettingsFrom(json.value("settings"_L1).toObject());
    answer.seed = json.value("seed"_L1).toInteger();
    answer.reason = json.value("reason"_L1).toString();
    answer.problem = ModelProblem::fromJson(json.value("problem"_L1).toObject());
    answer.completionTokens = json.value("tokens"_L1).toInt();
    answer.measured = json.contains("perplexity"_L1);
    answer.loss = json.value("loss"_L1).toDouble();
    answer.perplexity = json.value("perplexity"_L1).toDouble();
    answer.bitsPerByte = json.value("bits_per_byte"_L1).toDouble();
    answer.promptTokens = json.value("prompt_tokens"_L1).toInt();
    answer.reusedTokens = json.value("reused_tokens"_L1).toInt();
    answer.prefillSeconds = json.value("prefill_seconds"_L1).toDouble();
    answer.decodeSeconds = json.value("decode_seconds"_L1).toDouble();
    answer.contextUsed = json.value("context_used"_L1).toInt();
    answer.context = json.value("context"_L1).toInt();
    return answer;
}

QList<QStringList> howTable(const Answer& answer)
{
    QList<QStringList> rows;
    const auto add = [&](const QString& name, const QString& value) {
        if (!value.isEmpty())
            rows.append({name, value});
    };
    const GenerationSettings& settings = answer.settings;
    add(Words::tr("model"), answer.model.title());
    add(Words::tr("folder or file"), answer.model.path);
    add(Words::tr("adapter"), answer.model.adapter);
    add(Words::tr("about it"), answer.modelFacts);
    if (answer.measured) {
        add(Words::tr("loss"), format::loss(answer.loss));
        add(Words::tr("perplexity"), format::perplexity(answer.perplexity));
        add(Words::tr("bits per byte"), format::fixed(answer.bitsPerByte, 4));
        return rows;
    }
    if (settings.beams > 1) {
        add(u"num_beams"_s, QString::number(settings.beams));
        add(u"length_penalty"_s, format::number(settings.lengthPenalty));
    } else {
        for (auto value = settings.sampling.cbegin(); value != settings.sampling.cend(); ++value)
            add(value.key(), value->toString());
        add(u"seed"_s, answer.seed > 0 ? QString::number(answer.seed) : QString());
        add(u"stop"_s, settings.stop.join(u" | "_s));
    }
    add(u"max_tokens"_s, QString::number(settings.maxTokens));
    add(Words::tr("chat template"), settings.templateName);
    add(Words::tr("system prompt"), settings.system);
    add(Words::tr("answers must be"), settings.constraint);
    add(Words::tr("template variables"), settings.variables.simplified());
    add(Words::tr("tools"), settings.tools.simplified());
    add(Words::tr("tokens of the prompt"), answer.promptTokens > 0 ? format::count(answer.promptTokens) : QString());
    add(Words::tr("of them from the turn before"), answer.reusedTokens > 0 ? format::count(answer.reusedTokens) : QString());
    add(Words::tr("tokens of the answer"), answer.completionTokens > 0 ? format::count(answer.completionTokens) : QString());
    add(Words::tr("time to the first token"), answer.prefillSeconds > 0 ? format::duration(answer.prefillSeconds) : QString());
    add(Words::tr("speed"), answer.tokensPerSecond() > 0 ? format::tokenRate(answer.tokensPerSecond()) : QString());
    add(Words::tr("context used"), answer.context > 0 ? u"%1 / %2"_s.arg(format::count(answer.contextUsed), format::count(answer.context)) : QString());
    add(Words::tr("ended by"), answer.reason);
    return rows;
}

QString endText(const Answer& answer)
{
    if (answer.reason == "length"_L1)
        return Words::tr("cut at %n tokens", nullptr, answer.settings.maxTokens);
    if (answer.reason == "context"_L1)
        return Words::tr("the context is full");
    if (answer.reason == "cancelled"_L1)
        return Words::tr("stopped");
    if (answer.reason == "stop_string"_L1)
        return Words::tr("ended at a stop text");
    if (answer.reason == "grammar"_L1)
        return Words::tr("the grammar is complete");
    return {};
}

} // namespace crucible::workbench
