// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/number_edit.h"

#include "base/units.h"

#include <QKeyEvent>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace crucible::widgets {

void NumberEdit::setLimits(double low, double high)
{
    m_low = low;
    m_high = high;
}

void NumberEdit::stepBy(int steps)
{
    const std::optional<double> typed = text().trimmed().isEmpty() ? m_default : parseNumber(text().trimmed().toStdString());
    if (m_step <= 0 || !typed || isReadOnly())
        return; // a list of numbers has nothing to step
    // Whole multiples of the step, written as short as they can be read back.
    const double value = std::clamp((std::round(*typed / m_step) + steps) * m_step, m_low, m_high);
    setText(QString::fromStdString(formatNumber(std::round(value * 1e9) / 1e9)));
}

void NumberEdit::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Up: stepBy(1); break;
    case Qt::Key_Down: stepBy(-1); break;
    case Qt::Key_PageUp: stepBy(10); break;
    case Qt::Key_PageDown: stepBy(-10); break;
    default: QLineEdit::keyPressEvent(event);
    }
}

void NumberEdit::wheelEvent(QWheelEvent* event)
{
    // Only with the focus: a form is scrolled far more often than a value is turned.
    if (!hasFocus() || event->angleDelta().y() == 0) {
        event->ignore();
        return;
    }
    stepBy(event->angleDelta().y() > 0 ? 1 : -1);
    event->accept();
}

} // namespace crucible::widgets
