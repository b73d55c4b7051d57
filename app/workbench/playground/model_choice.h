// SPDX-License-Identifier: GPL-3.0-or-later
// Which model is to talk: a folder or a .gguf file, with an adapter perhaps; and what the model says of itself once it is
// loaded. Plain values, kept in the project as JSON.
#pragma once

#include <QJsonObject>
#include <QString>
#include <QStringList>

namespace crucible::workbench {

struct ModelChoice {
    QString path;    // absolute
    QString adapter; // absolute; empty: none
    QString name;    // as a person calls it; the file's name when empty

    bool isEmpty() const { return path.isEmpty(); }
    QString title() const; // "tiny-llama", "tiny-llama + my-adapter"
    bool operator==(const ModelChoice& other) const { return path == other.path && adapter == other.adapter; }
};

struct LoadedModel {
    QString family;
    QString dtype;
    QString device; // empty: the processor
    quint64 parameters = 0;
    quint64 weightBytes = 0;
    int context = 0; // tokens
    int vocabulary = 0;
    bool hasTokenizer = false;
    bool hasTemplate = false;
    QStringList templates; // names of the model's own
    double loadSeconds = 0;

    static LoadedModel fromJson(const QJsonObject& json);
    QString facts() const; // "llama · 1.10 B · bfloat16 · 2.0 GiB"
};

// What went wrong, where, and what to do about it.
struct ModelProblem {
    QString what, where, remedy;

    bool isEmpty() const { return what.isEmpty(); }
    static ModelProblem fromJson(const QJsonObject& json);
    QString toHtml() const;
    QString toText() const; // one part per line
};

QJsonObject toJson(const ModelChoice& choice);
ModelChoice modelChoiceFrom(const QJsonObject& json);

// Bytes of the weight files that loading would read; 0 when there are none to see.
quint64 weightBytesOf(const ModelChoice& choice);

} // namespace crucible::workbench
