// SPDX-License-Identifier: GPL-3.0-or-later
// Protects how numbers read, the contrast of both themes, and the arithmetic behind charts.
#include "widgets/command_palette.h"
#include "widgets/icons.h"
#include "widgets/lineage_view.h"
#include "widgets/metric_plot.h"
#include "widgets/number_format.h"
#include "widgets/plot_data.h"
#include "widgets/theme.h"
#include "widgets/yaml_editor.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace crucible::widgets;

class TestFormatsAndData : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Theme::apply(*qApp, Theme::Mode::Light); }
    void numbers_data()
    {
        QTest::addColumn<QString>("got");
        QTest::addColumn<QString>("expected");
        const QLocale c = QLocale::c();
        const QLocale german(QLocale::German);
        const auto s = [](const char* text) { return QString::fromUtf8(text).replace(u'_', QChar(format::kNoBreakSpace)); };
        QTest::newRow("bytes") << format::bytes(17, c) << s("17_B");
        QTest::newRow("gibibytes") << format::bytes(14.48 * 1073741824, c) << s("14.5_GiB");
        QTest::newRow("just below a unit") << format::bytes(1048575, c) << s("1.0_MiB");
        QTest::newRow("parameters B") << format::parameters(7241732096.0, c) << s("7.24_B");
        QTest::newRow("parameters M") << format::parameters(494032768.0, c) << s("494_M");
        QTest::newRow("loss") << format::loss(1.31249, c) << s("1.312");
        QTest::newRow("small loss") << format::loss(0.012345, c) << s("0.01235");
        QTest::newRow("loss in German") << format::loss(1.31249, german) << s("1,312");
        QTest::newRow("learning rate") << format::learningRate(2e-4, c) << s("2e-4");
        QTest::newRow("learning rate 2") << format::learningRate(1.5e-5, c) << s("1.5e-5");
        QTest::newRow("accuracy") << format::accuracy(0.634, 1319, c) << s("63.4_% ± 1.3 (n = 1319)");
        QTest::newRow("seconds") << format::duration(12.44, c) << s("12.4_s");
        QTest::newRow("moment") << format::duration(0.042, c) << s("42_ms");
        QTest::newRow("tenth") << format::duration(0.1, c) << s("0.1_s");
        QTest::newRow("minutes") << format::duration(200, c) << s("3_min 20_s");
        QTest::newRow("hours") << format::duration(3780, c) << s("1_h 03_min");
        QTest::newRow("almost a minute") << format::duration(59.99, c) << s("1_min 00_s");
        QTest::newRow("missing") << format::loss({}, c) << s("–");
        QTest::newRow("nan") << format::bytes(std::nan(""), c) << s("–");
        QTest::newRow("axis") << format::compact(1250000, c) << s("1.25_M");
        QTest::newRow("no negative zero") << format::fixed(-0.001, 2, c) << s("0.00");
    }
    void numbers()
    {
        QFETCH(QString, got);
        QFETCH(QString, expected);
        QCOMPARE(got, expected);
    }
    void textIsReadableInBothThemes()
    {
        for (const bool dark : {false, true}) {
            const ThemeColors c = Theme::colorsFor(dark);
            for (const QColor& text : {c.text, c.muted, c.accent, c.good, c.warning, c.error})
                for (const QColor& ground : {c.surface, c.field})
                    QVERIFY2(Theme::contrast(text, ground) >= 4.5, qPrintable(text.name()));
            QVERIFY(Theme::contrast(c.onAccent, c.accent) >= 4.5);
            QVERIFY(Theme::contrast(c.tooltipText, c.tooltip) >= 4.5);
            QVERIFY(Theme::contrast(c.text, c.selection) >= 4.5);
            for (const QColor& ground : {c.warningSurface, c.errorSurface, c.goodSurface, c.infoSurface})
                QVERIFY(Theme::contrast(c.text, ground) >= 4.5);
        }
    }
    void everyIconDraws()
    {
        QVERIFY(Icons::names().size() >= 50);
        for (const QString& name : Icons::names()) {
            const QImage image = Icons::pixmap(name, 20, Qt::black).toImage();
            bool drawn = false;
            for (int y = 0; y < image.height() && !drawn; ++y)
                for (int x = 0; x < image.width() && !drawn; ++x)
                    drawn = qAlpha(image.pixel(x, y)) > 100;
            QVERIFY2(drawn, qPrintable(name));
        }
    }
    void smoothingHasNoStartBias()
    {
        PlotSeries series;
        for (int i = 0; i < 50; ++i)
            series.append(i, 3.0);
        for (const double v : series.smoothed(0.9))
            QVERIFY(std::abs(v - 3.0) < 1e-12);
        QCOMPARE(*series.nearest(10.4), std::size_t(10));
        QVERIFY(!PlotSeries().nearest(1));
    }
    void thinningKeepsExtremes()
    {
        std::vector<double> x, y;
        for (int i = 0; i < 100000; ++i) {
            x.push_back(i);
            y.push_back(i == 54321 ? 9 : std::sin(i));
        }
        const auto [tx, ty] = thinned(x, y, 0, 99999, 400);
        QVERIFY(tx.size() < 900);
        QCOMPARE(*std::max_element(ty.begin(), ty.end()), 9.0);
        QVERIFY(std::is_sorted(tx.begin(), tx.end()));
    }
    void rangesOnlyGrow()
    {
        GrowingRange range;
        range.include(1.3, 2.55);
        const double low = range.low, high = range.high;
        QVERIFY(low <= 1.3 && high >= 2.55);
        range.include(1.5, 2.0);
        QCOMPARE(range.low, low);
        QCOMPARE(range.high, high);
        range.include(1.3, 4);
        QVERIFY(range.high >= 4);
    }
    void labelsDoNotOverlap()
    {
        std::vector<double> places = {95, 96, 97, 98};
        spreadLabels(places, 12, 0, 100);
        for (std::size_t i = 1; i < places.size(); ++i)
            QVERIFY(places[i] - places[i - 1] >= 12);
        QVERIFY(places.back() <= 100);
    }
    void plotKeepsItsValuesAndSaves()
    {
        MetricPlot plot;
        plot.resize(500, 300);
        const int series = plot.addSeries(QStringLiteral("loss"), 0);
        for (int i = 0; i < 100; ++i)
            plot.append(series, i, 2.0 - i * 0.01);
        plot.replotNow();
        QVERIFY(plot.visibleHigh() >= 2.0);
        QCOMPARE(plot.yValues(series).size(), std::size_t(100));
        QVERIFY(plot.toCsv().startsWith(QStringLiteral("series,x,y\n\"loss\",0,2\n\"loss\",1,1.99\n")));
        QTemporaryDir folder;
        for (const char* name : {"chart.png", "chart.svg"}) {
            const QString path = folder.filePath(QString::fromLatin1(name));
            QVERIFY(plot.saveImage(path));
            QVERIFY(QFileInfo(path).size() > 1000);
        }
        const double high = plot.visibleHigh();
        plot.append(series, 100, 1.5);
        plot.replotNow();
        QCOMPARE(plot.visibleHigh(), high);
    }
    void yamlProblemsKeepTheirLine()
    {
        YamlEditor editor;
        editor.setPlainText(QStringLiteral("a: 1\nb: two\n"));
        editor.setProblems({{YamlEditor::Severity::Warning, 2, 4, QStringLiteral("w")}, {YamlEditor::Severity::Error, 2, 4, QStringLiteral("e")}, {YamlEditor::Severity::Error, 99, 1, QStringLiteral("far")}});
        QCOMPARE(editor.messagesAt(2), (QStringList{QStringLiteral("e"), QStringLiteral("w")}));
        QVERIFY(editor.messagesAt(1).isEmpty());
        QCOMPARE(editor.extraSelections().size(), 2);
        QCOMPARE(editor.extraSelections().front().cursor.selectedText(), QStringLiteral("two"));
        editor.replaceText(QStringLiteral("a: 2\n"));
        editor.undo();
        QCOMPARE(editor.toPlainText(), QStringLiteral("a: 1\nb: two\n"));
    }
    void paletteRanksWordStarts()
    {
        QVERIFY(CommandPalette::score(QStringLiteral("rm"), QStringLiteral("Run merge")) > CommandPalette::score(QStringLiteral("rm"), QStringLiteral("Format")));
        QVERIFY(CommandPalette::score(QStringLiteral("xyz"), QStringLiteral("Run merge")) < 0);
    }
    // Children stand below their parents and further in, and a long name has as many lines as it needs.
    void lineageGoesFromParentsToChildren()
    {
        LineageView view;
        view.setGraph({{QStringLiteral("a"), {}, {}}, {QStringLiteral("b"), {}, {}}, {QStringLiteral("c"), {}, {}}}, {{0, 1, {}}, {1, 2, {}}, {0, 2, {}}});
        QCOMPARE(view.columnOf(2), 2);
        view.resize(200, 300);
        view.show();
        QVERIFY(view.nodeRect(1).top() > view.nodeRect(0).bottom() && view.nodeRect(1).left() > view.nodeRect(0).left());
        QVERIFY(view.nodeRect(2).right() <= view.width());
        const double oneLine = view.nodeRect(0).height();
        view.setGraph({{QStringLiteral("a-model-with-a-name-that-takes-more-than-one-line"), {}, {}}}, {});
        QVERIFY(view.nodeRect(0).height() > oneLine);
        view.setGraph({{QStringLiteral("a"), {}, {}}, {QStringLiteral("b"), {}, {}}}, {{0, 1, {}}, {1, 0, {}}}); // a circle ends
        QVERIFY(view.columnOf(0) < 2);
    }
};

QTEST_MAIN(TestFormatsAndData)
#include "tst_formats_and_data.moc"
