// SPDX-License-Identifier: GPL-3.0-or-later
// What the Playground keeps: conversations that are opened again, and how the page was left.
#include "pages/playground_page.h"

#include "jobs/project_reader.h"
#include "playground/column_view.h"
#include "playground/composer.h"
#include "playground/transcript_view.h"
#include "text.h"
#include "views/adaptive_columns.h"

#include <QJsonDocument>
#include <QPushButton>
#include <QSplitter>

namespace crucible::workbench {

using namespace Qt::StringLiterals;

void PlaygroundPage::openConversation(const QString& id)
{
    if (m_session.isMaking() || id == m_session.conversationId())
        return;
    struct Read {
        project::Conversation conversation;
        QList<QList<TokenRecord>> tokens;
    };
    m_reader->read(
        [id = toStd(id)](project::Project& project) -> std::optional<Read> {
            auto found = project.conversation(id);
            if (!found)
                return std::nullopt;
            QList<QList<TokenRecord>> tokens = PlaygroundSession::readTokens(*found);
            return Read{*std::move(found), std::move(tokens)};
        },
        [this](const std::optional<Read>& found) {
            if (!found || m_session.isMaking())
                return;
            m_pinned = {};
            m_session.open(found->conversation, found->tokens);
            for (ColumnView* view : std::as_const(m_views))
                view->transcript()->scrollToEnd();
        });
}

// What was open when the window was closed last; a project opens later than the window.
void PlaygroundPage::openWanted()
{
    if (!m_wanted.isEmpty() && services().project->isOpen())
        openConversation(std::exchange(m_wanted, {}));
}

QVariantMap PlaygroundPage::saveState() const
{
    const PlaygroundSession::Column& first = m_session.column(0);
    return {{u"columns"_s, m_columns->saveState()},
            {u"list"_s, m_listButton->isChecked()},
            {u"side"_s, m_side->saveState()},
            {u"coloring"_s, toString(m_colors)},
            {u"mode"_s, toString(m_session.mode())},
            {u"model"_s, QString::fromUtf8(QJsonDocument(toJson(first.model)).toJson(QJsonDocument::Compact))},
            {u"settings"_s, QString::fromUtf8(QJsonDocument(toJson(first.settings)).toJson(QJsonDocument::Compact))},
            {u"conversation"_s, m_session.conversationId()},
            {u"draft"_s, m_composer->text()}};
}

void PlaygroundPage::restoreState(const QVariantMap& state)
{
    if (state.isEmpty())
        return;
    const auto json = [&](const QString& key) {
        return QJsonDocument::fromJson(state.value(key).toString().toUtf8()).object();
    };
    m_columns->restoreState(state.value(u"columns"_s).toMap());
    m_side->restoreState(state.value(u"side"_s).toByteArray());
    m_listButton->setChecked(state.value(u"list"_s, true).toBool());
    setColoring(tokenColoringFrom(state.value(u"coloring"_s).toString()));
    m_session.setMode(playgroundModeFrom(state.value(u"mode"_s).toString()));
    m_session.setSettings(0, generationSettingsFrom(json(u"settings"_s)));
    m_session.restoreModel(0, modelChoiceFrom(json(u"model"_s)));
    m_composer->setText(state.value(u"draft"_s).toString());
    m_wanted = state.value(u"conversation"_s).toString();
    openWanted();
}

} // namespace crucible::workbench
