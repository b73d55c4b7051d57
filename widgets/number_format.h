// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers for people, in their locale: one place, so that a size or a loss reads the same everywhere. A no-break space
// stands before the unit; what is missing is a dash, never 0 or nan.
#pragma once

#include <QLocale>
#include <QString>

#include <cstdint>
#include <optional>

namespace crucible::widgets::format {

inline constexpr char16_t kNoBreakSpace = u'\u00a0';
QString missing();

// "1.4 GiB", "320.0 KiB", "17 B"
QString bytes(std::optional<double> value, const QLocale& locale = QLocale());
// "7.24 B", "494 M", "12.3 K"; decimal
QString parameters(std::optional<double> count, const QLocale& locale = QLocale());
// A plain whole number with the locale's grouping: "32,000"
QString count(std::optional<qint64> value, const QLocale& locale = QLocale());
// Four significant digits: "1.312"
QString loss(std::optional<double> value, const QLocale& locale = QLocale());
// Two decimals: "12.84"
QString perplexity(std::optional<double> value, const QLocale& locale = QLocale());
// "2e-4", "1.5e-5"
QString learningRate(std::optional<double> value, const QLocale& locale = QLocale());
// A share of 1 as "63.4 %"; with n > 0 also its standard error: "63.4 % ± 1.3 (n = 1,319)"
QString accuracy(std::optional<double> share, qint64 n = 0, const QLocale& locale = QLocale());
// A share of 1: "62 %"
QString percent(std::optional<double> share, int decimals = 0, const QLocale& locale = QLocale());
// "0.8 s", "12.4 s", "3 min 20 s", "1 h 03 min"
QString duration(std::optional<double> seconds, const QLocale& locale = QLocale());
// "1.9 GiB/s"
QString byteRate(std::optional<double> bytesPerSecond, const QLocale& locale = QLocale());
// "1,904 tok/s"
QString tokenRate(std::optional<double> tokensPerSecond, const QLocale& locale = QLocale());
// Up to `digits` significant digits without trailing zeros: axis labels, tables of values.
QString number(std::optional<double> value, int digits = 4, const QLocale& locale = QLocale());
// For axes: "850", "0.25", "250 K", "1.25 M"; decimal, without trailing zeros.
QString compact(std::optional<double> value, const QLocale& locale = QLocale());
// Fixed decimals: coefficients in forms and tooltips.
QString fixed(std::optional<double> value, int decimals, const QLocale& locale = QLocale());

} // namespace crucible::widgets::format
