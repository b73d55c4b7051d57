// SPDX-License-Identifier: GPL-3.0-or-later
// Protects what holds for every widget: what takes the focus has a name, the tab order is whole, nothing needs more than
// 1024 x 700, and both themes can be put on a living window.
#include "gallery_page.h"

#include "widgets/theme.h"

#include <QAbstractButton>
#include <QAbstractScrollArea>
#include <QLabel>
#include <QScrollBar>
#include <QSet>
#include <QTest>

#include <memory>

using namespace crucible::widgets;

class TestGallery : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Theme::apply(*qApp, Theme::Mode::Light); }
    void everyPage_data()
    {
        QTest::addColumn<int>("index");
        int index = 0;
        for (const GalleryPage& page : galleryPages())
            QTest::newRow(qPrintable(page.name)) << index++;
    }
    void everyPage()
    {
        QFETCH(int, index);
        const std::unique_ptr<QWidget> page(galleryPages().at(std::size_t(index)).make());
        page->resize(1024, 700);
        page->show();
        QVERIFY(QTest::qWaitForWindowExposed(page.get()));
        QVERIFY2(page->minimumSizeHint().width() <= 1024, qPrintable(QString::number(page->minimumSizeHint().width())));
        QVERIFY2(page->minimumSizeHint().height() <= 700, qPrintable(QString::number(page->minimumSizeHint().height())));
        int focusable = 0;
        for (QWidget* widget : page->findChildren<QWidget*>()) {
            if (!widget->isVisible())
                continue;
            if (widget->focusPolicy() != Qt::NoFocus && widget->focusProxy() == nullptr && !widget->inherits("QTabBar") &&
                !widget->inherits("QTabWidget") && !widget->inherits("QScrollBar") && !widget->inherits("QHeaderView") && widget->objectName() != QStringLiteral("qt_spinbox_lineedit")) {
                ++focusable;
                const auto* button = qobject_cast<QAbstractButton*>(widget);
                const bool named = !widget->accessibleName().isEmpty() || (button != nullptr && !button->text().isEmpty());
                QVERIFY2(named, widget->metaObject()->className());
            }
            if (const auto* button = qobject_cast<QAbstractButton*>(widget); button != nullptr && !button->text().isEmpty())
                QVERIFY2(button->width() >= button->fontMetrics().horizontalAdvance(button->text()), qPrintable(button->text()));
            if (const auto* label = qobject_cast<QLabel*>(widget); label != nullptr && label->wordWrap() && !label->text().isEmpty())
                QVERIFY2(label->height() >= label->heightForWidth(label->width()) - 2, qPrintable(label->text()));
        }
        QVERIFY(focusable > 3);
        // The focus chain comes round.
        QSet<QWidget*> seen;
        QWidget* at = page.get();
        do {
            seen.insert(at);
            at = at->nextInFocusChain();
        } while (at != page.get() && !seen.contains(at));
        QCOMPARE(at, page.get());
        Theme::apply(*qApp, Theme::Mode::Dark);
        QVERIFY(page->grab().toImage().pixelColor(90, 4).lightness() < 80);
        Theme::apply(*qApp, Theme::Mode::Light);
        QVERIFY(page->grab().toImage().pixelColor(90, 4).lightness() > 200);
    }
};

QTEST_MAIN(TestGallery)
#include "tst_gallery.moc"
