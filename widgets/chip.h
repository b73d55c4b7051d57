// SPDX-License-Identifier: GPL-3.0-or-later
// A fact in a rounded outline ("Mistral · 32 layers · 7.24 B · bf16"), and a state as icon and word.
#pragma once

#include <QWidget>

namespace crucible::widgets {

class Chip : public QWidget {
    Q_OBJECT
public:
    enum class Tone { Plain, Accent, Good, Warning, Error };

    explicit Chip(const QString& text = {}, QWidget* parent = nullptr);
    void setText(const QString& text);
    QString text() const { return m_text; }
    void setIcon(const QString& name); // name of a line icon, or empty
    void setTone(Tone tone);
    // Shows a small cross and emits removed() when it is pressed.
    void setRemovable(bool removable);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void clicked();
    void removed();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QRectF crossRect() const;

    QString m_text, m_icon;
    Tone m_tone = Tone::Plain;
    bool m_removable = false;
};

// "✓ done", "! interrupted": a state in its colour, always with icon and word.
class StateLabel : public QWidget {
    Q_OBJECT
public:
    enum class State { None, Queued, Running, Paused, Done, Cancelled, Interrupted, Failed, Warning, Info };

    explicit StateLabel(QWidget* parent = nullptr);
    void setState(State state, const QString& word);
    static QString iconName(State state);
    static QColor color(State state);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    State m_state = State::None;
    QString m_word;
};

} // namespace crucible::widgets
