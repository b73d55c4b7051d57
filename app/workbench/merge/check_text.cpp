// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/check_text.h"

#include "merge/plan.h"
#include "merge/tokenizer_plan.h"
#include "text.h"
#include "widgets/number_format.h"

#include <QCoreApplication>

namespace crucible::workbench {

namespace {

QString translated(const char* text)
{
    return QCoreApplication::translate("MergePlan", text);
}

} // namespace

QString checkText(const merge::Plan& plan, const merge::Check& check)
{
    if (check.state == merge::CheckState::Good) {
        if (check.topic == "shapes")
            return translated(QT_TRANSLATE_NOOP("MergePlan", "Architectures, shapes and dtypes agree."));
        if (check.topic == "memory")
            return translated(QT_TRANSLATE_NOOP("MergePlan", "It fits in memory."));
        if (check.topic == "disk")
            return translated(QT_TRANSLATE_NOOP("MergePlan", "There is room on the disk."));
        if (check.topic == "output")
            return translated(QT_TRANSLATE_NOOP("MergePlan", "The output folder can be written."));
        if (check.topic == "tokenizer" && !plan.tokenizer)
            return translated(QT_TRANSLATE_NOOP("MergePlan", "The tokenizers are the same."));
        if (check.topic == "tokenizer")
            return translated(QT_TRANSLATE_NOOP("MergePlan", "The result's vocabulary has %1 tokens."))
                .arg(widgets::format::count(static_cast<qint64>(plan.tokenizer->vocabSize)));
    }
    return check.said.empty() ? toQString(check.message) : spoken(check.said);
}

QString remedyText(const merge::Check& check)
{
    return check.advice.empty() ? toQString(check.remedy) : spoken(check.advice);
}

} // namespace crucible::workbench
