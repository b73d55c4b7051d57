// SPDX-License-Identifier: GPL-3.0-or-later
// The surface that groups one thing: a caption, facts or actions at its right, and a body. Pages are made of cards.
#pragma once

#include <QFrame>

class QHBoxLayout;
class QLabel;
class QVBoxLayout;

namespace crucible::widgets {

class Card : public QFrame {
    Q_OBJECT
public:
    explicit Card(const QString& title = {}, QWidget* parent = nullptr);

    void setTitle(const QString& title);
    QString title() const;
    // Muted text at the right of the title: "drag points · double-click adds".
    void setHint(const QString& hint);
    // After the title, before the hint (chips, a combo box).
    void addTitleWidget(QWidget* widget);
    // At the right end of the title row.
    void addAction(QWidget* widget);
    void addWidget(QWidget* widget, int stretch = 0);
    void addLayout(QLayout* layout, int stretch = 0);
    void addStretch(int stretch = 1);
    QVBoxLayout* body() const { return m_body; }
    // Little padding around the body: for tables, whose cells have their own.
    void setFlush(bool flush);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void updateHeader();

    QWidget* m_header;
    QHBoxLayout* m_titles;
    QHBoxLayout* m_actions;
    QLabel* m_title;
    QLabel* m_hint;
    QVBoxLayout* m_body;
    bool m_hasExtras = false;
};

} // namespace crucible::widgets
