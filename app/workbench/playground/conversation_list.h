// SPDX-License-Identifier: GPL-3.0-or-later
// The conversations of the project: found by their words, opened, renamed, deleted (and taken back).
#pragma once

#include "jobs/project_reader.h"
#include "project/conversation.h"
#include "services.h"
#include "widgets/card.h"

class QLineEdit;
class QListWidget;
class QListWidgetItem;

namespace crucible::widgets {
class EmptyState;
class InlineMessage;
}

namespace crucible::workbench {

class ConversationList : public widgets::Card {
    Q_OBJECT
public:
    explicit ConversationList(Services& services, QWidget* parent = nullptr);
    void refresh();
    void setCurrent(const QString& id);
    bool isBusy() const { return m_reader.isBusy(); }
    QListWidget* list() const { return m_list; }
    void show(std::vector<project::ConversationSummary> found, bool searched);

Q_SIGNALS:
    void opened(const QString& id);
    void newRequested();
    void renamed(const QString& id, const QString& title);
    void deleted(const QString& id);
    void busyChanged();

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void remove(QListWidgetItem* item);
    void showMenu(const QPoint& position);

    Services& m_services;
    ProjectReader m_reader;
    QLineEdit* m_search;
    QListWidget* m_list;
    widgets::EmptyState* m_empty;
    widgets::InlineMessage* m_undo;
    QString m_current;
    QString m_deleted; // the last one, to be taken back
    bool m_filling = false;
};

} // namespace crucible::workbench
