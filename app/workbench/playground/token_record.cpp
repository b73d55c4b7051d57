// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground/token_record.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <cmath>

namespace crucible::workbench {

using namespace Qt::StringLiterals;

namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

double numberOr(const QJsonValue& value, double other) { return value.isDouble() ? value.toDouble() : other; }

// Four digits after the point say all there is to see, in half the room.
void addNumber(QByteArray& json, double value)
{
    json += std::isfinite(value) ? QByteArray::number(std::round(value * 1e4) / 1e4, 'g', 10) : QByteArrayLiteral("null");
}

void addText(QByteArray& json, const QString& text)
{
    json += '"';
    for (const char c : text.toUtf8()) {
        if (c == '"' || c == '\\') {
            json += '\\';
            json += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            json += "\\u00" + QByteArray(1, c).toHex();
        } else {
            json += c;
        }
    }
    json += '"';
}

} // namespace

double TokenRecord::probability() const { return std::exp(logprob); }

double TokenRecord::entropyBits() const { return entropy / std::log(2.0); }

int TokenRecord::rank() const
{
    for (qsizetype i = 0; i < alternatives.size(); ++i)
        if (alternatives[i].token == token)
            return static_cast<int>(i) + 1;
    return 0;
}

TokenRecord tokenRecordFrom(const QJsonObject& event)
{
    TokenRecord record;
    record.token = event.value("token"_L1).toInt();
    record.text = event.value("text"_L1).toString();
    record.piece = event.value("piece"_L1).toString();
    record.logprob = numberOr(event.value("logprob"_L1), kUnknown);
    record.entropy = numberOr(event.value("entropy"_L1), kUnknown);
    for (const auto& value : event.value("alternatives"_L1).toArray()) {
        const QJsonObject other = value.toObject();
        const QString text = other.value("text"_L1).toString();
        record.alternatives.append({other.value("token"_L1).toInt(), text.isEmpty() ? other.value("piece"_L1).toString() : text,
                                    numberOr(other.value("logprob"_L1), -INFINITY)});
    }
    return record;
}

// [[token, text, piece, logprob, entropy, [[token, text, logprob], ...]], ...]
QByteArray toJson(const QList<TokenRecord>& tokens)
{
    if (tokens.isEmpty())
        return {};
    // Written by hand: a long answer has tens of thousands of these, and the window waits.
    QByteArray json = "[";
    for (const TokenRecord& token : tokens) {
        json += (json.size() > 1 ? ",[" : "[") + QByteArray::number(token.token) + ',';
        addText(json, token.text);
        json += ',';
        addText(json, token.piece);
        json += ',';
        addNumber(json, token.logprob);
        json += ',';
        addNumber(json, token.entropy);
        json += ",[";
        for (const TokenAlternative& other : token.alternatives) {
            json += (json.endsWith('[') ? "[" : ",[") + QByteArray::number(other.token) + ',';
            addText(json, other.text);
            json += ',';
            addNumber(json, other.logprob);
            json += ']';
        }
        json += "]]";
    }
    return json + ']';
}

QList<TokenRecord> tokenRecordsFrom(const QByteArray& json)
{
    QList<TokenRecord> tokens;
    for (const auto& value : QJsonDocument::fromJson(json).array()) {
        const QJsonArray row = value.toArray();
        TokenRecord token{row.at(0).toInt(), row.at(1).toString(), row.at(2).toString(), numberOr(row.at(3), kUnknown),
                          numberOr(row.at(4), kUnknown), {}};
        for (const auto& other : row.at(5).toArray())
            token.alternatives.append({other[0].toInt(), other[1].toString(), numberOr(other[2], -INFINITY)});
        tokens.append(std::move(token));
    }
    return tokens;
}

QString quotedPiece(const QString& text)
{
    QString shown;
    for (const QChar c : text) {
        if (c == u'\n')
            shown += u'↵';
        else if (c == u'\t')
            shown += u'⇥';
        else if (c == u'\r')
            shown += u'␍';
        else if (c == u' ')
            shown += QChar::Nbsp; // a line is not broken within a token
        else
            shown += c;
    }
    return u'“' + shown + u'”';
}

} // namespace crucible::workbench
