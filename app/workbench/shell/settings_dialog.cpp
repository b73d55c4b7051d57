// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/settings_dialog.h"

#include "base/platform.h"
#include "jobs/project_service.h"
#include "settings.h"
#include "shell/language.h"
#include "text.h"
#include "widgets/card.h"
#include "widgets/elided_label.h"
#include "widgets/number_format.h"
#include "widgets/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QLabel>
#include <QListWidget>
#include <QPainter>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::TextRole;
using widgets::Theme;

namespace {

// Labels of one width, so that the fields of all cards stand in one line.
void addRow(QFormLayout* form, const QString& text, QWidget* field)
{
    auto* label = new QLabel(text);
    label->setMinimumWidth(Theme::px(88));
    label->setBuddy(field);
    form->addRow(label, field);
}

class FolderList : public QListWidget {
public:
    using QListWidget::QListWidget;

protected:
    void paintEvent(QPaintEvent* event) override
    {
        QListWidget::paintEvent(event);
        if (count() > 0)
            return;
        QPainter painter(viewport());
        painter.setFont(Theme::secondaryFont());
        painter.setPen(Theme::colors().muted);
        painter.drawText(viewport()->rect().adjusted(Theme::px(16), 0, -Theme::px(16), 0), Qt::AlignCenter | Qt::TextWordWrap,
                         SettingsDialog::tr("No folder yet. Models in an open project are found without one."));
    }
};

constexpr int kBytesRole = Qt::UserRole + 1;

} // namespace

SettingsDialog::SettingsDialog(Services& services, QWidget* parent)
    : QDialog(parent), m_services(services), m_theme(new QComboBox), m_language(new QComboBox),
      m_folders(new FolderList), m_threads(new QSpinBox), m_device(new QComboBox), m_devices(*services.jobs), m_smokeTest(new QCheckBox(tr("Try what a run made when it is done"))), m_oldTheme(static_cast<int>(services.settings->theme()))
{
    setObjectName(u"settingsDialog"_s);
    setWindowTitle(tr("Settings"));
    setMinimumWidth(Theme::px(560));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(Theme::px(16), Theme::px(16), Theme::px(16), Theme::px(16));
    layout->setSpacing(Theme::px(12));
    layout->addWidget(makeAppearance());
    layout->addWidget(makeModels(), 1);
    layout->addWidget(makeJobs());
    auto* where = new widgets::ElidedLabel(tr("Kept in %1").arg(displayPath(services.settings->fileName())));
    where->setElideMode(Qt::ElideMiddle);
    Theme::setTextRole(where, TextRole::Faint);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    Theme::setPrimary(buttons->button(QDialogButtonBox::Ok));
    connect(buttons, &QDialogButtonBox::accepted, this, &SettingsDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &SettingsDialog::reject);
    auto* bottom = new QHBoxLayout;
    bottom->addWidget(where, 1);
    bottom->addWidget(buttons);
    layout->addLayout(bottom);
}

QWidget* SettingsDialog::makeAppearance()
{
    m_theme->addItems({tr("As the system"), tr("Light"), tr("Dark")});
    m_theme->setCurrentIndex(m_oldTheme);
    m_theme->setAccessibleName(tr("Theme"));
    connect(m_theme, &QComboBox::activated, this,
            [this](int index) { m_services.settings->setTheme(static_cast<ThemeChoice>(index)); });
    m_language->addItem(tr("As the system"), QString());
    for (const QString& language : Language::available())
        m_language->addItem(Language::nativeName(language), language);
    m_language->setCurrentIndex(std::max(0, m_language->findData(m_services.settings->language())));
    m_language->setAccessibleName(tr("Language"));
    auto* card = new widgets::Card(tr("Appearance"));
    auto* form = new QFormLayout;
    addRow(form, tr("Theme"), m_theme);
    addRow(form, tr("Language"), m_language);
    card->addLayout(form);
    return card;
}

QWidget* SettingsDialog::makeModels()
{
    for (const QString& folder : m_services.settings->modelFolders())
        m_folders->addItem(folder);
    m_folders->setAccessibleName(tr("Folders with models"));
    m_folders->setMinimumHeight(Theme::px(110));
    m_folders->setTextElideMode(Qt::ElideMiddle);
    auto* add = new QPushButton(tr("Add…"));
    auto* remove = new QPushButton(tr("Remove"));
    remove->setEnabled(false);
    connect(m_folders, &QListWidget::itemSelectionChanged, remove,
            [this, remove] { remove->setEnabled(!m_folders->selectedItems().isEmpty()); });
    connect(add, &QPushButton::clicked, this, [this] {
        const QString folder = QFileDialog::getExistingDirectory(this, tr("Add a folder with models"));
        if (!folder.isEmpty() && !folders().contains(folder))
            m_folders->addItem(folder);
    });
    connect(remove, &QPushButton::clicked, this, [this] { qDeleteAll(m_folders->selectedItems()); });
    auto* card = new widgets::Card(tr("Folders with models"));
    card->setHint(tr("looked through, with the folders inside"));
    card->addWidget(m_folders, 1);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(add);
    buttons->addWidget(remove);
    buttons->addStretch(1);
    card->addLayout(buttons);
    return card;
}

QWidget* SettingsDialog::makeJobs()
{
    m_threads->setRange(0, 1024);
    m_threads->setSpecialValueText(tr("one per processor (%1)").arg(platform::cpuCount()));
    m_threads->setValue(m_services.settings->workerThreads());
    m_threads->setAccessibleName(tr("Threads of a job"));
    auto* project = new widgets::ElidedLabel(
        m_services.project->isOpen() ? displayPath(m_services.project->folder()) : tr("none is open"));
    project->setElideMode(Qt::ElideMiddle);
    auto* card = new widgets::Card(tr("Jobs"));
    auto* form = new QFormLayout;
    addRow(form, tr("Threads"), m_threads);
    addRow(form, tr("Playground on"), m_device);
    m_device->setObjectName(u"device"_s);
    fillDevices({}, false);
    m_device->setAccessibleName(tr("Device of the Playground"));
    // There is nothing to choose where there is no card.
    form->setRowVisible(m_device, m_device->count() > 1);
    connect(&m_devices, &DeviceQuery::found, this, [this, form](const QList<ComputeDevice>& devices) {
        fillDevices(devices, true);
        form->setRowVisible(m_device, m_device->count() > 1);
    });
    m_devices.start();
    m_smokeTest->setChecked(m_services.settings->smokeTestAfterRuns());
    m_smokeTest->setToolTip(tr("Loads the model, lets it write, and measures it beside its parents; what it finds stands in the run's page."));
    addRow(form, tr("Project"), project);
    form->addRow(m_smokeTest);
    card->addLayout(form);
    return card;
}

// The processor, the cards that were found, and the one that was chosen where it was not, or not yet.
void SettingsDialog::fillDevices(const QList<ComputeDevice>& devices, bool areAll)
{
    const QString chosen = m_device->count() > 0 ? m_device->currentData().toString() : m_services.settings->device();
    m_device->clear();
    m_device->addItem(tr("Processor"), u"cpu"_s);
    for (const ComputeDevice& device : devices) {
        if (!device.isCard())
            continue;
        const QString memory = device.totalBytes > 0 ? widgets::format::bytes(static_cast<double>(device.totalBytes)) : QString();
        m_device->addItem(memory.isEmpty() ? device.title : u"%1 · %2"_s.arg(device.title, memory), device.id);
        m_device->setItemData(m_device->count() - 1, device.totalBytes, kBytesRole);
    }
    if (m_device->findData(chosen) < 0) {
        m_device->addItem(areAll ? tr("%1 (not found)").arg(chosen) : chosen, chosen);
        m_device->setItemData(m_device->count() - 1, m_services.settings->deviceBytes(), kBytesRole); // it may be asked for still
    }
    m_device->setCurrentIndex(m_device->findData(chosen));
}

QStringList SettingsDialog::folders() const
{
    QStringList all;
    for (int row = 0; row < m_folders->count(); ++row)
        all << m_folders->item(row)->text();
    return all;
}

void SettingsDialog::accept()
{
    QDialog::accept();
    Settings& settings = *m_services.settings;
    settings.setModelFolders(folders());
    settings.setSmokeTestAfterRuns(m_smokeTest->isChecked());
    if (settings.workerThreads() != m_threads->value())
        settings.setWorkerThreads(m_threads->value());
    settings.setDevice(m_device->currentData().toString(), m_device->currentData(kBytesRole).toULongLong());
    if (const QString language = m_language->currentData().toString(); language != settings.language())
        settings.setLanguage(language);
}

void SettingsDialog::reject()
{
    if (m_theme->currentIndex() != m_oldTheme)
        m_services.settings->setTheme(static_cast<ThemeChoice>(m_oldTheme));
    QDialog::reject();
}

} // namespace crucible::workbench
