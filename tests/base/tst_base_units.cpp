// SPDX-License-Identifier: GPL-3.0-or-later
// Machine text is the same under every locale; short forms round to the unit that people expect.
#include "base/units.h"

#include <QtTest/QTest>

#include <clocale>
#include <cmath>
#include <limits>
#include <locale>

using namespace crucible;

class TestUnits : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        const QByteArray wanted = qgetenv("CRUCIBLE_TEST_LOCALE");
        if (wanted.isEmpty())
            return;
        if (!std::setlocale(LC_ALL, wanted.constData()))
            QSKIP("this system has no locale with a decimal comma");
        std::locale::global(std::locale(wanted.constData()));
        QCOMPARE(QByteArray(std::localeconv()->decimal_point), QByteArray(","));
    }

    void numbersReadBackExactly_data()
    {
        QTest::addColumn<double>("value");
        QTest::addColumn<QString>("text");
        QTest::newRow("zero") << 0.0 << "0";
        QTest::newRow("tenth") << 0.1 << "0.1";
        QTest::newRow("half") << -0.5 << "-0.5";
        QTest::newRow("third") << 1.0 / 3 << "0.3333333333333333";
        QTest::newRow("large") << 1234567.25 << "1234567.25";
        QTest::newRow("tiny") << 5e-324 << "5e-324";
        QTest::newRow("huge") << 1.7976931348623157e308 << "1.7976931348623157e+308";
    }

    void numbersReadBackExactly()
    {
        QFETCH(double, value);
        QFETCH(QString, text);
        QCOMPARE(QString::fromStdString(formatNumber(value)), text);
        const std::optional<double> back = parseNumber(text.toStdString());
        QVERIFY(back && *back == value);
    }

    void parsing_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("valid");
        QTest::addColumn<double>("value");
        QTest::newRow("plus") << "+1.5" << true << 1.5;
        QTest::newRow("exponent") << "2e-4" << true << 2e-4;
        QTest::newRow("no leading zero") << ".5" << true << 0.5;
        QTest::newRow("comma") << "0,5" << false << 0.0;
        QTest::newRow("grouping") << "1.000.000" << false << 0.0;
        QTest::newRow("empty") << "" << false << 0.0;
        QTest::newRow("sign alone") << "+" << false << 0.0;
        QTest::newRow("two signs") << "+-1" << false << 0.0;
        QTest::newRow("two pluses") << "++1" << false << 0.0;
        QTest::newRow("blank before") << " 1" << false << 0.0;
        QTest::newRow("blank after") << "1 " << false << 0.0;
        QTest::newRow("hexadecimal") << "0x10" << false << 0.0;
        QTest::newRow("nan") << "nan" << false << 0.0;
        QTest::newRow("inf") << "inf" << false << 0.0;
        QTest::newRow("too large") << "1e999" << false << 0.0;
    }

    void parsing()
    {
        QFETCH(QString, text);
        QFETCH(bool, valid);
        QFETCH(double, value);
        const std::optional<double> parsed = parseNumber(text.toStdString());
        QCOMPARE(parsed.has_value(), valid);
        if (valid)
            QCOMPARE(*parsed, value);
    }

    void integers()
    {
        QCOMPARE(parseInteger("-42").value(), -42);
        QCOMPARE(parseInteger("+42").value(), 42);
        QCOMPARE(parseInteger("9223372036854775807").value(), std::numeric_limits<std::int64_t>::max());
        for (const char* bad : {"", "+", "+-1", "1.0", "9223372036854775808", "1_000", "0x1", " 1", "1 "})
            QVERIFY2(!parseInteger(bad), bad);
    }

    void bytes_data()
    {
        QTest::addColumn<quint64>("bytes");
        QTest::addColumn<QString>("text");
        QTest::newRow("none") << quint64(0) << "0 B";
        QTest::newRow("1023") << quint64(1023) << "1023 B";
        QTest::newRow("1 KiB") << quint64(1024) << "1.0 KiB";
        QTest::newRow("99.95 KiB is not 100.0") << quint64(102'390) << "100 KiB";
        QTest::newRow("just under a MiB") << quint64(1'048'575) << "1.0 MiB";
        QTest::newRow("model") << quint64(2'200'119'864) << "2.0 GiB";
        QTest::newRow("largest") << std::numeric_limits<quint64>::max() << "16777216 TiB";
    }

    void bytes()
    {
        QFETCH(quint64, bytes);
        QFETCH(QString, text);
        QCOMPARE(QString::fromStdString(formatBytes(bytes)), text);
    }

    void counts_data()
    {
        QTest::addColumn<quint64>("count");
        QTest::addColumn<QString>("text");
        QTest::newRow("few") << quint64(999) << "999";
        QTest::newRow("thousand") << quint64(1000) << "1.00 K";
        QTest::newRow("rounds up a digit") << quint64(9'996) << "10.0 K";
        QTest::newRow("rounds up a unit") << quint64(999'999) << "1.00 M";
        QTest::newRow("half a billion") << quint64(494'032'768) << "494 M";
        QTest::newRow("7B") << quint64(7'241'732'096) << "7.24 B";
    }

    void counts()
    {
        QFETCH(quint64, count);
        QFETCH(QString, text);
        QCOMPARE(QString::fromStdString(formatCount(count)), text);
    }

    void durations_data()
    {
        QTest::addColumn<double>("seconds");
        QTest::addColumn<QString>("text");
        QTest::newRow("instant") << 0.0148 << "15 ms";
        QTest::newRow("short") << 0.84 << "0.8 s";
        QTest::newRow("rounds to ten") << 9.97 << "10 s";
        QTest::newRow("seconds") << 12.4 << "12 s";
        QTest::newRow("rounds to a minute") << 59.7 << "1 min 00 s";
        QTest::newRow("minutes") << 200.0 << "3 min 20 s";
        QTest::newRow("hours") << 3780.0 << "1 h 03 min";
        QTest::newRow("negative") << -1.0 << "-";
        QTest::newRow("unknown") << std::nan("") << "-";
    }

    void durations()
    {
        QFETCH(double, seconds);
        QFETCH(QString, text);
        QCOMPARE(QString::fromStdString(formatDuration(seconds)), text);
    }

    void sizes_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<quint64>("bytes"); // 0: refused
        QTest::newRow("plain") << "123" << quint64(123);
        QTest::newRow("billion") << "5B" << quint64(5'000'000'000);
        QTest::newRow("giga") << "2g" << quint64(2'000'000'000);
        QTest::newRow("fraction") << "1.5M" << quint64(1'500'000);
        QTest::newRow("kilo") << "10K" << quint64(10'000);
        QTest::newRow("tera") << "1t" << quint64(1'000'000'000'000);
        QTest::newRow("empty") << "" << quint64(0);
        QTest::newRow("suffix alone") << "G" << quint64(0);
        QTest::newRow("zero") << "0" << quint64(0);
        QTest::newRow("negative") << "-1M" << quint64(0);
        QTest::newRow("too large") << "1e18T" << quint64(0);
        QTest::newRow("unknown suffix") << "5x" << quint64(0);
    }

    void sizes()
    {
        QFETCH(QString, text);
        QFETCH(quint64, bytes);
        QCOMPARE(parseSize(text.toStdString()).value_or(0), std::uint64_t(bytes));
    }
};

QTEST_GUILESS_MAIN(TestUnits)
#include "tst_base_units.moc"
