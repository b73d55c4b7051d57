// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/plan_panel.h"

#include "merge/check_text.h"
#include "text.h"
#include "widgets/icons.h"
#include "widgets/inline_message.h"
#include "widgets/number_format.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>

namespace crucible::workbench {

using widgets::IconRole;
using widgets::Icons;
using widgets::InlineMessage;
using widgets::TextRole;
using widgets::Theme;
namespace format = widgets::format;

namespace {

enum Tone { Good, Warning, Bad, Quiet };

// Core begins its messages in lower case, for lines that say where first; alone they are sentences.
QString sentence(const QString& text)
{
    QString result = text;
    if (result.isEmpty())
        return result;
    result[0] = result[0].toUpper();
    const QChar last = result.back();
    if (last.script() == QChar::Script_Han || last == u'）')
        result += u'。';
    else if (last.unicode() < 0x250 && (last.isLetterOrNumber() || last == u')' || last == u'`'))
        result += u'.';
    return result;
}

} // namespace

PlanPanel::PlanPanel(QWidget* parent) : QWidget(parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, Theme::px(4), 0, 0);
    layout->setSpacing(Theme::px(12));

    auto* verdict = new QHBoxLayout;
    verdict->setSpacing(Theme::px(6));
    m_verdictIcon = new QLabel(this);
    m_verdict = new QLabel(this);
    m_verdict->setWordWrap(true);
    m_verdict->setObjectName(QStringLiteral("planVerdict"));
    verdict->addWidget(m_verdictIcon, 0, Qt::AlignTop);
    verdict->addWidget(m_verdict, 1);
    layout->addLayout(verdict);

    m_factsBox = new QWidget(this);
    m_facts = new QGridLayout(m_factsBox);
    m_facts->setContentsMargins(0, 0, 0, 0);
    m_facts->setVerticalSpacing(Theme::px(6));
    m_facts->setColumnStretch(0, 1);
    layout->addWidget(m_factsBox);

    m_checks = new QVBoxLayout;
    m_checks->setSpacing(Theme::px(6));
    layout->addLayout(m_checks);
    layout->addStretch(1);
    connect(&Theme::current(), &Theme::changed, this, &PlanPanel::rebuild);
    showEmpty();
}

void PlanPanel::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        rebuild();
    QWidget::changeEvent(event);
}

void PlanPanel::showPlan(std::shared_ptr<const merge::Plan> plan)
{
    m_plan = std::move(plan);
    m_problems.reset();
    m_error.reset();
    rebuild();
}

void PlanPanel::showProblems(const Problems& problems)
{
    m_plan.reset();
    m_problems = problems;
    m_error.reset();
    rebuild();
}

void PlanPanel::showError(const Error& error)
{
    m_plan.reset();
    m_problems.reset();
    m_error = error;
    rebuild();
}

void PlanPanel::showEmpty()
{
    m_plan.reset();
    m_problems.reset();
    m_error.reset();
    rebuild();
}

void PlanPanel::clearChecks()
{
    while (QLayoutItem* item = m_checks->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    while (QLayoutItem* item = m_facts->takeAt(0)) {
        delete item->widget();
        delete item;
    }
}

void PlanPanel::setVerdict(int tone, const QString& text)
{
    static constexpr TextRole kRoles[] = {TextRole::Good, TextRole::Warning, TextRole::Error, TextRole::Muted};
    static constexpr IconRole kIcons[] = {IconRole::Good, IconRole::Warning, IconRole::Error, IconRole::Muted};
    static const QString kNames[] = {QStringLiteral("check"), QStringLiteral("warning"), QStringLiteral("error"),
                                     QStringLiteral("info")};
    m_verdictIcon->setPixmap(Icons::pixmap(kNames[tone], Theme::px(16), Icons::color(kIcons[tone]), devicePixelRatioF()));
    Theme::setTextRole(m_verdict, kRoles[tone]);
    QFont font = Theme::strongFont();
    m_verdict->setFont(font);
    m_verdict->setText(text);
}

void PlanPanel::setFact(int row, const QString& name, const QString& value)
{
    auto* label = new QLabel(name, m_factsBox);
    Theme::setTextRole(label, TextRole::Muted);
    auto* number = new QLabel(value, m_factsBox);
    number->setAlignment(Qt::AlignRight);
    number->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* line = new QFrame(m_factsBox);
    line->setFrameShape(QFrame::HLine);
    line->setFixedHeight(1);
    m_facts->addWidget(label, 2 * row, 0);
    m_facts->addWidget(number, 2 * row, 1);
    m_facts->addWidget(line, 2 * row + 1, 0, 1, 2);
}

void PlanPanel::addCheck(int tone, const QString& message, const QString& remedy, const QString& where, int line, int column)
{
    QString text = sentence(message).toHtmlEscaped();
    if (!remedy.isEmpty())
        text += u"<br>" % sentence(remedy).toHtmlEscaped();
    if (line > 0)
        text += u"<br><a href=\"" % QString::number(line) % u':' % QString::number(column) % u"\">" % tr("Line %1").arg(line) % u"</a>";
    else if (!where.isEmpty())
        text += u"<br><i>" % where.toHtmlEscaped() % u"</i>";
    static constexpr InlineMessage::Kind kKinds[] = {InlineMessage::Kind::Good, InlineMessage::Kind::Warning,
                                                     InlineMessage::Kind::Error, InlineMessage::Kind::Info};
    auto* check = new InlineMessage(kKinds[tone], text, this);
    check->setFlat(tone == Good);
    connect(check, &InlineMessage::linkActivated, this, [this](const QString& link) {
        const QStringList parts = link.split(u':');
        if (parts.size() == 2)
            Q_EMIT placeActivated(parts[0].toInt(), parts[1].toInt());
    });
    m_checks->addWidget(check);
}

void PlanPanel::rebuild()
{
    clearChecks();
    m_factsBox->setVisible(m_plan && m_plan->sound());
    if (m_error) {
        const ErrorText text = describe(*m_error);
        setVerdict(Bad, text.headline);
        addCheck(Bad, text.detail, {}, {}, 0, 0);
        return;
    }
    if (m_problems) {
        setVerdict(Bad, tr("The recipe can not be read yet."));
        for (const Problem& problem : m_problems->all()) {
            if (problem.severity == Severity::Error)
                addCheck(Bad, spoken(problem.said), spoken(problem.advice), {}, problem.line, problem.column);
        }
        return;
    }
    if (!m_plan) {
        setVerdict(Quiet, tr("Choose models and a method; what the merge will do and cost appears here."));
        return;
    }
    const merge::Costs& costs = m_plan->costs;
    if (m_plan->sound()) {
        const bool warned = std::any_of(m_plan->checks.begin(), m_plan->checks.end(), [](const merge::Check& check) {
            return check.state == merge::CheckState::Warning;
        });
        setVerdict(warned ? Warning : Good, warned ? tr("This will work, with remarks.") : tr("This will work."));
        setFact(0, tr("Time"), costs.seconds < 1 ? tr("less than a second")
                                                 : tr("about %1 ± %2").arg(format::duration(costs.seconds),
                                                                           format::duration(costs.secondsSpread)));
        setFact(1, tr("Memory"), tr("%1 of %2 free").arg(format::bytes(static_cast<double>(costs.peakMemory)),
                                                          format::bytes(static_cast<double>(costs.memoryAvailable))));
        setFact(2, tr("Disk"), costs.diskFree > 0
                                   ? tr("%1 of %2 free").arg(format::bytes(static_cast<double>(costs.outputBytes)),
                                                             format::bytes(static_cast<double>(costs.diskFree)))
                                   : format::bytes(static_cast<double>(costs.outputBytes)));
        setFact(3, tr("Tensors"), format::count(static_cast<qint64>(m_plan->tensors.size())));
        setFact(4, tr("Result"), tr("%1 parameters, %n layer(s)", nullptr, costs.layers)
                                     .arg(format::parameters(static_cast<double>(costs.parameters))));
    } else {
        setVerdict(Bad, tr("This can not work yet."));
    }
    for (const Problem& problem : m_plan->problems.all()) {
        if (problem.severity == Severity::Note)
            continue;
        addCheck(problem.severity == Severity::Error ? Bad : Warning, spoken(problem.said), spoken(problem.advice),
                 problem.line > 0 ? QString() : toQString(problem.where), problem.line, problem.column);
    }
    for (const merge::Check& check : m_plan->checks) {
        if (check.topic == "recipe") // the problems, told above with their line
            continue;
        addCheck(check.state == merge::CheckState::Good ? Good : check.state == merge::CheckState::Warning ? Warning : Bad,
                 checkText(*m_plan, check), remedyText(check), toQString(check.where), 0, 0);
    }
}

} // namespace crucible::workbench
