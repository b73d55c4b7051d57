// SPDX-License-Identifier: GPL-3.0-or-later
// What pages ask of the frame, done by the main window and its dialogs.
#pragma once

#include "jobs/background.h"
#include "services.h"

namespace crucible::workbench {

class MainWindow;

class FrameHere : public Frame {
    Q_OBJECT
public:
    FrameHere(MainWindow& window, Services& services);

    void openPage(const QString& id, const QVariantMap& message = {}) override;
    void showMessage(Tone tone, const QString& text, const QString& detail = {}) override;
    void newProject() override;
    bool ensureProject() override;
    void openProject() override;
    void openProjectAt(const QString& folder) override;
    void openSampleProject() override;
    void addModelFolder() override;

Q_SIGNALS:
    void messageRequested(crucible::workbench::Frame::Tone tone, const QString& text, const QString& detail);

private:
    MainWindow& m_window;
    Services& m_services;
    Background m_sample; // the sample's models are generated once
};

} // namespace crucible::workbench
