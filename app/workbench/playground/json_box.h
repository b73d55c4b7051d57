// SPDX-License-Identifier: GPL-3.0-or-later
// A captioned field for a few lines of JSON, with what is wrong with them below it as they are typed.
#pragma once

#include <QWidget>

class QLabel;
class QPlainTextEdit;

namespace crucible::workbench {

class JsonBox : public QWidget {
    Q_OBJECT
public:
    // `lines`: the height, in lines of text.
    JsonBox(const QString& caption, const QString& placeholder, int lines, QWidget* parent = nullptr);

    void setText(const QString& text); // no signal when it is the same already
    QString text() const;
    void setProblem(const QString& problem); // empty: nothing is wrong
    QString problem() const;
    void setHelp(const QString& help);

Q_SIGNALS:
    void textChanged(const QString& text);

private:
    QPlainTextEdit* m_edit;
    QLabel* m_problem;
};

} // namespace crucible::workbench
