// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/help_viewer.h"

#include "widgets/theme.h"

#include <QDesktopServices>
#include <QDir>
#include <QFile>
#include <QListWidget>
#include <QLocale>
#include <QSplitter>
#include <QTextBrowser>
#include <QUrl>
#include <QVBoxLayout>

// Resources of a static library must be asked for, from outside any namespace.
static void loadHelpResources()
{
#ifdef CRUCIBLE_HAS_HELP
    Q_INIT_RESOURCE(help);
#endif
}

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::Theme;

namespace {

QString markdownOf(const QString& topic)
{
    for (const QString& name : QStringList{QLocale().name() + u'/' + topic, topic}) // translations lie in folders
        if (QFile file(u":/help/"_s + name + u".md"_s); file.open(QIODevice::ReadOnly))
            return QString::fromUtf8(file.readAll());
    return {};
}

QString titleOf(const QString& topic)
{
    const QString text = markdownOf(topic);
    for (const QString& line : text.split(u'\n'))
        if (line.startsWith("# "_L1))
            return line.mid(2).trimmed();
    return topic;
}

} // namespace

QStringList HelpViewer::topics()
{
    loadHelpResources();
    QStringList found;
    for (const QString& file : QDir(u":/help"_s).entryList({u"*.md"_s}, QDir::Files, QDir::Name))
        found << file.chopped(3);
    if (const qsizetype index = found.indexOf(u"getting-started"_s); index > 0)
        found.move(index, 0);
    return found;
}

HelpViewer::HelpViewer(QWidget* parent) : QDialog(parent), m_contents(new QListWidget), m_text(new QTextBrowser)
{
    setWindowTitle(tr("Help"));
    resize(Theme::px(860), Theme::px(640));
    m_contents->setAccessibleName(tr("Topics"));
    m_text->setAccessibleName(tr("Help text"));
    m_text->setOpenLinks(false);
    m_text->document()->setDocumentMargin(Theme::px(16));
    connect(m_text, &QTextBrowser::anchorClicked, this, &HelpViewer::follow);
    for (const QString& topic : topics()) {
        auto* item = new QListWidgetItem(titleOf(topic), m_contents);
        item->setData(Qt::UserRole, topic);
    }
    connect(m_contents, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem* item) {
        if (item)
            m_text->setMarkdown(markdownOf(item->data(Qt::UserRole).toString()));
    });
    auto* splitter = new QSplitter(this);
    splitter->addWidget(m_contents);
    splitter->addWidget(m_text);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({Theme::px(200), Theme::px(660)});
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(splitter);
    if (topics().isEmpty())
        m_text->setMarkdown(tr("This build has no help pages."));
}

void HelpViewer::openTopic(const QString& topic)
{
    for (int row = 0; row < m_contents->count(); ++row)
        if (m_contents->item(row)->data(Qt::UserRole).toString() == topic)
            return m_contents->setCurrentRow(row);
    m_contents->setCurrentRow(0);
}

void HelpViewer::follow(const QUrl& url)
{
    if (url.isRelative() && url.path().endsWith(".md"_L1))
        openTopic(url.path().chopped(3));
    else if (url.scheme() == "https"_L1)
        QDesktopServices::openUrl(url);
}

void HelpViewer::showTopic(const QString& page, QWidget* parent)
{
    const QString topic = page == "merge"_L1        ? u"recipes"_s
                          : page == "runs"_L1       ? u"projects-and-runs"_s
                          : page == "playground"_L1 ? u"playground"_s
                                                    : u"getting-started"_s;
    auto* viewer = parent->findChild<HelpViewer*>(QString(), Qt::FindDirectChildrenOnly);
    if (!viewer)
        viewer = new HelpViewer(parent);
    viewer->openTopic(topic);
    viewer->show();
    viewer->raise();
}

} // namespace crucible::workbench
