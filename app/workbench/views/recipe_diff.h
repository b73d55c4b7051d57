// SPDX-License-Identifier: GPL-3.0-or-later
// What differs between recipes: their keys as paths, side by side, without those that are equal.
#pragma once

#include <QString>
#include <QStringList>

#include <utility>
#include <vector>

namespace crucible::workbench {

using RecipeValues = std::vector<std::pair<QString, QString>>; // ("models[1].parameters.weight", "0.3"), in the text's order

// Keys and values of a block-style YAML text, lists numbered. What is inside brackets is one value.
RecipeValues flattenRecipe(const QString& yaml);

struct RecipeDiff {
    struct Row {
        QString key;
        QStringList values; // one per recipe; empty where it lacks the key
    };
    std::vector<Row> rows;
    int equal = 0; // keys left out because all recipes agree
};

RecipeDiff diffRecipes(const QStringList& yamls);

} // namespace crucible::workbench
