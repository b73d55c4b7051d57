// SPDX-License-Identifier: GPL-3.0-or-later
// A sentence in the page where it matters: what, where, what to do, with the button or link that does it.
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;
class QToolButton;

namespace crucible::widgets {

class InlineMessage : public QWidget {
    Q_OBJECT
public:
    enum class Kind { Info, Good, Warning, Error };

    explicit InlineMessage(QWidget* parent = nullptr);
    InlineMessage(Kind kind, const QString& text, QWidget* parent = nullptr);

    // Rich text; <a href="id"> emits linkActivated(id). Escape what a person or a file wrote.
    void setMessage(Kind kind, const QString& text);
    Kind kind() const { return m_kind; }
    QString text() const;
    // A button under the text; an empty text removes it.
    void setActionText(const QString& text);
    void setDismissible(bool dismissible);
    // Without the tinted ground: a line in a list of checks.
    void setFlat(bool flat);

Q_SIGNALS:
    void linkActivated(const QString& link);
    void actionTriggered();
    void dismissed();

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void updateMargins();

    Kind m_kind = Kind::Info;
    bool m_flat = false;
    QLabel* m_text;
    QPushButton* m_action;
    QToolButton* m_dismiss;
};

} // namespace crucible::widgets
