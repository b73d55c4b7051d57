// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground/model_picker.h"

#include "jobs/model_library.h"
#include "text.h"
#include "widgets/icons.h"
#include "widgets/number_format.h"
#include "widgets/theme.h"

#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QPushButton>

#include <algorithm>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::TextRole;
using widgets::Theme;
namespace format = widgets::format;

namespace {

constexpr int kPathRole = Qt::UserRole;

QString detailOf(const ModelEntry& model)
{
    if (!model.problem.isEmpty())
        return model.problem;
    QStringList parts{model.isAdapter ? ModelPicker::tr("adapter") : model.family,
                      model.parameters > 0 ? format::parameters(static_cast<double>(model.parameters)) : QString(), model.dtype,
                      model.bytes > 0 ? format::bytes(static_cast<double>(model.bytes)) : QString()};
    parts.removeAll(QString());
    return parts.join(u" · "_s);
}

// The name that adapter_config.json gives to the model it was made for; empty for what is no adapter.
QString baseNameOf(const QString& folder)
{
    QFile file(QDir(folder).filePath(u"adapter_config.json"_s));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QJsonDocument::fromJson(file.readAll()).object().value("base_model_name_or_path"_L1).toString();
}

} // namespace

ModelPicker::ModelPicker(Services& services, QWidget* parent)
    : QFrame(parent, Qt::Popup), m_services(services), m_filter(new QLineEdit), m_list(new QListWidget), m_none(new QLabel),
      m_reader(*services.project)
{
    setObjectName(u"modelPicker"_s);
    setFrameShape(QFrame::NoFrame);
    setAccessibleName(tr("Choose a model"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(Theme::px(8), Theme::px(8), Theme::px(8), Theme::px(8));
    column->setSpacing(Theme::px(8));
    m_filter->setPlaceholderText(tr("Find a model"));
    m_filter->setAccessibleName(tr("Find a model"));
    m_filter->installEventFilter(this);
    m_list->setAccessibleName(tr("Models"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setUniformItemSizes(true);
    m_list->setTextElideMode(Qt::ElideRight);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_none->setWordWrap(true);
    Theme::setTextRole(m_none, TextRole::Muted);
    auto* folder = new QPushButton(widgets::Icons::icon(u"folder"_s), tr("Folder…"));
    auto* file = new QPushButton(widgets::Icons::icon(u"file"_s), tr("GGUF file…"));
    auto* row = new QHBoxLayout;
    row->addWidget(folder);
    row->addWidget(file);
    row->addStretch(1);
    column->addWidget(m_filter);
    column->addWidget(m_none);
    column->addWidget(m_list, 1);
    column->addLayout(row);
    connect(m_filter, &QLineEdit::textChanged, this, &ModelPicker::fill);
    connect(m_list, &QListWidget::itemClicked, this, &ModelPicker::chooseCurrent);
    connect(m_list, &QListWidget::itemActivated, this, &ModelPicker::chooseCurrent);
    connect(services.models, &ModelLibrary::modelsChanged, this, &ModelPicker::fill);
    connect(folder, &QPushButton::clicked, this, [this] {
        hide();
        const QString path = QFileDialog::getExistingDirectory(parentWidget(), tr("Choose the folder of a model or an adapter"));
        if (!path.isEmpty())
            choosePath(path);
    });
    connect(file, &QPushButton::clicked, this, [this] {
        hide();
        const QString path = QFileDialog::getOpenFileName(parentWidget(), tr("Choose a GGUF file"), {}, tr("Models (*.gguf)"));
        if (!path.isEmpty())
            choosePath(path);
    });
}

void ModelPicker::popupAt(QWidget* anchor, const ModelChoice& current)
{
    m_current = current;
    m_results.clear();
    m_filter->clear();
    fill();
    readResults();
    resize(Theme::px(380), Theme::px(420));
    const QPoint below = anchor->mapToGlobal(QPoint(0, anchor->height() + Theme::px(4)));
    const QRect window = parentWidget()->window()->frameGeometry();
    move(std::clamp(below.x(), window.left(), std::max(window.left(), window.right() - width())), below.y());
    show();
    m_filter->setFocus();
}

void ModelPicker::fill()
{
    if (!m_filter->isVisible() && m_list->count() > 0 && sender() == m_services.models)
        return;
    m_list->clear();
    const QStringList words = m_filter->text().split(u' ', Qt::SkipEmptyParts);
    const auto matches = [&](const QString& all) {
        return std::ranges::all_of(words, [&](const QString& word) { return all.contains(word, Qt::CaseInsensitive); });
    };
    for (const ModelEntry& model : m_services.models->models()) {
        if (matches(model.name + u' ' + detailOf(model) + u' ' + model.path))
            addRow(model.path, model.name, detailOf(model), model.isAdapter ? u"link"_s : u"models"_s, model.problem.isEmpty());
    }
    for (const Result& result : std::as_const(m_results)) {
        const QString name = QFileInfo(result.path).fileName();
        if (!m_services.models->find(result.path) && matches(name + u' ' + result.run + u' ' + result.path))
            addRow(result.path, name, tr("made by the run %1").arg(result.run), u"runs"_s, true);
    }
    if (!m_list->currentItem() && m_list->count() > 0)
        m_list->setCurrentRow(0);
    m_none->setText(m_services.models->models().isEmpty() && m_results.isEmpty()
                        ? tr("The folders that Crucible knows hold no models. Choose a folder or a .gguf file here; it can also be dropped on the page.")
                        : tr("No model matches."));
    m_none->setVisible(m_list->count() == 0);
    m_list->setVisible(m_list->count() > 0);
}

void ModelPicker::addRow(const QString& path, const QString& name, const QString& detail, const QString& icon, bool usable)
{
    auto* item = new QListWidgetItem(widgets::Icons::icon(icon, widgets::IconRole::Muted), u"%1\n%2"_s.arg(name, detail));
    item->setData(kPathRole, path);
    item->setToolTip(displayPath(path));
    if (!usable)
        item->setFlags(item->flags() & ~Qt::ItemIsEnabled);
    m_list->addItem(item);
    if (path == (m_current.adapter.isEmpty() ? m_current.path : m_current.adapter))
        m_list->setCurrentItem(item);
}

// What runs of the project made and is still there, the newest first.
void ModelPicker::readResults()
{
    m_reader.read(
        [](project::Project& project) {
            QList<Result> found;
            for (const project::Artifact& made : project.allArtifacts()) {
                const QString path = toQString(made.path);
                if ((made.kind == "model" || made.kind == "adapter") && (looksLikeModel(path) || path.endsWith(".gguf"_L1)))
                    if (const auto run = project.run(made.run))
                        found.prepend({path, toQString(run->name)});
            }
            return found;
        },
        [this](const QList<Result>& found) {
            m_results = found;
            fill();
        });
}

ModelChoice ModelPicker::choiceFor(Services& services, const QString& path, QString* problem)
{
    const QFileInfo info(path);
    if (!QFileInfo::exists(info.filePath() + u"/adapter_config.json"_s)) {
        const auto known = services.models->find(path);
        return {info.absoluteFilePath(), {}, known && known->name.contains(u'/') ? known->name : QString()};
    }
    const QString base = baseNameOf(path);
    if (QFileInfo(base).isAbsolute() && looksLikeModel(base))
        return {base, info.absoluteFilePath(), {}};
    const QString last = base.section(u'/', -1);
    for (const ModelEntry& model : services.models->models())
        if (!model.isAdapter && (model.name == base || (!last.isEmpty() && model.name.section(u'/', -1).compare(last, Qt::CaseInsensitive) == 0)))
            return {model.path, info.absoluteFilePath(), {}};
    if (problem)
        *problem = base.isEmpty() ? tr("The adapter %1 does not say which model it was made for.").arg(info.fileName())
                                  : tr("The adapter %1 needs its base model %2. Add the folder that holds it on the Models page.").arg(info.fileName(), base);
    return {};
}

void ModelPicker::choosePath(const QString& path)
{
    QString problem;
    const ModelChoice choice = choiceFor(m_services, path, &problem);
    if (choice.isEmpty())
        Q_EMIT problemFound(problem);
    else
        Q_EMIT chosen(choice);
}

void ModelPicker::chooseCurrent()
{
    const QListWidgetItem* item = m_list->currentItem();
    if (!item || !(item->flags() & Qt::ItemIsEnabled))
        return;
    hide();
    choosePath(item->data(kPathRole).toString());
}

bool ModelPicker::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() != QEvent::KeyPress)
        return QFrame::eventFilter(object, event);
    auto* key = static_cast<QKeyEvent*>(event);
    switch (key->key()) {
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_PageUp:
    case Qt::Key_PageDown: QCoreApplication::sendEvent(m_list, event); return true;
    case Qt::Key_Return:
    case Qt::Key_Enter: chooseCurrent(); return true;
    default: return false;
    }
}

void ModelPicker::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), Theme::colors().surface);
    painter.setPen(Theme::colors().border);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

} // namespace crucible::workbench
