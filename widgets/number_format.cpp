// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/number_format.h"

#include <QCoreApplication>

#include <array>
#include <cmath>

namespace crucible::widgets::format {
namespace {

using namespace Qt::StringLiterals;

QString withUnit(const QString& number, QStringView unit)
{
    return number + QChar(kNoBreakSpace) + unit.toString();
}

bool isMissing(const std::optional<double>& value)
{
    return !value || !std::isfinite(*value);
}

QString translated(const char* unit)
{
    return QCoreApplication::translate("Units", unit);
}

} // namespace

QString missing()
{
    return u"–"_s;
}

QString fixed(std::optional<double> value, int decimals, const QLocale& locale)
{
    if (isMissing(value))
        return missing();
    const double rounded = std::abs(*value) < 0.5 * std::pow(10.0, -decimals) ? 0.0 : *value; // never "-0.00"
    return locale.toString(rounded, 'f', decimals);
}

QString bytes(std::optional<double> value, const QLocale& locale)
{
    if (isMissing(value))
        return missing();
    static constexpr std::array<const char16_t*, 6> kUnits = {u"B", u"KiB", u"MiB", u"GiB", u"TiB", u"PiB"};
    double amount = std::abs(*value);
    std::size_t unit = 0;
    while (amount >= 1023.95 && unit + 1 < kUnits.size()) {
        amount /= 1024;
        ++unit;
    }
    const double shown = *value < 0 ? -amount : amount;
    return withUnit(fixed(shown, unit == 0 ? 0 : 1, locale), kUnits[unit]);
}

QString parameters(std::optional<double> count, const QLocale& locale)
{
    if (isMissing(count))
        return missing();
    if (*count < 1000)
        return fixed(count, 0, locale);
    static constexpr std::array<const char16_t*, 4> kUnits = {u"K", u"M", u"B", u"T"};
    double amount = *count / 1000;
    std::size_t unit = 0;
    while (amount >= 999.5 && unit + 1 < kUnits.size()) {
        amount /= 1000;
        ++unit;
    }
    const int decimals = amount >= 99.95 ? 0 : amount >= 9.995 ? 1 : 2;
    return withUnit(fixed(amount, decimals, locale), kUnits[unit]);
}

QString count(std::optional<qint64> value, const QLocale& locale)
{
    return value ? locale.toString(*value) : missing();
}

QString number(std::optional<double> value, int digits, const QLocale& locale)
{
    if (isMissing(value))
        return missing();
    if (*value == 0)
        return locale.toString(0);
    const double magnitude = std::abs(*value);
    if (magnitude < 1e-4 || magnitude >= 1e7)
        return learningRate(value, locale);
    const int decimals = std::max(0, digits - 1 - int(std::floor(std::log10(magnitude))));
    QString text = locale.toString(*value, 'f', decimals);
    if (const QString point = locale.decimalPoint(); text.contains(point)) {
        while (text.endsWith(locale.zeroDigit()))
            text.chop(1);
        if (text.endsWith(point))
            text.chop(int(point.size()));
    }
    return text;
}

QString compact(std::optional<double> value, const QLocale& locale)
{
    if (isMissing(value) || std::abs(*value) < 9999.5)
        return number(value, 4, locale);
    static constexpr std::array<const char16_t*, 4> kUnits = {u"K", u"M", u"G", u"T"};
    double amount = *value / 1000;
    std::size_t unit = 0;
    while (std::abs(amount) >= 999.5 && unit + 1 < kUnits.size()) {
        amount /= 1000;
        ++unit;
    }
    return withUnit(number(amount, 4, locale), kUnits[unit]);
}

QString loss(std::optional<double> value, const QLocale& locale)
{
    if (isMissing(value))
        return missing();
    const double magnitude = std::abs(*value);
    if (magnitude == 0)
        return fixed(0, 3, locale);
    if (magnitude < 1e-4 || magnitude >= 1e6)
        return learningRate(value, locale);
    return locale.toString(*value, 'f', std::max(0, 3 - int(std::floor(std::log10(magnitude)))));
}

QString perplexity(std::optional<double> value, const QLocale& locale)
{
    return fixed(value, 2, locale);
}

QString learningRate(std::optional<double> value, const QLocale& locale)
{
    if (isMissing(value))
        return missing();
    if (*value == 0)
        return locale.toString(0);
    int exponent = int(std::floor(std::log10(std::abs(*value))));
    double mantissa = *value / std::pow(10.0, exponent);
    if (std::abs(mantissa) >= 9.9995) {
        mantissa /= 10;
        ++exponent;
    }
    return number(mantissa, 3, locale) + u'e' + QString::number(exponent);
}

QString percent(std::optional<double> share, int decimals, const QLocale& locale)
{
    return isMissing(share) ? missing() : withUnit(fixed(*share * 100, decimals, locale), u"%");
}

QString accuracy(std::optional<double> share, qint64 n, const QLocale& locale)
{
    const QString value = percent(share, 1, locale);
    if (isMissing(share) || n <= 0)
        return value;
    // Standard error of a proportion (binomial).
    const double error = std::sqrt(*share * (1 - *share) / double(n)) * 100;
    return QCoreApplication::translate("Units", "%1 ± %2 (n = %3)").arg(value, fixed(error, 1, locale), count(n, locale));
}

QString duration(std::optional<double> seconds, const QLocale& locale)
{
    if (isMissing(seconds) || *seconds < 0)
        return missing();
    if (*seconds > 0 && *seconds < 0.0995)
        return withUnit(fixed(*seconds * 1000, *seconds < 0.00995 ? 1 : 0, locale), translated(QT_TRANSLATE_NOOP("Units", "ms")));
    if (*seconds < 59.95)
        return withUnit(fixed(seconds, 1, locale), translated(QT_TRANSLATE_NOOP("Units", "s")));
    const qint64 whole = std::llround(*seconds);
    const QString minutesWord = translated(QT_TRANSLATE_NOOP("Units", "min"));
    const QChar space(u' ');
    const auto twoDigits = [](qint64 v) { return QString::number(v).rightJustified(2, u'0'); };
    if (whole < 3600)
        return withUnit(QString::number(whole / 60), minutesWord) + space +
               withUnit(twoDigits(whole % 60), translated(QT_TRANSLATE_NOOP("Units", "s")));
    const qint64 minutes = (whole + 30) / 60;
    return withUnit(locale.toString(minutes / 60), translated(QT_TRANSLATE_NOOP("Units", "h"))) + space +
           withUnit(twoDigits(minutes % 60), minutesWord);
}

QString byteRate(std::optional<double> bytesPerSecond, const QLocale& locale)
{
    return isMissing(bytesPerSecond) ? missing() : bytes(bytesPerSecond, locale) + u"/s";
}

QString tokenRate(std::optional<double> tokensPerSecond, const QLocale& locale)
{
    if (isMissing(tokensPerSecond))
        return missing();
    return withUnit(fixed(tokensPerSecond, *tokensPerSecond < 100 ? 1 : 0, locale), u"tok/s");
}

} // namespace crucible::widgets::format
