// SPDX-License-Identifier: GPL-3.0-or-later
// The curves of one run or of several over each other, one chart per metric, with a linked crosshair. Runs that work grow
// while they are watched.
#pragma once

#include "jobs/project_reader.h"
#include "services.h"

#include <QHash>
#include <QTimer>
#include <QWidget>

class QVBoxLayout;

namespace crucible::widgets {
class Card;
class MetricPlot;
}

namespace crucible::workbench {

class RunCurves : public QWidget {
    Q_OBJECT
public:
    explicit RunCurves(Services& services, QWidget* parent = nullptr);
    // In the order of their colours; names are what the lines are called.
    void setRuns(const QStringList& ids, const QStringList& names);
    bool isBusy() const { return m_reader.isBusy(); }

private:
    struct Chart {
        widgets::Card* card = nullptr;
        widgets::MetricPlot* plot = nullptr;
        QHash<QString, int> series;      // by run
        QHash<QString, qint64> received; // points by run
    };
    // New points of one metric of one run.
    struct Piece {
        int run = 0; // its place in m_ids
        QString metric;
        qint64 from = 0; // points that were there before
        std::vector<project::MetricPoint> points;
    };
    void grow();
    void append(const std::vector<Piece>& pieces);
    Chart& chartOf(const QString& metric);
    void dropCharts();

    ProjectReader m_reader;
    QStringList m_ids;
    QStringList m_names;
    QVBoxLayout* m_layout;
    widgets::Card* m_empty;
    QHash<QString, Chart> m_charts;
    QTimer m_timer;
};

} // namespace crucible::workbench
