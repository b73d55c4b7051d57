// SPDX-License-Identifier: GPL-3.0-or-later
// The recipe that the merge page edits: as YAML text and as a value, always both, with undo. An edit of the form changes the
// value and writes the text anew; an edit of the text is read at once, and where it cannot be read the value stays what it
// was, the problems saying where. Knows no widgets.
#pragma once

#include "base/error.h"
#include "recipe/merge_recipe.h"

#include <QObject>
#include <QString>
#include <QUndoStack>

#include <functional>

namespace crucible::workbench {

class MergeDocument : public QObject {
    Q_OBJECT
public:
    explicit MergeDocument(QObject* parent = nullptr);

    const QString& text() const { return m_text; }
    const recipe::MergeRecipe& recipe() const { return m_recipe; }
    // What reading the text found; without errors recipe() is what the text says.
    const Problems& problems() const { return m_problems; }
    bool isReadable() const { return !m_problems.hasErrors(); }

    QUndoStack& undoStack() { return m_undo; }

    // One edit of the form, one step of undo. Edits with the same `series` (not 0) that follow each other are one step, so
    // a drag is undone as a whole.
    void edit(const QString& what, const std::function<void(recipe::MergeRecipe&)>& change, quint64 series = 0);
    // An edit of the text by hand; keystrokes that follow each other are one step.
    void editText(const QString& text);
    // Ends a series: the next edit is a step of its own.
    void endSeries() { ++m_seriesBreak; }
    // Another document: forgets the undo history.
    void load(const QString& text);

Q_SIGNALS:
    void changed();

private:
    class Step;
    void show(const QString& text);

    QString m_text;
    recipe::MergeRecipe m_recipe;
    Problems m_problems;
    QUndoStack m_undo;
    quint64 m_seriesBreak = 0;
};

} // namespace crucible::workbench
