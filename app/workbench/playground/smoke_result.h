// SPDX-License-Identifier: GPL-3.0-or-later
// What came of trying a run's model: whether it loads, writes, expects a plain text about as well as its parents, and has a
// working chat template. A plain value, kept in the project as JSON and told in words.
#pragma once

#include "playground/model_choice.h"
#include "widgets/chip.h"

#include <QList>

#include <optional>

namespace crucible::workbench {

struct SmokeResult {
    struct Parent {
        QString name;
        double perplexity = 0; // 0: it could not be measured
        QString problem;
    };
    QString modelFacts;
    ModelProblem problem; // why it was not loaded, or did not get to the end
    bool loaded = false;
    double loadSeconds = 0;
    QString written; // what it wrote, greedily
    int tokens = 0;
    double tokensPerSecond = 0;
    bool hasTokenizer = true;
    double perplexity = 0; // of the test's text; 0: it could not be measured
    double bitsPerByte = 0;
    enum class Template { None, Works, Fails } chatTemplate = Template::None;
    QString templateProblem;
    QList<Parent> parents;

    QByteArray toJson() const;
    static std::optional<SmokeResult> fromJson(const QByteArray& json);

    // One sentence with its state, the most important first.
    struct Finding {
        widgets::StateLabel::State state = widgets::StateLabel::State::Done;
        QString text;
    };
    QList<Finding> findings() const;
    widgets::StateLabel::State worst() const;
};

} // namespace crucible::workbench
