// SPDX-License-Identifier: GPL-3.0-or-later
// A text editor for recipes: quiet highlighting, line numbers, problems squiggled at their place and marked in the
// margin, and a find bar (Ctrl+F).
#pragma once

#include <QPlainTextEdit>

#include <vector>

class QLineEdit;

namespace crucible::widgets {

class YamlHighlighter;

class YamlEditor : public QPlainTextEdit {
    Q_OBJECT
public:
    enum class Severity { Info, Warning, Error };
    struct TextProblem {
        Severity severity = Severity::Error;
        int line = 1;   // from 1; 0 when unknown
        int column = 0; // from 1; 0 underlines the whole line
        QString message;
    };

    explicit YamlEditor(QWidget* parent = nullptr);

    void setProblems(std::vector<TextProblem> problems);
    const std::vector<TextProblem>& problems() const { return m_problems; }
    // The messages at a line, most severe first; empty when there are none.
    QStringList messagesAt(int line) const;
    void goTo(int line, int column);
    // Replaces the text as one undo step and keeps cursor and scroll position, for text that follows a form.
    void replaceText(const QString& text);
    void setLineNumbersVisible(bool visible);
    int gutterWidth() const;
    void paintGutter(QPaintEvent* event);

public Q_SLOTS:
    void showFind();

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool event(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void updateSelections();
    void updateGutter();
    void findNext(bool backward);
    int lineAt(const QPoint& position) const;

    YamlHighlighter* m_highlighter;
    QWidget* m_gutter;
    QLineEdit* m_find;
    std::vector<TextProblem> m_problems;
    bool m_lineNumbers = true;
};

} // namespace crucible::widgets
