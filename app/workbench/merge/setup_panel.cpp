// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/setup_panel.h"

#include "merge/merge_document.h"
#include "text.h"
#include "widgets/icons.h"
#include "widgets/schema_form.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace crucible::workbench {

using widgets::TextRole;
using widgets::Theme;

namespace {

QString translated(std::string_view text)
{
    return QCoreApplication::translate("MergeMethod", std::string(text).c_str());
}

// A parameter that is drawn as curves; the others are switches and numbers in the options form.
bool isDrawn(const ParamSpec& spec)
{
    return spec.mayVaryByLayer && (spec.type == ParamType::Real || spec.scope == ParamScope::PerModel);
}

constexpr quint64 kShardSizes[] = {2'000'000'000, 5'000'000'000, 10'000'000'000, 50'000'000'000};

} // namespace

SetupPanel::SetupPanel(MergeDocument& document, QWidget* parent) : QWidget(parent), m_document(document)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Theme::px(6));

    m_models = new ModelsPanel(this);
    layout->addWidget(m_models);
    connect(m_models, &ModelsPanel::baseRequested, this, [this](int row, bool on) {
        const std::optional<recipe::ModelRef> base = on ? std::optional(refOf(row)) : std::nullopt;
        m_document.edit(tr("Choose the base model"), [&](recipe::MergeRecipe& recipe) { setBase(recipe, base); });
    });
    connect(m_models, &ModelsPanel::removeRequested, this, [this](int row) {
        const recipe::ModelRef ref = refOf(row);
        m_document.edit(tr("Remove model"), [&](recipe::MergeRecipe& recipe) { removeModel(recipe, ref); });
    });
    connect(m_models, &ModelsPanel::moveRequested, this, [this](int row, int by) {
        m_document.edit(tr("Move model"), [&](recipe::MergeRecipe& recipe) { moveModel(recipe, row, row + by); });
    });
    connect(m_models, &ModelsPanel::replaceRequested, this, &SetupPanel::replaceModel);
    connect(m_models, &ModelsPanel::showRequested, this, [this](int row) { Q_EMIT showModelRequested(refOf(row)); });

    addSection(layout, tr("Method"));
    m_method = new QComboBox(this);
    m_method->setObjectName(QStringLiteral("method"));
    m_method->setAccessibleName(tr("Merge method"));
    for (const merge::MergeMethod* method : merge::mergeMethods()) {
        m_method->addItem(translated(method->title), toQString(method->id));
        m_method->setItemData(m_method->count() - 1, translated(method->summary), Qt::ToolTipRole);
    }
    layout->addWidget(m_method);
    connect(m_method, &QComboBox::activated, this, &SetupPanel::chooseMethod);
    m_summary = new QLabel(this);
    m_summary->setWordWrap(true);
    Theme::setTextRole(m_summary, TextRole::Muted);
    layout->addWidget(m_summary);

    m_tracksBox = new QWidget(this);
    auto* tracksLayout = new QVBoxLayout(m_tracksBox);
    tracksLayout->setContentsMargins(0, 0, 0, 0);
    tracksLayout->setSpacing(Theme::px(6));
    auto* pick = new QHBoxLayout;
    m_parameterTitle = new QLabel(m_tracksBox);
    Theme::setTextRole(m_parameterTitle, TextRole::Caption);
    m_parameter = new QComboBox(m_tracksBox);
    m_parameter->setObjectName(QStringLiteral("parameter"));
    m_parameter->setAccessibleName(tr("Parameter that the curves show"));
    pick->addWidget(m_parameterTitle, 1);
    pick->addWidget(m_parameter);
    tracksLayout->addSpacing(Theme::px(6));
    tracksLayout->addLayout(pick);
    m_parameterHelp = new QLabel(m_tracksBox);
    m_parameterHelp->setWordWrap(true);
    Theme::setTextRole(m_parameterHelp, TextRole::Muted);
    tracksLayout->addWidget(m_parameterHelp);
    m_tracks = new TracksPanel(m_tracksBox);
    tracksLayout->addWidget(m_tracks);
    layout->addWidget(m_tracksBox);
    connect(m_parameter, &QComboBox::activated, this, [this] {
        refreshTracks();
        Q_EMIT parameterChanged();
    });
    connect(m_tracks, &TracksPanel::valuesTyped, this, [this](int row, const std::vector<double>& values) {
        const ParamSpec* spec = parameter();
        const ParameterTrack track = m_rows[static_cast<std::size_t>(row)].track;
        m_document.edit(tr("Change %1").arg(toQString(spec->name)), [&](recipe::MergeRecipe& recipe) { setTrack(recipe, *spec, track, values); });
    });
    connect(m_tracks, &TracksPanel::filterRequested, this, [this](int row, const QString& filter) {
        const ParamSpec* spec = parameter();
        const ParameterTrack track = m_rows[static_cast<std::size_t>(row)].track;
        m_document.edit(tr("Add filter"), [&](recipe::MergeRecipe& recipe) {
            addFilter(recipe, *spec, track.model, toStd(filter), track.values);
        });
    });
    connect(m_tracks, &TracksPanel::removeRequested, this, [this](int row) {
        const ParamSpec* spec = parameter();
        const ParameterTrack track = m_rows[static_cast<std::size_t>(row)].track;
        m_document.edit(tr("Remove values"), [&](recipe::MergeRecipe& recipe) { removeTrack(recipe, *spec, track); });
    });

    m_optionsTitle = new QLabel(tr("Options"), this);
    Theme::setTextRole(m_optionsTitle, TextRole::Caption);
    layout->addSpacing(Theme::px(6));
    layout->addWidget(m_optionsTitle);
    m_options = new widgets::SchemaForm("MergeMethod", this);
    layout->addWidget(m_options);
    connect(m_options, &widgets::SchemaForm::valueChanged, this, [this](const QString& name, const QVariant& value) {
        const auto spec = std::find_if(m_optionSpecs.begin(), m_optionSpecs.end(),
                                       [&](const ParamSpec& entry) { return toQString(entry.name) == name; });
        if (m_filling || spec == m_optionSpecs.end())
            return;
        const std::optional<double> number = value.isValid() ? std::optional(value.toDouble()) : std::nullopt;
        m_document.edit(tr("Change %1").arg(name), [&](recipe::MergeRecipe& recipe) { setGlobal(recipe, *spec, number); });
    });

    addSection(layout, tr("Result"));
    auto* stored = new QHBoxLayout;
    stored->setSpacing(Theme::px(8));
    m_dtype = new QComboBox(this);
    m_dtype->setObjectName(QStringLiteral("dtype"));
    m_dtype->setAccessibleName(tr("Dtype of the result"));
    m_dtype->addItem(tr("as the models"), QString());
    for (const char* name : {"bfloat16", "float16", "float32"})
        m_dtype->addItem(QString::fromLatin1(name), QString::fromLatin1(name));
    m_shards = new QComboBox(this);
    m_shards->setAccessibleName(tr("Largest file"));
    for (const quint64 size : kShardSizes)
        m_shards->addItem(tr("%1 GB files").arg(size / 1'000'000'000), size);
    m_shards->setCurrentIndex(1);
    stored->addWidget(m_dtype, 1);
    stored->addWidget(m_shards, 1);
    layout->addLayout(stored);
    connect(m_dtype, &QComboBox::activated, this, [this] {
        const QString name = m_dtype->currentData().toString();
        m_document.edit(tr("Change dtype"), [&](recipe::MergeRecipe& recipe) {
            recipe.dtype = name.isEmpty() ? std::nullopt : dtypeFromTorch(toStd(name));
            recipe.outDtype.reset();
        });
    });
    connect(m_shards, &QComboBox::activated, this, &SetupPanel::outputChanged);

    m_tokenizer = new QComboBox(this);
    m_tokenizer->setObjectName(QStringLiteral("tokenizer"));
    m_tokenizer->setAccessibleName(tr("Tokenizer"));
    m_tokenizer->addItem(tr("Tokenizer copied from the base model"), QString());
    m_tokenizer->addItem(tr("Vocabulary of the base model, rows matched by token"), QStringLiteral("base"));
    m_tokenizer->addItem(tr("Union of all vocabularies"), QStringLiteral("union"));
    m_tokenizer->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    layout->addWidget(m_tokenizer);
    connect(m_tokenizer, &QComboBox::activated, this, [this] {
        const QString source = m_tokenizer->currentData().toString();
        m_document.edit(tr("Change tokenizer"), [&](recipe::MergeRecipe& recipe) {
            if (source.isEmpty()) {
                recipe.tokenizer.reset();
                return;
            }
            recipe::TokenizerRequest request;
            request.legacyForm = true;
            request.source = source == QStringLiteral("union") ? recipe::TokenizerRequest::Source::Union
                                                               : recipe::TokenizerRequest::Source::Base;
            recipe.tokenizer = request;
        });
    });

    auto* place = new QHBoxLayout;
    place->setSpacing(Theme::px(8));
    m_output = new QLineEdit(this);
    m_output->setObjectName(QStringLiteral("output"));
    m_output->setAccessibleName(tr("Output folder"));
    m_output->setPlaceholderText(tr("Output folder"));
    auto* browse = new QToolButton(this);
    browse->setIcon(widgets::Icons::icon(QStringLiteral("folder")));
    browse->setAccessibleName(tr("Choose the output folder"));
    browse->setToolTip(tr("Choose the output folder"));
    place->addWidget(m_output, 1);
    place->addWidget(browse);
    layout->addLayout(place);
    connect(m_output, &QLineEdit::textChanged, m_output, &QWidget::setToolTip); // it is often longer than the field
    connect(m_output, &QLineEdit::textChanged, this, &SetupPanel::outputChanged);
    connect(browse, &QToolButton::clicked, this, [this] {
        const QString folder = QFileDialog::getExistingDirectory(this, tr("Folder in which the merged model is put"),
                                                                 QFileInfo(outputFolder()).path());
        if (!folder.isEmpty())
            m_output->setText(folder + u'/' + QFileInfo(outputFolder()).fileName());
    });
    layout->addStretch(1);
}

void SetupPanel::addSection(QVBoxLayout* layout, const QString& title)
{
    auto* label = new QLabel(title, this);
    Theme::setTextRole(label, TextRole::Caption);
    layout->addSpacing(Theme::px(8));
    layout->addWidget(label);
}

void SetupPanel::setFacts(std::function<ModelFacts(const recipe::ModelRef&)> facts)
{
    m_facts = std::move(facts);
}

const merge::MergeMethod* SetupPanel::method() const
{
    return merge::findMergeMethod(m_document.recipe().mergeMethod);
}

QString SetupPanel::outputFolder() const
{
    return m_output->text().trimmed();
}

void SetupPanel::setOutputFolder(const QString& folder)
{
    m_output->setText(folder);
}

quint64 SetupPanel::shardSize() const
{
    return m_shards->currentData().toULongLong();
}

recipe::ModelRef SetupPanel::refOf(int row) const
{
    return m_modelRows[static_cast<std::size_t>(row)].ref;
}

void SetupPanel::addModel(const recipe::ModelRef& ref)
{
    const int layers = m_facts ? m_facts(ref).layers : 0;
    m_document.edit(tr("Add model"), [&](recipe::MergeRecipe& recipe) { workbench::addModel(recipe, ref, layers); });
}

void SetupPanel::replaceModel(int row)
{
    const recipe::ModelRef from = refOf(row);
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Model folder to take instead"));
    if (folder.isEmpty())
        return;
    recipe::ModelRef to;
    to.model = toStd(folder);
    m_document.edit(tr("Replace model"), [&](recipe::MergeRecipe& recipe) { workbench::replaceModel(recipe, from, to); });
}

void SetupPanel::chooseMethod(int index)
{
    const merge::MergeMethod* chosen = merge::mergeMethods()[static_cast<std::size_t>(index)];
    m_document.edit(tr("Change method to %1").arg(translated(chosen->title)), [&](recipe::MergeRecipe& recipe) {
        setMethod(recipe, *chosen, [this](const recipe::ModelRef& ref) { return m_facts ? m_facts(ref).layers : 0; });
    });
}

void SetupPanel::refresh()
{
    m_filling = true;
    refreshModels();
    refreshMethod();
    refreshTracks();
    refreshOutput();
    m_filling = false;
}

void SetupPanel::refreshModels()
{
    const recipe::MergeRecipe& recipe = m_document.recipe();
    m_modelRows.clear();
    const auto add = [&](const recipe::ModelRef& ref, bool listed, int series) {
        const bool known = std::any_of(m_modelRows.begin(), m_modelRows.end(), [&](const ModelRow& row) { return row.ref == ref; });
        if (known)
            return;
        ModelRow row;
        row.ref = ref;
        row.isBase = isBase(recipe, ref);
        row.isListed = listed;
        row.series = series;
        if (m_facts) {
            const ModelFacts facts = m_facts(ref);
            row.facts = facts.text;
            row.problem = facts.problem;
        }
        m_modelRows.push_back(std::move(row));
    };
    const bool stack = !blocks(recipe).empty();
    if (recipe.baseModel && std::none_of(recipe.modules.begin(), recipe.modules.end(), [&](const recipe::Module& module) {
            return std::any_of(module.models.begin(), module.models.end(),
                               [&](const recipe::InputModel& input) { return input.model == *recipe.baseModel; });
        }))
        add(*recipe.baseModel, false, -1);
    for (const recipe::ModelRef& ref : recipe.referencedModels())
        add(ref, true, stack ? static_cast<int>(m_modelRows.size()) : -1);
    m_models->setRows(m_modelRows, method() != nullptr);
}

void SetupPanel::refreshMethod()
{
    const merge::MergeMethod* shown = method();
    m_method->setCurrentIndex(shown ? m_method->findData(toQString(shown->id)) : -1);
    m_summary->setText(shown ? translated(shown->summary) : tr("Choose how the models become one."));
    if (!shown || m_shownMethod == shown->id) {
        if (!shown)
            m_shownMethod.clear();
    } else {
        m_shownMethod = shown->id;
        m_parameter->clear();
        m_optionSpecs.clear();
        for (const ParamSpec& spec : shown->params) {
            if (isDrawn(spec))
                m_parameter->addItem(toQString(spec.name), toQString(spec.name));
            else
                m_optionSpecs.push_back(spec);
        }
        m_options->setSpecs(m_optionSpecs);
    }
    m_optionsTitle->setVisible(!m_optionSpecs.empty());
    m_options->setVisible(!m_optionSpecs.empty());
    QVariantMap values;
    for (const ParamSpec& spec : m_optionSpecs) {
        if (const std::optional<double> value = global(m_document.recipe(), spec))
            values[toQString(spec.name)] = spec.type == ParamType::Bool      ? QVariant(*value != 0)
                                           : spec.type == ParamType::Integer ? QVariant(static_cast<qlonglong>(*value))
                                                                             : QVariant(*value);
    }
    if (values != m_options->values())
        m_options->setValues(values);
}

const ParamSpec* SetupPanel::parameter() const
{
    const merge::MergeMethod* shown = method();
    if (!shown)
        return nullptr;
    for (const ParamSpec& spec : shown->params) {
        if (isDrawn(spec) && toQString(spec.name) == m_parameter->currentData().toString())
            return &spec;
    }
    return nullptr;
}

QString SetupPanel::trackPlace(const ParameterTrack& track, const ParamSpec& spec) const
{
    QString filter = toQString(track.filter);
    if (spec.scope == ParamScope::Global)
        return filter.isEmpty() ? (m_rows.empty() ? tr("all tensors") : tr("all else")) : filter;
    const std::vector<const recipe::InputModel*> all = inputs(m_document.recipe());
    const QString model = ModelsPanel::shortName(all[static_cast<std::size_t>(track.model)]->model);
    return filter.isEmpty() ? model : model % u" · " % filter;
}

void SetupPanel::refreshTracks()
{
    m_rows.clear();
    const ParamSpec* spec = parameter();
    m_tracksBox->setVisible(spec != nullptr && !inputs(m_document.recipe()).empty());
    if (!spec)
        return;
    m_parameter->setVisible(m_parameter->count() > 1);
    m_parameterTitle->setText(translated(spec->title));
    m_parameterHelp->setText(translated(spec->help));
    for (ParameterTrack& track : tracks(m_document.recipe(), *spec)) {
        TracksPanel::Row row;
        row.where = trackPlace(track, *spec);
        row.track = std::move(track);
        row.style = static_cast<int>(m_rows.size());
        m_rows.push_back(std::move(row));
    }
    m_tracks->setRows(m_rows, spec->mayVaryByLayer);
}

void SetupPanel::refreshOutput()
{
    const recipe::MergeRecipe& recipe = m_document.recipe();
    const std::optional<DType> dtype = recipe.outDtype ? recipe.outDtype : recipe.dtype;
    m_dtype->setCurrentIndex(dtype ? m_dtype->findData(toQString(torchName(*dtype))) : 0);
    const QString source = !recipe.tokenizer                                                         ? QString()
                           : recipe.tokenizer->source == recipe::TokenizerRequest::Source::Union ? QStringLiteral("union")
                           : recipe.tokenizer->source == recipe::TokenizerRequest::Source::Base  ? QStringLiteral("base")
                                                                                                 : QStringLiteral("model");
    m_tokenizer->setCurrentIndex(m_tokenizer->findData(source));
    m_tokenizer->setPlaceholderText(tr("As written in the YAML"));
}

} // namespace crucible::workbench
