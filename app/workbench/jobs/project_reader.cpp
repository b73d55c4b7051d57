// SPDX-License-Identifier: GPL-3.0-or-later
#include "jobs/project_reader.h"

#include "text.h"

namespace crucible::workbench {

ProjectReader::ProjectReader(ProjectService& project, QObject* parent) : QObject(parent), m_project(project)
{
    connect(&project, &ProjectService::opened, this, &ProjectReader::follow);
    connect(&project, &ProjectService::closed, this, &ProjectReader::follow);
    connect(&m_work, &Background::started, this, &ProjectReader::busyChanged);
    connect(&m_work, &Background::finished, this, &ProjectReader::busyChanged);
    follow();
}

// The answers of another project are not wanted.
void ProjectReader::follow()
{
    m_next = {};
    m_work.cancel();
    m_connection.reset();
    if (m_project.isOpen())
        m_connection = std::make_shared<Connection>(toPath(m_project.folder()));
}

} // namespace crucible::workbench
