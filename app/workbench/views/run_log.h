// SPDX-License-Identifier: GPL-3.0-or-later
// What one run said, read from its events. Grows while the run works.
#pragma once

#include "job/events.h"
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

private:
    void poll();

    std::unique_ptr<job::EventReader> m_reader;
    std::filesystem::path m_file;
    QTimer m_timer;
};

} // namespace crucible::workbench
