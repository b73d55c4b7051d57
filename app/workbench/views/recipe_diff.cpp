// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/recipe_diff.h"

#include <QMap>

#include <algorithm>

namespace crucible::workbench {

using namespace Qt::StringLiterals;

namespace {

// Splits "key: value" outside quotes and brackets; no key for a plain value.
std::pair<QString, QString> splitKey(const QString& text)
{
    QChar quote;
    int depth = 0;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text[i];
        if (!quote.isNull()) {
            if (c == quote)
                quote = QChar();
        } else if (c == u'\'' || c == u'"') {
            quote = c;
        } else if (c == u'[' || c == u'{') {
            ++depth;
        } else if (c == u']' || c == u'}') {
            --depth;
        } else if (c == u':' && depth == 0 && (i + 1 == text.size() || text[i + 1] == u' ')) {
            return {text.left(i).trimmed(), text.mid(i + 1).trimmed()};
        }
    }
    return {QString(), text.trimmed()};
}

QString withoutComment(const QString& line)
{
    if (line.trimmed().startsWith(u'#'))
        return {};
    const qsizetype at = line.indexOf(" #"_L1);
    return at < 0 || line.left(at).count(u'"') % 2 == 1 || line.left(at).count(u'\'') % 2 == 1 ? line : line.left(at);
}

// Where a line stands: the indent of an open level with the path that leads to it.
struct Level {
    qsizetype indent;
    QString path;
    int items = -1; // of a list: index of its current item
};

} // namespace

RecipeValues flattenRecipe(const QString& yaml)
{
    RecipeValues values;
    std::vector<Level> levels{{-1, QString()}};
    for (const QString& raw : yaml.split(u'\n')) {
        const QString line = withoutComment(raw);
        QString text = line.trimmed();
        if (text.isEmpty() || text == "---"_L1)
            continue;
        qsizetype indent = line.indexOf(text.left(1));
        const bool isItem = text == "-"_L1 || text.startsWith("- "_L1);
        while (levels.size() > 1 && 
               (levels.back().indent > indent || (levels.back().indent == indent && !isItem)))
            levels.pop_back();
        // One line may open several lists ("- - a") and then a key.
        while (text == "-"_L1 || text.startsWith("- "_L1)) {
            if (levels.back().indent != indent || levels.back().items < 0)
                levels.push_back({indent, levels.back().path, -1});
            Level& list = levels.back();
            const QString parent = list.items < 0 ? list.path : list.path.left(list.path.lastIndexOf(u'['));
            list.path = parent + u'[' + QString::number(++list.items) + u']';
            const QString rest = text.mid(1);
            const qsizetype skipped = 1 + (rest.size() - rest.trimmed().size());
            indent += skipped;
            text = rest.trimmed();
        }
        const auto [key, value] = splitKey(text);
        const QString& base = levels.back().path;
        const QString path = key.isEmpty() ? base : base.isEmpty() ? key : base + u'.' + key;
        if (!value.isEmpty() || key.isEmpty()) {
            if (!text.isEmpty())
                values.emplace_back(path, value);
        } else {
            levels.push_back({indent, path});
        }
    }
    return values;
}

RecipeDiff diffRecipes(const QStringList& yamls)
{
    QStringList order;
    QMap<QString, QStringList> table;
    for (qsizetype i = 0; i < yamls.size(); ++i) {
        for (const auto& [key, value] : flattenRecipe(yamls[i])) {
            if (!table.contains(key)) {
                order << key;
                table[key] = QStringList(yamls.size());
            }
            table[key][i] = value;
        }
    }
    RecipeDiff diff;
    for (const QString& key : order) {
        const QStringList& values = table[key];
        if (std::ranges::all_of(values, [&](const QString& value) { return value == values.first(); }))
            ++diff.equal;
        else
            diff.rows.push_back({key, values});
    }
    return diff;
}

} // namespace crucible::workbench
