// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/models_panel.h"

#include "text.h"
#include "widgets/chip.h"
#include "widgets/elided_label.h"
#include "widgets/icons.h"
#include "widgets/theme.h"

#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace crucible::workbench {

using widgets::Icons;
using widgets::TextRole;
using widgets::Theme;

namespace {

// The outlined ground of one model, with the mark of its curves at the left.
class RowFrame : public QWidget {
public:
    RowFrame(int series, QWidget* parent) : QWidget(parent), m_series(series)
    {
        setFocusPolicy(Qt::StrongFocus);
        setAttribute(Qt::WA_Hover);
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const widgets::ThemeColors& colors = Theme::colors();
        painter.setPen(QPen(hasFocus() ? colors.accent : underMouse() ? colors.border : colors.hairline, 1));
        painter.setBrush(colors.surface);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), Theme::px(6), Theme::px(6));
        if (m_series >= 0) {
            const QColor color = Theme::seriesColor(m_series);
            widgets::drawMarker(painter, QPointF(Theme::px(14), height() / 2.0), Theme::px(4), Theme::seriesMarker(m_series), color, color);
        }
    }

private:
    int m_series;
};

} // namespace

QString ModelsPanel::shortName(const recipe::ModelRef& ref)
{
    const auto last = [](const std::string& path) {
        QString name = toQString(path);
        while (name.endsWith(u'/'))
            name.chop(1);
        return name.section(u'/', -1);
    };
    QString name = last(ref.model);
    if (!ref.lora.empty())
        name += u" + " % last(ref.lora);
    return name;
}

ModelsPanel::ModelsPanel(QWidget* parent) : QWidget(parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Theme::px(8));
    m_list = new QVBoxLayout;
    m_list->setSpacing(Theme::px(6));
    layout->addLayout(m_list);
    auto* bottom = new QHBoxLayout;
    bottom->setSpacing(Theme::px(8));
    m_add = new QPushButton(tr("Add model"), this);
    m_add->setObjectName(QStringLiteral("addModel"));
    m_hint = new QLabel(tr("or drop a folder here"), this);
    Theme::setTextRole(m_hint, TextRole::Faint);
    bottom->addWidget(m_add);
    bottom->addWidget(m_hint, 1);
    layout->addLayout(bottom);
}

void ModelsPanel::setAddMenu(QMenu* menu)
{
    m_add->setMenu(menu);
}

QMenu* ModelsPanel::rowMenu(int row, QWidget* parent)
{
    auto* menu = new QMenu(parent);
    const ModelRow& model = m_rows[static_cast<std::size_t>(row)];
    if (m_mayHaveBase)
        menu->addAction(model.isBase ? tr("Not the base model") : tr("Make it the base model"), this,
                        [this, row, on = !model.isBase] { Q_EMIT baseRequested(row, on); });
    menu->addAction(Icons::icon(QStringLiteral("models")), tr("Show in Models"), this, [this, row] { Q_EMIT showRequested(row); });
    menu->addAction(tr("Replace…"), this, [this, row] { Q_EMIT replaceRequested(row); });
    menu->addSeparator();
    QAction* up = menu->addAction(tr("Move up"), this, [this, row] { Q_EMIT moveRequested(row, -1); });
    up->setEnabled(model.isListed && row > 0);
    QAction* down = menu->addAction(tr("Move down"), this, [this, row] { Q_EMIT moveRequested(row, 1); });
    down->setEnabled(model.isListed && row + 1 < static_cast<int>(m_rows.size()));
    menu->addSeparator();
    menu->addAction(Icons::icon(QStringLiteral("delete")), tr("Remove"), this, [this, row] { Q_EMIT removeRequested(row); });
    return menu;
}

void ModelsPanel::setRows(const std::vector<ModelRow>& rows, bool mayHaveBase)
{
    int focused = -1;
    for (int i = 0; i < m_list->count(); ++i) {
        if (m_list->itemAt(i)->widget() && m_list->itemAt(i)->widget()->hasFocus())
            focused = i;
    }
    m_rows = rows;
    m_mayHaveBase = mayHaveBase;
    m_add->setText(tr("Add model"));
    m_hint->setText(tr("or drop a folder here"));
    while (QLayoutItem* item = m_list->takeAt(0)) {
        item->widget()->deleteLater();
        item->widget()->hide();
        delete item;
    }
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const ModelRow& row = m_rows[i];
        auto* frame = new RowFrame(row.series, this);
        frame->setProperty("row", static_cast<int>(i));
        frame->setAccessibleName(shortName(row.ref));
        frame->setAccessibleDescription(row.isBase ? tr("Base model. %1").arg(row.facts) : row.facts);
        frame->setToolTip(toQString(row.ref.toString()));
        frame->setContextMenuPolicy(Qt::CustomContextMenu);
        frame->installEventFilter(this);
        connect(frame, &QWidget::customContextMenuRequested, frame, [this, frame, i](const QPoint& position) {
            QMenu* menu = rowMenu(static_cast<int>(i), frame);
            menu->setAttribute(Qt::WA_DeleteOnClose);
            menu->popup(frame->mapToGlobal(position));
        });
        auto* line = new QHBoxLayout(frame);
        line->setContentsMargins(row.series >= 0 ? Theme::px(28) : Theme::px(12), Theme::px(8), Theme::px(6), Theme::px(8));
        line->setSpacing(Theme::px(8));
        auto* texts = new QVBoxLayout;
        texts->setSpacing(Theme::px(2));
        auto* name = new widgets::ElidedLabel(shortName(row.ref), frame);
        Theme::setTextRole(name, TextRole::Strong);
        texts->addWidget(name);
        auto* facts = new widgets::ElidedLabel(row.problem.isEmpty() ? row.facts : row.problem, frame);
        Theme::setTextRole(facts, row.problem.isEmpty() ? TextRole::Muted : TextRole::Error);
        texts->addWidget(facts);
        line->addLayout(texts, 1);
        if (row.isBase) {
            auto* chip = new widgets::Chip(tr("base"), frame);
            chip->setFocusPolicy(Qt::NoFocus);
            line->addWidget(chip);
        }
        auto* more = new QToolButton(frame);
        more->setIcon(Icons::icon(QStringLiteral("more"), widgets::IconRole::Muted));
        more->setAutoRaise(true);
        more->setPopupMode(QToolButton::InstantPopup);
        more->setAccessibleName(tr("What to do with %1").arg(shortName(row.ref)));
        more->setToolTip(tr("Base model, order, remove"));
        more->setMenu(rowMenu(static_cast<int>(i), more));
        more->setStyleSheet(QStringLiteral("QToolButton::menu-indicator{image:none}"));
        line->addWidget(more);
        m_list->addWidget(frame);
        if (focused == static_cast<int>(i))
            frame->setFocus();
    }
}

bool ModelsPanel::eventFilter(QObject* object, QEvent* event)
{
    const QVariant row = object->property("row");
    if (event->type() == QEvent::KeyPress && row.isValid()) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Delete) {
            Q_EMIT removeRequested(row.toInt());
            return true;
        }
        if (key->modifiers() == Qt::AltModifier && (key->key() == Qt::Key_Up || key->key() == Qt::Key_Down)) {
            Q_EMIT moveRequested(row.toInt(), key->key() == Qt::Key_Up ? -1 : 1);
            return true;
        }
        if (key->key() == Qt::Key_Menu || key->key() == Qt::Key_Return || key->key() == Qt::Key_Space) {
            auto* frame = static_cast<QWidget*>(object);
            QMenu* menu = rowMenu(row.toInt(), frame);
            menu->setAttribute(Qt::WA_DeleteOnClose);
            menu->popup(frame->mapToGlobal(frame->rect().bottomLeft()));
            return true;
        }
    }
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
        static_cast<QWidget*>(object)->update();
    return QWidget::eventFilter(object, event);
}

} // namespace crucible::workbench
