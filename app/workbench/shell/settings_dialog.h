// SPDX-License-Identifier: GPL-3.0-or-later
// The few settings there are. Theme changes are seen at once; the rest holds when the dialog is accepted.
#pragma once

#include "jobs/device_query.h"
#include "services.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QListWidget;
class QSpinBox;

namespace crucible::workbench {

class SettingsDialog : public QDialog {
    Q_OBJECT
public:
    explicit SettingsDialog(Services& services, QWidget* parent);

public Q_SLOTS:
    void accept() override;
    void reject() override;

private:
    QWidget* makeAppearance();
    QWidget* makeModels();
    QWidget* makeJobs();
    void fillDevices(const QList<ComputeDevice>& devices, bool areAll);
    QStringList folders() const;

    Services& m_services;
    QComboBox* m_theme;
    QComboBox* m_language;
    QListWidget* m_folders;
    QSpinBox* m_threads;
    QComboBox* m_device;
    DeviceQuery m_devices;
    QCheckBox* m_smokeTest;
    int m_oldTheme;
};

} // namespace crucible::workbench
