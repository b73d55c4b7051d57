// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/merge_document.h"

#include "merge/method.h"
#include "text.h"

#include <QUndoCommand>

#include <algorithm>
#include <limits>

namespace crucible::workbench {

namespace {

constexpr quint64 kTyping = std::numeric_limits<quint64>::max();

std::vector<std::string> knownParameters()
{
    std::vector<std::string> names;
    for (const merge::MergeMethod* method : merge::mergeMethods()) {
        for (const ParamSpec& spec : method->params)
            names.emplace_back(spec.name);
    }
    return names;
}

// With its only error that of a recipe that names no models yet.
bool namesNoInputs(const recipe::MergeRecipe& recipe)
{
    return !recipe.mergeMethod.empty() && recipe.modules.empty() && !recipe.usesModules;
}

} // namespace

class MergeDocument::Step : public QUndoCommand {
public:
    Step(MergeDocument& document, const QString& what, QString before, QString after, quint64 series, quint64 seriesBreak)
        : QUndoCommand(what), m_document(document), m_before(std::move(before)), m_after(std::move(after)),
          m_series(series), m_seriesBreak(seriesBreak)
    {
    }
    int id() const override { return m_series == 0 ? -1 : 1; }
    bool mergeWith(const QUndoCommand* next) override
    {
        const auto* other = static_cast<const Step*>(next);
        if (other->m_series != m_series || other->m_seriesBreak != m_seriesBreak)
            return false;
        m_after = other->m_after;
        return true;
    }
    void undo() override { m_document.show(m_before); }
    void redo() override { m_document.show(m_after); }

private:
    MergeDocument& m_document;
    QString m_before;
    QString m_after;
    quint64 m_series;
    quint64 m_seriesBreak;
};

MergeDocument::MergeDocument(QObject* parent) : QObject(parent)
{
    m_undo.setUndoLimit(500);
}

void MergeDocument::edit(const QString& what, const std::function<void(recipe::MergeRecipe&)>& change, quint64 series)
{
    recipe::MergeRecipe changed = m_recipe;
    change(changed);
    const QString text = toQString(recipe::toYaml(changed));
    if (text != m_text)
        m_undo.push(new Step(*this, what, m_text, text, series, m_seriesBreak));
}

void MergeDocument::editText(const QString& text)
{
    if (text != m_text)
        m_undo.push(new Step(*this, tr("Edit YAML"), m_text, text, kTyping, m_seriesBreak));
}

void MergeDocument::load(const QString& text)
{
    m_undo.clear();
    m_recipe = {};
    show(text);
}

void MergeDocument::show(const QString& text)
{
    static const std::vector<std::string> known = knownParameters();
    m_text = text;
    Problems problems;
    recipe::MergeRecipe read = recipe::parseMergeRecipe(toStd(text), {}, problems, known);
    const auto errors = std::ranges::count(problems.all(), Severity::Error, &Problem::severity);
    if (errors == 1 && namesNoInputs(read))
        problems = {}; // a start, no mistake
    m_problems = problems;
    if (!problems.hasErrors())
        m_recipe = std::move(read);
    Q_EMIT changed();
}

} // namespace crucible::workbench
