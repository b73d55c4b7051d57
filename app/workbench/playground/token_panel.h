// SPDX-License-Identifier: GPL-3.0-or-later
// What the model thought at one token: the likeliest tokens with their probabilities, and how unsure it was along the text.
#pragma once

#include "playground/token_record.h"
#include "widgets/card.h"

class QLabel;

namespace crucible::workbench {

class EntropyChart;

// Tokens with bars: “ 18” ▬▬▬ 93 %.
class AlternativesView : public QWidget {
    Q_OBJECT
public:
    explicit AlternativesView(QWidget* parent = nullptr);
    void setToken(const TokenRecord& token);
    void clear();
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Row {
        QString piece;
        double probability = 0;
        bool chosen = false;
    };
    QList<Row> m_rows;
};

class TokenPanel : public widgets::Card {
    Q_OBJECT
public:
    explicit TokenPanel(QWidget* parent = nullptr);
    // The text whose tokens are looked at, by any key that tells texts apart.
    void setTokens(const QList<TokenRecord>& tokens);
    void setCurrent(int token); // -1: none
    int current() const { return m_current; }
    bool isEmpty() const { return m_tokens.isEmpty(); }
    // The alternatives as a small table, for a tooltip.
    static QString toHtml(const TokenRecord& token);

Q_SIGNALS:
    void tokenHovered(int token);
    void tokenChosen(int token);

private:
    QList<TokenRecord> m_tokens;
    int m_current = -1;
    AlternativesView* m_alternatives;
    QLabel* m_facts;
    EntropyChart* m_chart;
};

} // namespace crucible::workbench
