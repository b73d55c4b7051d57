// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/run_table.h"

#include "jobs/job.h"
#include "text.h"
#include "views/model_table.h"
#include "widgets/data_table.h"
#include "widgets/icons.h"
#include "widgets/number_format.h"
#include "widgets/theme.h"

#include <QDateTime>
#include <QPainter>
#include <QPixmap>

#include <algorithm>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::Theme;
namespace format = widgets::format;

namespace {

// A piece of the run's line: colour and dash as in the charts.
QPixmap seriesMark(int series)
{
    const int width = Theme::px(20), height = Theme::px(16);
    QPixmap mark(width * 2, height * 2);
    mark.setDevicePixelRatio(2);
    mark.fill(Qt::transparent);
    QPainter painter(&mark);
    painter.setRenderHint(QPainter::Antialiasing);
    QPen pen(Theme::seriesColor(series), 2);
    if (const QVector<qreal> dash = Theme::seriesDash(series); !dash.isEmpty())
        pen.setDashPattern(dash);
    painter.setPen(pen);
    painter.drawLine(QPointF(0, height / 2.0), QPointF(width, height / 2.0));
    return mark;
}

QString whenText(project::Time time)
{
    if (time <= 0)
        return format::missing();
    const QDateTime when = QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(time * 1000));
    return when.date() == QDate::currentDate() ? QLocale().toString(when.time(), QLocale::ShortFormat)
                                               : QLocale().toString(when.date(), QLocale::ShortFormat);
}

} // namespace

QString RunTable::stateOf(const project::RunSummary& summary)
{
    const JobState state = jobStateOf(summary);
    if (state == JobState::Running && summary.progress > 0)
        return tr("running, %1").arg(format::percent(summary.progress));
    return stateText(state);
}

void RunTable::setRuns(std::vector<project::RunSummary> runs)
{
    const bool sameRows = std::ranges::equal(runs, m_runs, {}, &project::RunSummary::id, &project::RunSummary::id);
    if (sameRows) {
        m_runs = std::move(runs);
        if (!m_runs.empty())
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, kColumns - 1));
        return;
    }
    beginResetModel();
    m_runs = std::move(runs);
    endResetModel();
}

void RunTable::setMarked(const QStringList& ids)
{
    m_marked = ids;
    if (!m_runs.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, 0), {Qt::DecorationRole});
}

int RunTable::rowOf(const QString& id) const
{
    const auto found = std::ranges::find(m_runs, toStd(id), &project::RunSummary::id);
    return found == m_runs.end() ? -1 : static_cast<int>(found - m_runs.begin());
}

int RunTable::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_runs.size()); }

int RunTable::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QVariant RunTable::data(const QModelIndex& index, int role) const
{
    const project::RunSummary& summary = run(index.row());
    const JobState state = jobStateOf(summary);
    switch (role) {
    case IdRole: return toQString(summary.id);
    case widgets::DataTable::DetailRole: return index.column() == Name ? stateOf(summary) : QVariant();
    case widgets::DataTable::DetailColorRole: return widgets::StateLabel::color(labelState(state));
    case widgets::DataTable::DetailIconRole: return widgets::StateLabel::iconName(labelState(state));
    case Qt::AccessibleTextRole:
        return index.column() == Name ? QVariant(tr("%1, %2").arg(toQString(summary.name), stateOf(summary))) : QVariant();
    case Qt::TextAlignmentRole:
        return index.column() >= When ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    case Qt::ForegroundRole:
        if (index.column() == State)
            return widgets::StateLabel::color(labelState(state));
        return {};
    case Qt::DecorationRole:
        if (index.column() == State)
            return widgets::Icons::pixmap(widgets::StateLabel::iconName(labelState(state)), Theme::px(14),
                                          widgets::StateLabel::color(labelState(state)), 1);
        if (const qsizetype series = m_marked.indexOf(toQString(summary.id)); index.column() == Name && series >= 0)
            return seriesMark(static_cast<int>(series));
        return {};
    case Qt::ToolTipRole:
        return summary.error.empty() ? u"%1\n%2"_s.arg(toQString(summary.name), toQString(summary.output))
                                     : u"%1\n%2"_s.arg(toQString(summary.name), spoken(summary.error.message));
    case Qt::DisplayRole: break;
    default: return {};
    }
    switch (index.column()) {
    case Name: return toQString(summary.name);
    case State: return stateOf(summary);
    case When: return whenText(summary.created);
    case Duration: return summary.started > 0 ? format::duration(summary.seconds()) : format::missing();
    }
    return {};
}

QVariant RunTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((section >= When ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    const QString titles[] = {tr("run"), tr("state"), tr("made"), tr("took")};
    return titles[section];
}

} // namespace crucible::workbench
