// SPDX-License-Identifier: GPL-3.0-or-later
#include "jobs/device_query.h"

#include "jobs/job_service.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace crucible::workbench {

using namespace Qt::StringLiterals;

DeviceQuery::DeviceQuery(JobService& jobs, QObject* parent) : QObject(parent), m_jobs(jobs)
{
    connect(&m_process, &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
        if (code == 0 && status == QProcess::NormalExit)
            Q_EMIT found(read(m_process.readAllStandardOutput()));
    });
}

DeviceQuery::~DeviceQuery()
{
    m_process.disconnect(this);
    if (m_process.state() != QProcess::NotRunning) {
        m_process.kill();
        m_process.waitForFinished(1000);
    }
}

void DeviceQuery::start()
{
    if (m_process.state() == QProcess::NotRunning && !m_jobs.worker().isEmpty())
        m_process.start(m_jobs.worker(), m_jobs.workerArguments() + QStringList{u"devices"_s, u"--json"_s});
}

QList<ComputeDevice> DeviceQuery::read(const QByteArray& json)
{
    QList<ComputeDevice> devices;
    const QJsonArray list = QJsonDocument::fromJson(json).object().value("devices"_L1).toArray();
    for (const QJsonValue& value : list) {
        const QJsonObject one = value.toObject();
        devices.append({one.value("device"_L1).toString(), one.value("title"_L1).toString(),
                        static_cast<quint64>(one.value("total_bytes"_L1).toInteger())});
    }
    return devices;
}

} // namespace crucible::workbench
