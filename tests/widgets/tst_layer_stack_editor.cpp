// SPDX-License-Identifier: GPL-3.0-or-later
// Protects what keys, drags and commands make of a stack of layer ranges.
#include "widgets/layer_stack_editor.h"
#include "widgets/theme.h"

#include <QSignalSpy>
#include <QTest>

using namespace crucible::widgets;
using Slices = std::vector<LayerStackEditor::Slice>;

class TestLayerStackEditor : public QObject {
    Q_OBJECT
    LayerStackEditor m_editor;

private Q_SLOTS:
    void initTestCase()
    {
        Theme::apply(*qApp, Theme::Mode::Light);
        m_editor.setModels({{QStringLiteral("A"), 32, 0}, {QStringLiteral("B"), 24, 1}});
        m_editor.resize(400, 400);
        m_editor.show();
        QVERIFY(QTest::qWaitForWindowExposed(&m_editor));
    }
    void init()
    {
        m_editor.setSlices({{0, 0, 16}, {1, 8, 24}});
        m_editor.setCurrentIndex(0);
    }
    void splitDuplicateRemove()
    {
        QSignalSpy finished(&m_editor, &LayerStackEditor::editingFinished);
        m_editor.splitSlice(0, 4);
        QCOMPARE(m_editor.slices(), (Slices{{0, 0, 4}, {0, 4, 16}, {1, 8, 24}}));
        m_editor.duplicateSlice(2);
        QCOMPARE(m_editor.totalLayers(), 48);
        m_editor.removeSlice(3);
        m_editor.splitSlice(0, 0); // nothing to split off
        QCOMPARE(finished.count(), 3);
    }
    void keyboard()
    {
        QTest::keyClick(&m_editor, Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(m_editor.slices().front().model, 1);
        QCOMPARE(m_editor.currentIndex(), 1);
        QTest::keyClick(&m_editor, Qt::Key_Left);
        QTest::keyClick(&m_editor, Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(m_editor.slices().back(), (LayerStackEditor::Slice{0, 1, 15}));
        QTest::keyClick(&m_editor, Qt::Key_S);
        QCOMPARE(int(m_editor.slices().size()), 3);
    }
    void rangesStayInsideTheModel()
    {
        m_editor.setCurrentIndex(1);
        QTest::keyClick(&m_editor, Qt::Key_Right); // B has 24 layers
        QCOMPARE(m_editor.slices().back().end, 24);
    }
    void dragReorders()
    {
        const QPoint from = m_editor.blockRect(0).center().toPoint();
        const QPoint to = m_editor.blockRect(1).center().toPoint() + QPoint(0, 6);
        QTest::mousePress(&m_editor, Qt::LeftButton, {}, from);
        QTest::mouseMove(&m_editor, from + QPoint(0, 8));
        QTest::mouseMove(&m_editor, to);
        QTest::mouseRelease(&m_editor, Qt::LeftButton, {}, to);
        QCOMPARE(m_editor.slices().front().model, 1);
    }
    void dragEdgeChangesTheEnd()
    {
        const QRectF block = m_editor.blockRect(0);
        const QPoint from(int(block.center().x()), int(block.bottom()) - 2);
        QTest::mousePress(&m_editor, Qt::LeftButton, {}, from);
        QTest::mouseMove(&m_editor, from - QPoint(0, int(block.height() / 2)));
        QTest::mouseRelease(&m_editor, Qt::LeftButton, {}, from - QPoint(0, int(block.height() / 2)));
        QCOMPARE(m_editor.slices().front().start, 0);
        QVERIFY(m_editor.slices().front().end > 6 && m_editor.slices().front().end < 10);
    }
};

QTEST_MAIN(TestLayerStackEditor)
#include "tst_layer_stack_editor.moc"
