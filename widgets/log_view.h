// SPDX-License-Identifier: GPL-3.0-or-later
// A log that may run for days: bounded, levels as colour and word, a filter, and a tail that is followed until the
// reader scrolls away. Appending costs the same however long the log is.
#pragma once

#include <QDateTime>
#include <QWidget>

#include <deque>

class QComboBox;
class QLineEdit;
class QPlainTextEdit;
class QToolButton;

namespace crucible::widgets {

class LogView : public QWidget {
    Q_OBJECT
public:
    enum class Level { Debug, Info, Warning, Error };
    struct Line {
        Level level = Level::Info;
        QString text;
        QDateTime time; // invalid: no time is shown
    };
    static constexpr int kMaximumLines = 20000;

    explicit LogView(QWidget* parent = nullptr);
    // What shows while nothing was said yet.
    void setEmptyText(const QString& text);
    void append(const Line& line);
    void clear();
    void setLeastLevel(Level level);
    void setFilter(const QString& text);
    bool followsTail() const;
    QString toPlainText() const;
    int lineCount() const { return int(m_lines.size()); }

private:
    bool passes(const Line& line) const;
    void rebuild();
    void show(const QList<Line>& lines);
    void flush();

    std::deque<Line> m_lines;
    QList<Line> m_pending; // shown together every 50 ms
    QPlainTextEdit* m_text;
    QLineEdit* m_filter;
    QComboBox* m_level;
    QToolButton* m_follow;
    QTimer* m_timer;
};

} // namespace crucible::widgets
