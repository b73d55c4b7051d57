// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/smoke_card.h"

#include "playground/smoke_tester.h"
#include "playground/token_record.h"
#include "views/state_kind.h"
#include "widgets/icons.h"
#include "widgets/inline_message.h"
#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::InlineMessage;
using widgets::TextRole;
using widgets::Theme;

SmokeCard::SmokeCard(Services& services, QWidget* parent)
    : widgets::Card(tr("Tried"), parent), m_services(services), m_findings(new QVBoxLayout), m_progress(new QLabel), m_written(new QLabel),
      m_try(new QPushButton(widgets::Icons::icon(u"playground"_s, widgets::IconRole::Muted), tr("Try it"))),
      m_test(new QPushButton(widgets::Icons::icon(u"refresh"_s, widgets::IconRole::Muted), tr("Test it")))
{
    m_findings->setSpacing(0);
    m_progress->setWordWrap(true);
    m_written->setWordWrap(true);
    m_written->setTextInteractionFlags(Qt::TextSelectableByMouse);
    Theme::setTextRole(m_progress, TextRole::Muted);
    Theme::setTextRole(m_written, TextRole::Muted);
    m_try->setObjectName(u"tryIt"_s);
    m_try->setToolTip(tr("Opens the Playground with this model"));
    m_test->setObjectName(u"testIt"_s);
    m_test->setToolTip(tr("Loads it, lets it write, measures it beside its parents and checks its chat template"));
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(Theme::px(8));
    buttons->addWidget(m_try);
    buttons->addWidget(m_test);
    buttons->addStretch(1);
    addWidget(m_progress);
    addLayout(m_findings);
    addWidget(m_written);
    addLayout(buttons);
    connect(m_try, &QPushButton::clicked, this, [this] { m_services.frame->openPage(u"playground"_s, {{u"model"_s, m_model}}); });
    connect(m_test, &QPushButton::clicked, this, [this] { m_services.smoke->test(m_run); });
    connect(services.smoke, &SmokeTester::changed, this, [this](const QString& run) {
        if (run == m_run)
            update();
    });
    update();
}

void SmokeCard::setRun(const QString& run, const QString& model, const std::optional<SmokeResult>& result)
{
    m_run = run;
    m_model = model;
    m_result = result;
    update();
}

void SmokeCard::update()
{
    while (QLayoutItem* item = m_findings->takeAt(0)) {
        if (item->widget())
            item->widget()->deleteLater();
        delete item;
    }
    setVisible(!m_model.isEmpty());
    const bool testing = m_services.smoke->isTesting(m_run);
    m_test->setEnabled(!testing);
    m_test->setText(m_result ? tr("Test again") : tr("Test it"));
    m_progress->setVisible(testing || !m_result);
    m_progress->setText(testing ? m_services.smoke->progress(m_run) : tr("Not tried yet."));
    m_written->setVisible(m_result && !testing && !m_result->written.isEmpty());
    if (!m_result || testing)
        return;
    for (const SmokeResult::Finding& finding : m_result->findings()) {
        auto* line = new InlineMessage(messageKind(finding.state), finding.text.toHtmlEscaped());
        line->setFlat(true);
        m_findings->addWidget(line);
    }
    m_written->setText(tr("It wrote: %1").arg(quotedPiece(m_result->written.simplified())));
}

} // namespace crucible::workbench
