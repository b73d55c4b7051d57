// SPDX-License-Identifier: GPL-3.0-or-later
// Which devices models can compute on: asked of crucible-cli, since the window loads none of what drives them.
#pragma once

#include <QList>
#include <QObject>
#include <QProcess>
#include <QString>

namespace crucible::workbench {

class JobService;

struct ComputeDevice {
    QString id;    // "cpu", "cuda:0"
    QString title; // as its maker calls it
    quint64 totalBytes = 0;

    bool isCard() const { return id.startsWith(QLatin1String("cuda")); }
};

class DeviceQuery : public QObject {
    Q_OBJECT
public:
    explicit DeviceQuery(JobService& jobs, QObject* parent = nullptr);
    ~DeviceQuery() override;
    // Answered by found(), unless the program does not answer.
    void start();

    static QList<ComputeDevice> read(const QByteArray& json);

Q_SIGNALS:
    void found(const QList<crucible::workbench::ComputeDevice>& devices);

private:
    JobService& m_jobs;
    QProcess m_process;
};

} // namespace crucible::workbench
