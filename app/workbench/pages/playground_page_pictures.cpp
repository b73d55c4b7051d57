// SPDX-License-Identifier: GPL-3.0-or-later
// The Playground's states worth a picture: with the model that was opened with the window, else with a written sample.
#include "pages/playground_page.h"

#include "jobs/project_service.h"
#include "playground/column_view.h"
#include "playground/composer.h"
#include "playground/conversation_list.h"
#include "playground/message_view.h"
#include "playground/prompt_view.h"
#include "playground/sample_conversation.h"
#include "playground/settings_panel.h"
#include "playground/token_panel.h"
#include "playground/transcript_view.h"
#include "views/adaptive_columns.h"

#include <QSplitter>

namespace crucible::workbench {

using namespace Qt::StringLiterals;

QString PlaygroundPage::showState(int index)
{
    const bool real = !m_session.column(0).model.isEmpty() && m_session.processOf(0);
    const auto openSample = [this](int columns) {
        const project::Conversation sample = sampleConversation(columns);
        m_session.open(sample, PlaygroundSession::readTokens(sample));
        if (!services().project->isOpen())
            m_list->show(sampleConversations(), false);
    };
    const QString text = u"Once upon a time, there was a little girl named Lily. She"_s;
    switch (index) {
    case 0: // a talk
        if (real)
            m_session.setMode(m_session.processOf(0)->model().hasTemplate ? PlaygroundMode::Chat : PlaygroundMode::Completion);
        if (real)
            m_session.send(text);
        else
            openSample(1);
        return u"playground-chat"_s;
    case 1: { // a token that was looked at
        const Conversation& talk = m_session.column(0).talk;
        const int tip = talk.tip();
        if (tip == 0)
            return {};
        const QList<TokenRecord>& tokens = talk.at(tip).tokens;
        int most = 0; // the one with the most to say
        for (qsizetype i = 1; i < tokens.size(); ++i)
            if (tokens[i].entropy > tokens[most].entropy)
                most = static_cast<int>(i);
        look({0, tip, most}, true);
        if (m_columns->isNarrow())
            m_columns->showMiddle(m_side);
        return u"playground-token"_s;
    }
    case 2: // what the model reads, or what it says while there is none
        m_columns->showMiddle(m_prompt);
        return u"playground-prompt"_s;
    case 3: // side by side
        m_columns->showMiddle(m_transcripts->parentWidget());
        if (real) {
            addColumn();
            GenerationSettings cold = m_session.column(1).settings;
            cold.sampling = {{u"temperature"_s, 0.0}};
            m_session.setSettings(1, cold);
            answerAgain();
        } else {
            openSample(2);
        }
        return u"playground-side-by-side"_s;
    case 4: // a text that is measured
        if (!real)
            return {};
        while (m_session.columnCount() > 1)
            m_session.removeColumn(m_session.columnCount() - 1);
        m_session.setMode(PlaygroundMode::Surprise);
        m_session.send(u"The little dog ran to the park. He saw a big red ball. The committee ratified the amendment."_s);
        return u"playground-surprise"_s;
    case 5: // as many columns as there can be
        if (!real)
            return {};
        m_session.setMode(PlaygroundMode::Completion);
        while (m_session.columnCount() < PlaygroundSession::kMostColumns)
            addColumn();
        for (int i = 0; i < m_session.columnCount(); ++i) {
            GenerationSettings settings = m_session.column(i).settings;
            settings.maxTokens = 40 + 20 * i;
            m_session.setSettings(i, settings);
        }
        m_session.send(text);
        return u"playground-four"_s;
    case 6: // what the template reads, with a mistake in it, and a search
        m_columns->showMiddle(m_side);
        m_settings->showForPicture();
        return u"playground-settings"_s;
    default: return {};
    }
}

} // namespace crucible::workbench
