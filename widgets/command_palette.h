// SPDX-License-Identifier: GPL-3.0-or-later
// Everything the window can do, a few letters away: an overlay with a field and a list, filtered by letters in order.
#pragma once

#include <QIcon>
#include <QList>
#include <QWidget>

#include <functional>

class QLineEdit;
class QListWidget;

namespace crucible::widgets {

class CommandPalette : public QWidget {
    Q_OBJECT
public:
    struct Entry {
        QString text;
        QString detail; // shortcut, or what kind of thing this is
        QString icon;   // name of a line icon, may be empty
        std::function<void()> run;
    };

    // Lies over `window`, centred near the top.
    explicit CommandPalette(QWidget* window);
    void setEntries(QList<Entry> entries);
    void popup();
    // How well `pattern` matches `text`: negative is not at all; starts of words and runs of letters count more.
    static int score(const QString& pattern, const QString& text);

protected:
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void filter(const QString& pattern);
    void runCurrent();
    void dismiss();

    QList<Entry> m_entries;
    QLineEdit* m_field;
    QListWidget* m_list;
};

} // namespace crucible::widgets
