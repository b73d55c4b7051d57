// SPDX-License-Identifier: GPL-3.0-or-later
// A number as a slider with its name and its value above: dragged for a feeling, typed for an exact one. A value beyond the
// slider's ends may be typed within the limits.
#pragma once

#include <QWidget>

#include <optional>

class QLabel;
class QSlider;

namespace crucible::widgets {

class NumberEdit;

class SliderField : public QWidget {
    Q_OBJECT
public:
    struct Range {
        double low = 0, high = 1;           // of the slider
        double least = 0, most = 1;         // that may be typed
        double step = 0.05;
        double defaultValue = 0;
        bool curved = false; // more room for small values: for counts over decades
    };
    SliderField(const QString& title, const Range& range, QWidget* parent = nullptr);

    // Absent: the default, which is shown faintly.
    void setValue(std::optional<double> value);
    std::optional<double> value() const { return m_value; }
    bool isValid() const { return m_valid; }
    void setHelp(const QString& help);

Q_SIGNALS:
    void valueChanged(std::optional<double> value);

private:
    void takeText(const QString& text);
    void takeSlider(int position);
    int positionOf(double value) const;
    double valueAt(int position) const;
    void showSlider();

    Range m_range;
    std::optional<double> m_value;
    bool m_valid = true;
    QLabel* m_title;
    NumberEdit* m_edit;
    QSlider* m_slider;
};

} // namespace crucible::widgets
