// SPDX-License-Identifier: GPL-3.0-or-later
// The middle of the merge page, what a person shapes: curves over the layers, or for passthrough the stack of blocks.
#pragma once

#include "merge/tracks_panel.h"
#include "recipe/merge_recipe.h"
#include "widgets/card.h"

#include <QStackedWidget>

#include <functional>

namespace crucible::widgets {
class CurveEditor;
class EmptyState;
class LayerStackEditor;
}

namespace crucible::workbench {

class MergeDocument;
class SetupPanel;

class ShapeCard : public widgets::Card {
    Q_OBJECT
public:
    ShapeCard(MergeDocument& document, SetupPanel& setup, QWidget* parent = nullptr);

    // The document, the chosen parameter or the models' layers changed. `layersOf`: layers of a model, 0 while unknown;
    // `outputLayers`: of the result, 0 while unknown.
    void refresh(const std::function<int(const recipe::ModelRef&)>& layersOf, int outputLayers);

private:
    void refreshCurves(int outputLayers);
    void refreshStack(const std::function<int(const recipe::ModelRef&)>& layersOf);

    MergeDocument& m_document;
    SetupPanel& m_setup;
    QStackedWidget* m_stackOrCurves;
    widgets::CurveEditor* m_curves;
    widgets::LayerStackEditor* m_stack;
    widgets::EmptyState* m_nothing;
    std::vector<recipe::ModelRef> m_stackModels;
    quint64 m_drag = 0;
};

} // namespace crucible::workbench
