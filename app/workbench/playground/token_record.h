// SPDX-License-Identifier: GPL-3.0-or-later
// What a model thought at one token, as the worker tells it and as the project keeps it.
#pragma once

#include <QJsonObject>
#include <QList>
#include <QString>

#include <limits>

namespace crucible::workbench {

struct TokenAlternative {
    int token = 0;
    QString text; // what a person sees of it: what it would add to the text, or its piece where that is nothing
    double logprob = 0; // natural logarithm, of the model's own distribution
};

struct TokenRecord {
    int token = 0;
    QString text;  // what it added to the text; empty in the middle of a character
    QString piece; // as the vocabulary writes it
    double logprob = std::numeric_limits<double>::quiet_NaN(); // NaN: the model did not choose it
    double entropy = std::numeric_limits<double>::quiet_NaN(); // nats
    QList<TokenAlternative> alternatives;                      // the likeliest first

    bool hasProbability() const { return logprob == logprob; }
    double probability() const; // 0 to 1; NaN where there is none
    double entropyBits() const;
    int rank() const; // among the alternatives, from 1; 0 when it is not among them
};

TokenRecord tokenRecordFrom(const QJsonObject& event);

// For the project: compact, and readable by who opens the database.
QByteArray toJson(const QList<TokenRecord>& tokens);
QList<TokenRecord> tokenRecordsFrom(const QByteArray& json);

// A piece for a person: with quotes, line breaks and blanks made visible.
QString quotedPiece(const QString& text);

} // namespace crucible::workbench
