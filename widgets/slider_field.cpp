// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/slider_field.h"

#include "base/units.h"
#include "widgets/number_edit.h"
#include "widgets/theme.h"

#include <QGridLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>

#include <algorithm>
#include <cmath>

namespace crucible::widgets {

namespace {
constexpr int kPositions = 1000; // of a curved slider
constexpr double kCurve = 3;     // its exponent
}

SliderField::SliderField(const QString& title, const Range& range, QWidget* parent)
    : QWidget(parent), m_range(range), m_title(new QLabel(title)), m_edit(new NumberEdit), m_slider(new QSlider(Qt::Horizontal))
{
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setVerticalSpacing(0);
    grid->setColumnStretch(0, 1);
    grid->addWidget(m_title, 0, 0);
    grid->addWidget(m_edit, 0, 1);
    grid->addWidget(m_slider, 1, 0, 1, 2);
    m_title->setBuddy(m_edit);
    m_title->setFont(Theme::secondaryFont());
    m_edit->setAccessibleName(title);
    m_edit->setFixedWidth(Theme::px(64));
    m_edit->setAlignment(Qt::AlignRight);
    m_edit->setFrame(false);
    m_edit->setProperty(Theme::kFramedFocus, true);
    m_edit->setStep(range.step);
    m_edit->setLimits(range.least, range.most);
    m_edit->setDefaultValue(range.defaultValue);
    m_edit->setPlaceholderText(QString::fromStdString(formatNumber(range.defaultValue)));
    m_slider->setAccessibleName(tr("%1, slider").arg(title));
    m_slider->setRange(0, range.curved ? kPositions : int(std::lround((range.high - range.low) / range.step)));
    m_slider->setPageStep(std::max(1, m_slider->maximum() / 10));
    m_slider->setFocusPolicy(Qt::NoFocus); // the number takes the arrow keys
    connect(m_edit, &QLineEdit::textChanged, this, &SliderField::takeText);
    connect(m_slider, &QSlider::valueChanged, this, &SliderField::takeSlider);
    showSlider();
}

void SliderField::setHelp(const QString& help)
{
    setToolTip(help);
    m_edit->setAccessibleDescription(help);
}

int SliderField::positionOf(double value) const
{
    const double part = std::clamp((value - m_range.low) / (m_range.high - m_range.low), 0.0, 1.0);
    return int(std::lround((m_range.curved ? std::pow(part, 1 / kCurve) : part) * m_slider->maximum()));
}

double SliderField::valueAt(int position) const
{
    const double part = double(position) / m_slider->maximum();
    const double value = m_range.low + (m_range.curved ? std::pow(part, kCurve) : part) * (m_range.high - m_range.low);
    return std::round(std::round(value / m_range.step) * m_range.step * 1e9) / 1e9;
}

void SliderField::showSlider()
{
    const QSignalBlocker blocker(m_slider);
    m_slider->setValue(positionOf(m_value.value_or(m_range.defaultValue)));
}

void SliderField::setValue(std::optional<double> value)
{
    if (m_valid && value == m_value)
        return; // what is being typed stays as it was typed
    m_value = value;
    m_valid = true;
    const QSignalBlocker blocker(m_edit);
    m_edit->setText(value ? QString::fromStdString(formatNumber(*value)) : QString());
    m_edit->setProperty("invalid", false);
    m_edit->update();
    showSlider();
}

void SliderField::takeText(const QString& text)
{
    const QString typed = text.trimmed();
    const std::optional<double> number = parseNumber(typed.toStdString());
    m_valid = typed.isEmpty() || (number && *number >= m_range.least && *number <= m_range.most);
    m_edit->setProperty("invalid", !m_valid);
    m_edit->update();
    if (!m_valid)
        return;
    m_value = typed.isEmpty() ? std::nullopt : number;
    showSlider();
    Q_EMIT valueChanged(m_value);
}

void SliderField::takeSlider(int position)
{
    const double value = valueAt(position);
    m_valid = false; // so that the number is written anew
    setValue(value);
    Q_EMIT valueChanged(m_value);
}

} // namespace crucible::widgets
