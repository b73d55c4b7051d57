// SPDX-License-Identifier: GPL-3.0-or-later
// A line edit for a number that the arrow keys and the wheel step, with what is typed left as it was typed.
#pragma once

#include <QLineEdit>

#include <limits>
#include <optional>

namespace crucible::widgets {

class NumberEdit : public QLineEdit {
    Q_OBJECT
public:
    using QLineEdit::QLineEdit;
    void setStep(double step) { m_step = step; } // 0: no stepping
    void setLimits(double low, double high);
    // Where stepping starts when nothing is typed.
    void setDefaultValue(std::optional<double> value) { m_default = value; }

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    void stepBy(int steps);

    double m_step = 0;
    double m_low = -std::numeric_limits<double>::infinity();
    double m_high = std::numeric_limits<double>::infinity();
    std::optional<double> m_default;
};

} // namespace crucible::widgets
