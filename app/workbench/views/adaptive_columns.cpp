// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/adaptive_columns.h"

#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QSplitter>
#include <QTabBar>
#include <QTabWidget>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::Theme;

namespace {
constexpr int kNarrow = 1200 - 76; // a window of 1200 px without its mode bar
constexpr int kGap = 12;
}

AdaptiveColumns::AdaptiveColumns(QWidget* parent)
    : QWidget(parent), m_splitter(new QSplitter(Qt::Horizontal, this)), m_tabs(new QTabWidget)
{
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(Theme::px(kGap));
    m_tabs->setTabBarAutoHide(true);
    m_tabs->setDocumentMode(true);
    m_tabs->tabBar()->setDrawBase(false);
    m_splitter->addWidget(m_tabs);
    connect(m_splitter, &QSplitter::splitterMoved, this, [this] { m_placed = true; });
    connect(m_tabs, &QTabWidget::currentChanged, this, [this](int index) { Q_EMIT middleShown(m_tabs->widget(index)); });
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter);
}

void AdaptiveColumns::setLeft(QWidget* widget, int width)
{
    m_left = widget;
    m_leftWidth = width;
    m_splitter->insertWidget(0, widget);
    m_splitter->setStretchFactor(0, 0);
    m_splitter->setStretchFactor(m_splitter->indexOf(m_tabs), 1);
}

void AdaptiveColumns::setRight(QWidget* widget, const QString& title, int width)
{
    m_right = widget;
    m_rightTitle = title;
    m_rightWidth = width;
    arrange(m_narrow);
}

void AdaptiveColumns::addMiddle(QWidget* widget, const QString& title)
{
    const int end = m_narrow && m_right ? m_tabs->count() - 1 : m_tabs->count();
    m_tabs->insertTab(end, widget, title);
}

void AdaptiveColumns::showMiddle(QWidget* widget)
{
    if (m_tabs->indexOf(widget) >= 0)
        m_tabs->setCurrentWidget(widget);
}

void AdaptiveColumns::arrange(bool narrow)
{
    m_narrow = narrow;
    if (!m_right)
        return;
    if (narrow) {
        m_tabs->addTab(m_right, m_rightTitle);
    } else {
        if (const int index = m_tabs->indexOf(m_right); index >= 0)
            m_tabs->removeTab(index);
        m_splitter->addWidget(m_right);
        m_splitter->setStretchFactor(m_splitter->indexOf(m_right), 0);
        m_right->show();
    }
    m_placed = false;
    Q_EMIT narrowChanged(narrow);
}

void AdaptiveColumns::applyWidths()
{
    const int left = m_left ? Theme::px(m_leftWidth) : 0;
    const int right = m_right && !m_narrow ? Theme::px(m_rightWidth) : 0;
    const int gaps = Theme::px(kGap) * ((left > 0) + (right > 0));
    QList<int> sizes;
    if (m_left)
        sizes << std::min(left, width() * 2 / 5);
    sizes << std::max(100, width() - left - right - gaps);
    if (right > 0)
        sizes << right;
    m_splitter->resize(size()); // the layout does it only after this event
    m_splitter->setSizes(sizes);
}

void AdaptiveColumns::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    if (const bool narrow = width() < Theme::px(kNarrow - 32); narrow != m_narrow)
        arrange(narrow);
    if (!m_placed && width() > 0)
        applyWidths();
}

QVariantMap AdaptiveColumns::saveState() const
{
    return {{m_narrow ? u"narrow"_s : u"wide"_s, m_splitter->saveState()}, {u"tab"_s, m_tabs->currentIndex()}};
}

void AdaptiveColumns::restoreState(const QVariantMap& state)
{
    if (m_splitter->restoreState(state.value(m_narrow ? u"narrow"_s : u"wide"_s).toByteArray()))
        m_placed = true;
    m_tabs->setCurrentIndex(state.value(u"tab"_s).toInt());
}

} // namespace crucible::workbench
