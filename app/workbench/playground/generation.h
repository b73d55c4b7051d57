// SPDX-License-Identifier: GPL-3.0-or-later
// How an answer is to be made, and how one was made: plain values that go to the worker and into the project as JSON.
#pragma once

#include "playground/model_choice.h"

#include <QJsonObject>
#include <QStringList>
#include <QVariantMap>

#include <optional>

namespace crucible::workbench {

enum class PlaygroundMode { Chat, Completion, Surprise };
QString toString(PlaygroundMode mode); // "chat", "completion", "surprise"
PlaygroundMode playgroundModeFrom(const QString& text);

enum class ConstraintKind { None, JsonSchema, Grammar };

// When a search with beams ends: see "early_stopping" of the worker.
enum class BeamStop { NoBetter, Enough, NoneCan };

struct GenerationSettings {
    QVariantMap sampling; // by the names of the samplers' schema; what is absent has its default
    int maxTokens = 512;
    std::optional<qint64> seed; // absent: another one for each answer
    QStringList stop;
    QString templateName; // "default" is the model's own; else one of the library
    QString system;       // the system prompt
    ConstraintKind constraintKind = ConstraintKind::None;
    QString constraint;
    QString variables; // JSON as it was typed: an object with variables of the template
    QString tools;     // JSON as it was typed: a list of what the model may call
    int beams = 1;     // above 1: a search for the most probable text, without samplers, stop texts and constraint
    double lengthPenalty = 1;
    BeamStop beamStop = BeamStop::NoBetter;

    bool operator==(const GenerationSettings&) const = default;
};

// Makes the change from `before` to `after` in `settings`, and leaves alone what stayed the same between the two.
void applyChange(GenerationSettings& settings, const GenerationSettings& before, const GenerationSettings& after);

QJsonObject toJson(const GenerationSettings& settings);
GenerationSettings generationSettingsFrom(const QJsonObject& json);

// What the worker is asked; the texts to go on from are added by the caller. `seed` as it was drawn.
QJsonObject generateRequest(const GenerationSettings& settings, qint64 seed);
// Why a part can not be sent; empty when it can.
QString constraintProblem(const GenerationSettings& settings);
QString variablesProblem(const GenerationSettings& settings);
QString toolsProblem(const GenerationSettings& settings);
// The first of these for the mode: a completion has no template, a measurement has no settings.
QString settingsProblem(const GenerationSettings& settings, PlaygroundMode mode);
// What a chat template reads besides the messages: adds "template", "variables" and "tools" to a request.
void addTemplateInputs(const GenerationSettings& settings, QJsonObject& request);

// How a message was made.
struct Answer {
    ModelChoice model;
    QString modelFacts; // "llama · 1.10 B · bfloat16"
    QString device;     // empty: the processor
    GenerationSettings settings;
    qint64 seed = 0;
    QString reason; // "stop_token", "length", "cancelled", ..., "error"; empty while it is being made, and for what a person wrote
    ModelProblem problem;
    int promptTokens = 0;
    int reusedTokens = 0; // of the prompt, from the turn before
    int completionTokens = 0;
    double prefillSeconds = 0; // to the first token
    double decodeSeconds = 0;
    int contextUsed = 0;
    int context = 0;
    // Of a text whose surprise was measured.
    double loss = 0; // mean, nats
    double perplexity = 0;
    double bitsPerByte = 0;
    bool measured = false;

    bool isMade() const { return !reason.isEmpty(); }
    double tokensPerSecond() const;
    void takeEnd(const QJsonObject& event); // "finished" or "scored"
};

QJsonObject toJson(const Answer& answer);
Answer answerFrom(const QJsonObject& json);
// How it was made, for a table: model, settings, seed, counts and times.
QList<QStringList> howTable(const Answer& answer);
// "stopped", "reached the limit of 512 tokens": how it ended, when that is worth saying; else empty.
QString endText(const Answer& answer);

} // namespace crucible::workbench
