// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/dialogs.h"

#include "base/version.h"
#include "widgets/data_table.h"
#include "widgets/icons.h"
#include "widgets/theme.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QStandardItemModel>
#include <QVBoxLayout>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::TextRole;
using widgets::Theme;

ShortcutsDialog::ShortcutsDialog(const QList<QAction*>& actions, QWidget* parent) : QDialog(parent)
{
    setWindowTitle(tr("Keyboard shortcuts"));
    resize(Theme::px(520), Theme::px(520));
    auto* model = new QStandardItemModel(this);
    model->setHorizontalHeaderLabels({tr("action"), tr("keys")});
    const auto add = [model](const QString& text, const QString& keys) {
        auto* name = new QStandardItem(text);
        auto* key = new QStandardItem(keys);
        name->setEditable(false);
        key->setEditable(false);
        model->appendRow({name, key});
    };
    for (const QAction* action : actions)
        if (!action->shortcut().isEmpty())
            add(action->iconText(), action->shortcut().toString(QKeySequence::NativeText));
    add(tr("Move between controls"), tr("Tab, Shift+Tab"));
    add(tr("Move between modes"), tr("Up, Down in the mode bar"));
    auto* table = new widgets::DataTable(this);
    table->setAccessibleName(windowTitle());
    table->setModel(model);
    table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(table);
    layout->addWidget(buttons);
}

AboutDialog::AboutDialog(QWidget* parent) : QDialog(parent)
{
    setWindowTitle(tr("About Crucible"));
    auto* icon = new QLabel(this);
    icon->setPixmap(widgets::Icons::icon(u"crucible"_s, widgets::IconRole::Accent).pixmap(Theme::px(48)));
    auto* title = new QLabel(u"Crucible "_s + QLatin1StringView(kVersion), this);
    Theme::setTextRole(title, TextRole::Title);
    auto* text = new QLabel(tr("Makes language models out of other language models, shows what a merge will do before it is "
                               "done, and remembers every run."),
                            this);
    text->setWordWrap(true);
    auto* licence = new QLabel(tr("Free software under the GNU General Public License, version 3 or later. Built with Qt %1, "
                                  "QCustomPlot, SQLite, yaml-cpp, nlohmann-json, Highway, libzip and fmt.")
                                   .arg(QLatin1StringView(qVersion())),
                               this);
    Theme::setTextRole(licence, TextRole::Muted);
    licence->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* words = new QVBoxLayout;
    words->setSpacing(Theme::px(8));
    words->addWidget(title);
    words->addWidget(text);
    words->addWidget(licence);
    words->addWidget(buttons);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(Theme::px(24), Theme::px(24), Theme::px(24), Theme::px(16));
    layout->setSpacing(Theme::px(16));
    layout->addWidget(icon, 0, Qt::AlignTop);
    layout->addLayout(words, 1);
    setMinimumWidth(Theme::px(480));
}

} // namespace crucible::workbench
