// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/tokenizer_panel.h"

#include "merge/check_text.h"
#include "merge/models_panel.h"
#include "merge/tokenizer_plan.h"
#include "text.h"
#include "widgets/number_format.h"
#include "widgets/theme.h"

#include <QHeaderView>
#include <QLabel>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace crucible::workbench {

using widgets::TextRole;
using widgets::Theme;
namespace format = widgets::format;

TokenizerPanel::TokenizerPanel(QWidget* parent) : QWidget(parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, Theme::px(12), 0, 0);
    layout->setSpacing(Theme::px(8));
    m_summary = new QLabel(this);
    m_summary->setWordWrap(true);
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout->addWidget(m_summary);
    m_table = new QTreeWidget(this);
    m_table->setAccessibleName(tr("Vocabularies by model"));
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setHeaderLabels({tr("model or token"), tr("here"), tr("in the result")});
    m_table->header()->setStretchLastSection(false);
    m_table->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_table->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    m_table->header()->setSectionResizeMode(2, QHeaderView::ResizeToContents);
    layout->addWidget(m_table, 1);
    layout->addStretch();
    showPlan(nullptr);
}

void TokenizerPanel::showPlan(const merge::Plan* plan)
{
    m_table->clear();
    m_table->setVisible(plan && plan->tokenizer);
    if (!plan) {
        m_summary->setText(tr("The vocabularies of the models are compared here."));
        return;
    }
    if (!plan->tokenizer) {
        QStringList lines;
        for (const merge::Check& check : plan->checks) {
            if (check.topic == "tokenizer" || check.topic == "chat_template")
                lines << checkText(*plan, check);
        }
        m_summary->setText(lines.isEmpty() ? tr("The tokenizer is copied from one model.") : lines.join(u'\n'));
        return;
    }
    const merge::TokenizerPlan& tokenizer = *plan->tokenizer;
    m_summary->setText(tr("The result has %1 tokens in %2 rows.")
                           .arg(format::count(static_cast<qint64>(tokenizer.tokens.size())),
                                format::count(static_cast<qint64>(tokenizer.vocabSize))));
    for (std::size_t i = 0; i < tokenizer.diffs.size() && i < plan->models.size(); ++i) {
        const merge::VocabularyDiff& diff = tokenizer.diffs[i];
        auto* model = new QTreeWidgetItem(m_table);
        model->setText(0, ModelsPanel::shortName(plan->models[i].ref));
        model->setFont(0, Theme::strongFont());
        const auto line = [&](const QString& text, std::size_t count) {
            auto* item = new QTreeWidgetItem(model, {text, format::count(static_cast<qint64>(count))});
            item->setTextAlignment(1, Qt::AlignRight);
        };
        line(tr("same id"), diff.same);
        line(tr("another id"), diff.differentId);
        line(tr("missing"), diff.missing);
        for (const merge::VocabularyDiff::Example& example : diff.examples) {
            auto* item = new QTreeWidgetItem(model, {toQString(example.token),
                                                     example.modelId < 0 ? format::missing() : QString::number(example.modelId),
                                                     QString::number(example.outputId)});
            item->setFont(0, Theme::fixedFont());
            item->setTextAlignment(1, Qt::AlignRight);
            item->setTextAlignment(2, Qt::AlignRight);
        }
        model->setExpanded(true);
    }
}

} // namespace crucible::workbench
