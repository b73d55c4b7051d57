// SPDX-License-Identifier: GPL-3.0-or-later
// The Log dock: what all jobs say while the window is open.
#pragma once

#include "services.h"

#include <QWidget>

namespace crucible::widgets {
class LogView;
}

namespace crucible::workbench {

class LogPanel : public QWidget {
    Q_OBJECT
public:
    explicit LogPanel(Services& services, QWidget* parent = nullptr);
    QSize sizeHint() const override;

private:
    widgets::LogView* m_log;
};

} // namespace crucible::workbench
