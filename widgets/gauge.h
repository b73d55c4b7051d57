// SPDX-License-Identifier: GPL-3.0-or-later
// A thin bar with a label and a value: "CPU ▬▬▬ 62 %". For the status bar and the plan.
#pragma once

#include <QWidget>

namespace crucible::widgets {

class Gauge : public QWidget {
    Q_OBJECT
public:
    explicit Gauge(const QString& label = {}, QWidget* parent = nullptr);
    void setLabel(const QString& label);
    // fraction 0 to 1; negative means unknown and hides the bar. Above `warnAt` the bar turns to the warning colour.
    void setValue(double fraction, const QString& text);
    void setWarnAt(double fraction);
    void setBarWidth(int pixels);
    double fraction() const { return m_fraction; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_label, m_text;
    double m_fraction = -1;
    double m_warnAt = 2;
    int m_barWidth;
    int m_textWidth = 0;
};

} // namespace crucible::widgets
