// SPDX-License-Identifier: GPL-3.0-or-later
// How sure the model was, as a shade behind each token: five steps of one hue, readable in both themes, and an underline
// below the two least likely, so that the shade is not all there is.
#pragma once

#include <QColor>
#include <QString>
#include <QWidget>

class QPainter;

namespace crucible::workbench {

struct TokenRecord;

enum class TokenColoring { None, Probability, Entropy };
QString toString(TokenColoring coloring); // for keeping: "none", "probability", "entropy"
TokenColoring tokenColoringFrom(const QString& text);

inline constexpr int kTokenLevels = 5;
// 0: as expected (no shade) to 4: a surprise; -1 where nothing is known.
int tokenLevel(const TokenRecord& token, TokenColoring coloring);
QColor tokenShade(int level); // on the surface; invalid for levels below 1
// Ground and underline of a token, behind its text.
void paintTokenGround(QPainter& painter, const QRectF& rect, int level);
// "≥ 90 %", "50 to 90 %": what a level means.
QString levelText(int level, TokenColoring coloring);

// The shades with their meaning, in a line.
class TokenLegend : public QWidget {
    Q_OBJECT
public:
    explicit TokenLegend(QWidget* parent = nullptr);
    void setColoring(TokenColoring coloring);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {0, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    TokenColoring m_coloring = TokenColoring::Probability;
};

} // namespace crucible::workbench
