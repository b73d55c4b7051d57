// SPDX-License-Identifier: GPL-3.0-or-later
// What one run said, read from its events. Grows while the run works.
#pragma once

#include "job/events.h"
#include "jobs/background.h"
#include "widgets/log_view.h"

#include <QTimer>

#include <memory>

namespace crucible::workbench {

class RunLog : public widgets::LogView {
    Q_OBJECT
public:
    explicit RunLog(QWidget* parent = nullptr);
    // An empty path empties the log.
    void setEvents(const std::filesystem::path& file);
    bool isBusy() const { return m_work.isBusy(); }

private:
    void poll();
    void appendEvents(const std::vector<job::Event>& events);

    std::shared_ptr<job::EventReader> m_reader; // one read at a time, on the pool
    Background m_work;
    std::filesystem::path m_file;
    QTimer m_timer;
};

} // namespace crucible::workbench
