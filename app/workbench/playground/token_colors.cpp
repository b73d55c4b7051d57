// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground/token_colors.h"

#include "playground/token_record.h"
#include "widgets/number_format.h"
#include "widgets/theme.h"

#include <QPainter>

#include <array>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::Theme;
namespace format = widgets::format;

namespace {

// The least of levels 0 to 3.
constexpr std::array<double, 4> kLeastProbability = {0.9, 0.5, 0.2, 0.05};
// The most of levels 0 to 3, in bits.
constexpr std::array<double, 4> kMostEntropy = {0.5, 1, 2, 3.5};

} // namespace

QString toString(TokenColoring coloring)
{
    return coloring == TokenColoring::None ? u"none"_s : coloring == TokenColoring::Probability ? u"probability"_s : u"entropy"_s;
}

TokenColoring tokenColoringFrom(const QString& text)
{
    return text == "probability"_L1 ? TokenColoring::Probability : text == "entropy"_L1 ? TokenColoring::Entropy : TokenColoring::None;
}

int tokenLevel(const TokenRecord& token, TokenColoring coloring)
{
    const bool byEntropy = coloring == TokenColoring::Entropy;
    const double value = byEntropy ? token.entropyBits() : token.probability();
    if (coloring == TokenColoring::None || value != value)
        return -1;
    int level = 0;
    while (level < kTokenLevels - 1) {
        const auto i = static_cast<std::size_t>(level);
        if (byEntropy ? value <= kMostEntropy[i] : value >= kLeastProbability[i])
            break;
        ++level;
    }
    return level;
}

QColor tokenShade(int level)
{
    static constexpr std::array<double, kTokenLevels> kLight = {0, 0.10, 0.20, 0.32, 0.46};
    static constexpr std::array<double, kTokenLevels> kDark = {0, 0.13, 0.23, 0.35, 0.48};
    if (level < 1)
        return {};
    const double part = (Theme::isDark() ? kDark : kLight)[static_cast<std::size_t>(std::min(level, kTokenLevels - 1))];
    const QColor hue = Theme::seriesColor(0), ground = Theme::colors().surface;
    const auto mix = [part](double a, double b) { return static_cast<float>(a + (b - a) * part); };
    return QColor::fromRgbF(mix(ground.redF(), hue.redF()), mix(ground.greenF(), hue.greenF()), mix(ground.blueF(), hue.blueF()));
}

void paintTokenGround(QPainter& painter, const QRectF& rect, int level)
{
    if (level < 1)
        return;
    painter.setPen(Qt::NoPen);
    painter.setBrush(tokenShade(level));
    painter.drawRoundedRect(rect, Theme::px(3), Theme::px(3));
    if (level < kTokenLevels - 2)
        return;
    QPen pen(Theme::seriesColor(0), level == kTokenLevels - 1 ? 1.6 : 1.2);
    if (level < kTokenLevels - 1)
        pen.setDashPattern({1.5, 2});
    painter.setPen(pen);
    const double y = rect.bottom() - 1;
    painter.drawLine(QPointF(rect.left() + 1, y), QPointF(rect.right() - 1, y));
}

QString levelText(int level, TokenColoring coloring)
{
    const auto i = static_cast<std::size_t>(level);
    if (coloring == TokenColoring::Entropy) {
        if (level == 0)
            return TokenLegend::tr("under %1 bits").arg(format::number(kMostEntropy[0]));
        return level == kTokenLevels - 1 ? TokenLegend::tr("over %1").arg(format::number(kMostEntropy.back()))
                                         : TokenLegend::tr("to %1").arg(format::number(kMostEntropy[i]));
    }
    if (level == kTokenLevels - 1)
        return TokenLegend::tr("less");
    return u"≥ "_s + format::percent(kLeastProbability[i]);
}

TokenLegend::TokenLegend(QWidget* parent) : QWidget(parent)
{
    setFont(Theme::secondaryFont());
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setColoring(TokenColoring::Probability);
}

void TokenLegend::setColoring(TokenColoring coloring)
{
    m_coloring = coloring;
    QStringList texts;
    for (int level = 0; level < kTokenLevels; ++level)
        texts << levelText(level, coloring);
    setAccessibleName(tr("Shades of tokens: %1").arg(texts.join(u", "_s)));
    updateGeometry();
    update();
}

QSize TokenLegend::sizeHint() const
{
    int width = 0;
    for (int level = 0; level < kTokenLevels; ++level)
        width += Theme::px(16 + 5 + 12) + fontMetrics().horizontalAdvance(levelText(level, m_coloring));
    return {width, Theme::px(20)};
}

void TokenLegend::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    double x = 0;
    for (int level = 0; level < kTokenLevels; ++level) {
        const QRectF swatch(x + 0.5, (height() - Theme::px(13)) / 2.0 + 0.5, Theme::px(16), Theme::px(13));
        if (level == 0) {
            painter.setPen(Theme::colors().border);
            painter.setBrush(Qt::NoBrush);
            painter.drawRoundedRect(swatch, Theme::px(3), Theme::px(3));
        } else {
            paintTokenGround(painter, swatch, level);
        }
        const QString text = levelText(level, m_coloring);
        const int width = fontMetrics().horizontalAdvance(text);
        painter.setPen(Theme::colors().muted);
        painter.drawText(QRectF(x + Theme::px(21), 0, width + 2, height()), Qt::AlignVCenter | Qt::AlignLeft, text);
        x += Theme::px(21 + 12) + width;
    }
}

} // namespace crucible::workbench
