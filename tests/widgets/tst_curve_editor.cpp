// SPDX-License-Identifier: GPL-3.0-or-later
// Protects how gradients are drawn by hand: what a drag, a key and a double click make of the list of values.
#include "widgets/curve_editor.h"
#include "widgets/theme.h"

#include <QSignalSpy>
#include <QTest>

using namespace crucible::widgets;

class TestCurveEditor : public QObject {
    Q_OBJECT
    CurveEditor m_editor;
    std::vector<double> values(int series = 0) const { return m_editor.series().at(std::size_t(series)).values; }

private Q_SLOTS:
    void initTestCase()
    {
        Theme::apply(*qApp, Theme::Mode::Light);
        m_editor.resize(600, 300);
        m_editor.setLayerCount(32);
        m_editor.show();
        QVERIFY(QTest::qWaitForWindowExposed(&m_editor));
    }
    void init()
    {
        m_editor.setHardLimits({}, {});
        m_editor.setSeries({{QStringLiteral("self_attn"), {0, 0.5, 1}, 0}, {QStringLiteral("else"), {0.25}, 1}});
        m_editor.setCurrentSeries(0);
    }
    void dragIsOneUndoStep()
    {
        QSignalSpy started(&m_editor, &CurveEditor::editingStarted), finished(&m_editor, &CurveEditor::editingFinished);
        QSignalSpy edited(&m_editor, &CurveEditor::valuesEdited);
        const QPoint from = m_editor.positionOf({0, 1}).toPoint();
        const QRectF plot = m_editor.plotRect();
        QTest::mousePress(&m_editor, Qt::LeftButton, {}, from);
        QTest::mouseMove(&m_editor, QPoint(from.x(), int(plot.top() + plot.height() * 0.4)));
        QTest::mouseMove(&m_editor, QPoint(from.x(), int(plot.top() + plot.height() * 0.2)));
        QTest::mouseRelease(&m_editor, Qt::LeftButton, {}, QPoint(from.x(), int(plot.top() + plot.height() * 0.2)));
        QCOMPARE(started.count(), 1);
        QCOMPARE(finished.count(), 1);
        QVERIFY(edited.count() >= 1);
        QVERIFY(std::abs(values()[1] - 0.8) < 0.02);
        QCOMPARE(values()[0], 0.0);
        QCOMPARE(values()[2], 1.0);
    }
    void keyboardChangesAndSnaps()
    {
        const QPoint at = m_editor.positionOf({0, 1}).toPoint();
        QTest::mouseClick(&m_editor, Qt::LeftButton, {}, at);
        QTest::keyClick(&m_editor, Qt::Key_Up);
        QCOMPARE(values()[1], 0.51);
        QTest::keyClick(&m_editor, Qt::Key_Up, Qt::ShiftModifier);
        QCOMPARE(values()[1], 0.55);
        QTest::keyClick(&m_editor, Qt::Key_Right);
        QCOMPARE(m_editor.focusedPoint().point, 2);
        QTest::keyClick(&m_editor, Qt::Key_Delete);
        QCOMPARE(values().size(), std::size_t(2));
        QTest::keyClick(&m_editor, Qt::Key_Delete);
        QTest::keyClick(&m_editor, Qt::Key_Delete);
        QCOMPARE(values().size(), std::size_t(1)); // the last point stays: it is the constant
    }
    void tabWalksAllPoints()
    {
        QTest::mouseClick(&m_editor, Qt::LeftButton, {}, m_editor.positionOf({0, 1}).toPoint());
        QTest::keyClick(&m_editor, Qt::Key_Tab);
        QCOMPARE(m_editor.focusedPoint().point, 2);
        QTest::keyClick(&m_editor, Qt::Key_Tab);
        QCOMPARE(m_editor.focusedPoint().series, 1);
        QVERIFY(m_editor.accessibleDescription().contains(QStringLiteral("0.25")));
    }
    void doubleClickKeepsTheShape()
    {
        const QRectF plot = m_editor.plotRect();
        QTest::mouseDClick(&m_editor, Qt::LeftButton, {}, QPoint(int(plot.left() + plot.width() * 0.25), int(plot.top() + plot.height() * 0.75)));
        const std::vector<double> expected = {0, 0.333, 0.667, 1};
        QCOMPARE(values(), expected);
    }
    void hardLimitsHold()
    {
        m_editor.setHardLimits(0.0, 1.0);
        QTest::mouseClick(&m_editor, Qt::LeftButton, {}, m_editor.positionOf({0, 2}).toPoint());
        QTest::keyClick(&m_editor, Qt::Key_PageUp);
        QCOMPARE(values()[2], 1.0);
    }
};

QTEST_MAIN(TestCurveEditor)
#include "tst_curve_editor.moc"
