// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/shape_panel.h"

#include "merge/merge_document.h"
#include "merge/models_panel.h"
#include "merge/setup_panel.h"
#include "text.h"
#include "widgets/curve_editor.h"
#include "widgets/empty_state.h"
#include "widgets/layer_stack_editor.h"
#include "widgets/plain_scroll_area.h"
#include "widgets/theme.h"

#include <algorithm>
#include <cmath>

namespace crucible::workbench {

namespace {

enum View { Curves, Stack, Nothing };

// Where people's values lie: 0 to 1, or less where the parameter has less. A value outside widens the axis by itself.
std::pair<double, double> drawnRange(const ParamSpec& spec)
{
    return {0.0, std::isfinite(spec.high) ? std::min(spec.high, 1.0) : 1.0};
}

} // namespace

ShapeCard::ShapeCard(MergeDocument& document, SetupPanel& setup, QWidget* parent)
    : Card({}, parent), m_document(document), m_setup(setup)
{
    m_stackOrCurves = new QStackedWidget(this);
    m_curves = new widgets::CurveEditor(m_stackOrCurves);
    m_curves->setObjectName(QStringLiteral("curves"));
    m_stack = new widgets::LayerStackEditor;
    m_stack->setObjectName(QStringLiteral("stack"));
    auto* scroll = new widgets::PlainScrollArea(m_stackOrCurves);
    scroll->setContent(m_stack, true);
    m_nothing = new widgets::EmptyState(QStringLiteral("merge"), {}, {}, m_stackOrCurves);
    m_stackOrCurves->addWidget(m_curves);
    m_stackOrCurves->addWidget(scroll);
    m_stackOrCurves->addWidget(m_nothing);
    addWidget(m_stackOrCurves, 1);

    connect(m_curves, &widgets::CurveEditor::editingStarted, this, [this] {
        ++m_drag;
    });
    connect(m_curves, &widgets::CurveEditor::editingFinished, this, [this] {
        m_document.endSeries();
    });
    connect(m_curves, &widgets::CurveEditor::valuesEdited, this, [this](int series, const std::vector<double>& values) {
        const ParamSpec* spec = m_setup.parameter();
        if (!spec || series >= static_cast<int>(m_setup.rows().size()))
            return;
        const ParameterTrack track = m_setup.rows()[static_cast<std::size_t>(series)].track;
        m_document.edit(tr("Draw %1").arg(toQString(spec->name)),
                        [&](recipe::MergeRecipe& recipe) { setTrack(recipe, *spec, track, values); }, m_drag);
    });
    connect(m_curves, &widgets::CurveEditor::currentSeriesChanged, this, [this](int series) { m_setup.tracksPanel().setCurrent(series); });
    connect(&m_setup.tracksPanel(), &TracksPanel::currentChanged, this, [this](int row) { m_curves->setCurrentSeries(row); });

    connect(m_stack, &widgets::LayerStackEditor::editingStarted, this, [this] {
        ++m_drag;
    });
    connect(m_stack, &widgets::LayerStackEditor::editingFinished, this, [this] {
        m_document.endSeries();
    });
    connect(m_stack, &widgets::LayerStackEditor::slicesEdited, this, [this](const std::vector<widgets::LayerStackEditor::Slice>& slices) {
        std::vector<Block> changed;
        for (const widgets::LayerStackEditor::Slice& slice : slices)
            changed.push_back({m_stackModels[static_cast<std::size_t>(slice.model)], slice.start, slice.end});
        m_document.edit(tr("Change the stack"), [&](recipe::MergeRecipe& recipe) { setBlocks(recipe, changed); }, m_drag);
    });
}

void ShapeCard::refresh(const std::function<int(const recipe::ModelRef&)>& layersOf, int outputLayers)
{
    const recipe::MergeRecipe& recipe = m_document.recipe();
    if (recipe.mergeMethod == "passthrough" && !blocks(recipe).empty()) {
        m_stackOrCurves->setCurrentIndex(Stack);
        setTitle(tr("The stack of layers"));
        setHint(tr("drag blocks and edges · S splits · D duplicates"));
        refreshStack(layersOf);
        return;
    }
    const bool begun = !inputs(recipe).empty();
    if (!m_setup.parameter() || !begun) {
        if (begun)
            m_nothing->setTexts(tr("Nothing to draw"), tr("This method has no numbers that could follow the layers."));
        else
            m_nothing->setTexts(tr("Start with two models"),
                                tr("Add them at the left, or drop model folders or a recipe anywhere here. Then draw how much of "
                                   "each goes into every layer, or take a preset."));
        m_stackOrCurves->setCurrentIndex(Nothing);
        setTitle({});
        setHint({});
        return;
    }
    m_stackOrCurves->setCurrentIndex(Curves);
    setTitle(tr("%1 along the layers").arg(toQString(m_setup.parameter()->name)));
    setHint(tr("drag points · double-click adds · Shift snaps"));
    refreshCurves(outputLayers);
}

void ShapeCard::refreshCurves(int outputLayers)
{
    const ParamSpec& spec = *m_setup.parameter();
    std::vector<widgets::CurveEditor::Series> series;
    for (const TracksPanel::Row& row : m_setup.rows())
        series.push_back({row.where, row.track.values, row.style, spec.mayVaryByLayer});
    const auto [low, high] = drawnRange(spec);
    m_curves->setRange(low, high);
    m_curves->setHardLimits(finite(spec.low), finite(spec.high));
    m_curves->setParameterName(toQString(spec.name));
    m_curves->setEmptyText(tr("Add models; each gets a curve here."));
    if (outputLayers > 0)
        m_curves->setLayerCount(outputLayers);
    const auto equal = [](const widgets::CurveEditor::Series& a, const widgets::CurveEditor::Series& b) {
        return a.name == b.name && a.values == b.values && a.style == b.style && a.editable == b.editable;
    };
    const auto& shown = m_curves->series();
    if (!std::equal(series.begin(), series.end(), shown.begin(), shown.end(), equal))
        m_curves->setSeries(std::move(series));
    m_curves->setCurrentSeries(m_setup.tracksPanel().current());
}

void ShapeCard::refreshStack(const std::function<int(const recipe::ModelRef&)>& layersOf)
{
    m_stackModels = m_document.recipe().referencedModels();
    std::vector<widgets::LayerStackEditor::Slice> slices;
    std::vector<int> highest(m_stackModels.size(), 1);
    for (const Block& block : blocks(m_document.recipe())) {
        const auto found = std::find(m_stackModels.begin(), m_stackModels.end(), block.model);
        const auto model = static_cast<std::size_t>(found - m_stackModels.begin());
        slices.push_back({static_cast<int>(model), block.start, block.end});
        highest[model] = std::max(highest[model], block.end);
    }
    std::vector<widgets::LayerStackEditor::Model> models;
    for (std::size_t i = 0; i < m_stackModels.size(); ++i) {
        const int layers = layersOf(m_stackModels[i]);
        models.push_back({ModelsPanel::shortName(m_stackModels[i]), layers > 0 ? layers : highest[i], static_cast<int>(i)});
    }
    m_stack->setModels(std::move(models));
    if (m_stack->slices() != slices)
        m_stack->setSlices(std::move(slices));
}

} // namespace crucible::workbench
