// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground/settings_panel.h"

#include "generate/sampler.h"
#include "generate/sampling_settings.h"
#include "text.h"
#include "playground/json_box.h"
#include "text/template_library.h"
#include "widgets/number_edit.h"
#include "widgets/number_format.h"
#include "widgets/plain_scroll_area.h"
#include "widgets/schema_form.h"
#include "widgets/slider_field.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QFormLayout>
#include <QJsonDocument>
#include <QLabel>
#include <QPlainTextEdit>
#include <QSignalBlocker>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::NumberEdit;
using widgets::SliderField;
using widgets::TextRole;
using widgets::Theme;
namespace format = widgets::format;

namespace {

// The parameters that are turned most, with the part of their range that is worth a slider.
struct Slider {
    std::string_view name;
    double low, high, step;
    bool curved;
};
constexpr std::array<Slider, 5> kSliders = {{{"temperature", 0, 2, 0.05, false},
                                            {"top_p", 0, 1, 0.01, false},
                                            {"top_k", 0, 200, 1, true},
                                            {"min_p", 0, 0.5, 0.01, false},
                                            {"repetition_penalty", 1, 2, 0.01, false}}};
constexpr int kMostTokens = 1'000'000;
constexpr int kMostBeams = 64; // each keeps keys and values of its own; the worker's limit is higher

QString inSampling(std::string_view text) { return text.empty() ? QString() : QCoreApplication::translate("Sampling", std::string(text).c_str()); }

QVariantMap valuesOf(const generate::SamplingPreset& preset)
{
    return QJsonDocument::fromJson(QByteArray(preset.json.data(), static_cast<qsizetype>(preset.json.size()))).object().toVariantMap();
}

bool sameValues(const QVariantMap& a, const QVariantMap& b)
{
    if (a.size() != b.size())
        return false;
    return std::ranges::all_of(a.keys(), [&](const QString& key) {
        const QVariant &x = a[key], &y = b[key];
        return b.contains(key) && (x == y || (x.canConvert<double>() && y.canConvert<double>() && x.toDouble() == y.toDouble()));
    });
}

QLabel* caption(const QString& text, QWidget* buddy)
{
    auto* label = new QLabel(text);
    label->setFont(Theme::secondaryFont());
    label->setBuddy(buddy);
    return label;
}

QPlainTextEdit* textBox(const QString& name, const QString& placeholder, int lines)
{
    auto* box = new QPlainTextEdit;
    box->setAccessibleName(name);
    box->setPlaceholderText(placeholder);
    box->setTabChangesFocus(true);
    box->setFixedHeight(box->fontMetrics().lineSpacing() * lines + Theme::px(16));
    return box;
}

} // namespace

SettingsPanel::SettingsPanel(QWidget* parent) : widgets::Card(QString(), parent), m_tabs(new QTabWidget), m_columnRow(new QWidget), m_column(new QComboBox)
{
    auto* row = new QHBoxLayout(m_columnRow);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(caption(tr("Settings of"), m_column));
    row->addWidget(m_column, 1);
    m_column->setAccessibleName(tr("Whose settings these are"));
    m_column->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_column->setMinimumContentsLength(8);
    connect(m_column, &QComboBox::activated, this, [this] { Q_EMIT columnChosen(column()); });
    m_columnRow->hide();
    addWidget(m_columnRow);
    m_tabs->setDocumentMode(true);
    const auto addTab = [&](QWidget* content, const QString& title) {
        auto* area = new widgets::PlainScrollArea;
        area->setContent(content);
        m_tabs->addTab(area, title);
        return area;
    };
    m_sampling = addTab(makeSampling(), tr("Sampling"));
    m_prompt = addTab(makePrompt(), tr("Prompt"));
    addWidget(m_tabs, 1);
    showAll();
}

QWidget* SettingsPanel::makeSampling()
{
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, Theme::px(8), Theme::px(6), 0);
    column->setSpacing(Theme::px(8));
    m_preset = new QComboBox;
    m_preset->setAccessibleName(tr("Preset"));
    m_presetText = new QLabel;
    m_presetText->setWordWrap(true);
    Theme::setTextRole(m_presetText, TextRole::Muted);
    column->addWidget(caption(tr("Preset"), m_preset));
    column->addWidget(m_preset);
    column->addWidget(m_presetText);
    fillPresets();
    connect(m_preset, &QComboBox::activated, this, &SettingsPanel::applyPreset);

    QStringList sliderNames;
    for (const Slider& slider : kSliders)
        if (const ParamSpec* spec = generate::findSamplingParam(slider.name)) {
            addSlider(column, *spec);
            sliderNames << toQString(slider.name);
        }
    m_maxTokens = new NumberEdit;
    m_maxTokens->setStep(64);
    m_maxTokens->setLimits(1, kMostTokens);
    m_maxTokens->setAccessibleName(tr("Most new tokens"));
    m_maxTokens->setToolTip(tr("The answer is cut after so many tokens."));
    m_seed = new NumberEdit;
    m_seed->setStep(1);
    m_seed->setLimits(0, 9e15);
    m_seed->setPlaceholderText(tr("by chance"));
    m_seed->setAccessibleName(tr("Seed"));
    m_seed->setToolTip(tr("With the same seed the same answer comes again. Without one each answer has its own; it is kept with the answer."));
    m_stop = textBox(tr("Stop texts"), tr("One per line"), 2);
    m_stop->setToolTip(tr("The answer ends before the first of these."));
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(Theme::px(8));
    grid->setVerticalSpacing(Theme::px(4));
    grid->addWidget(caption(tr("Most new tokens"), m_maxTokens), 0, 0);
    grid->addWidget(caption(tr("Seed"), m_seed), 0, 1);
    grid->addWidget(m_maxTokens, 1, 0);
    grid->addWidget(m_seed, 1, 1);
    column->addLayout(grid);
    QLabel* stopCaption = caption(tr("Stop texts"), m_stop);
    column->addWidget(stopCaption);
    column->addWidget(m_stop);
    addBeams(column);
    connect(m_maxTokens, &QLineEdit::textChanged, this, [this](const QString& text) {
        bool read = false;
        const int tokens = text.toInt(&read);
        const bool valid = read && tokens >= 1 && tokens <= kMostTokens;
        m_maxTokens->setProperty("invalid", !valid);
        m_maxTokens->update();
        if (valid) {
            m_settings.maxTokens = tokens;
            changed();
        }
    });
    connect(m_seed, &QLineEdit::textChanged, this, [this](const QString& text) {
        bool read = false;
        const qlonglong seed = text.toLongLong(&read);
        const bool valid = text.isEmpty() || (read && seed >= 0);
        m_seed->setProperty("invalid", !valid);
        m_seed->update();
        if (valid) {
            m_settings.seed = text.isEmpty() ? std::nullopt : std::optional<qint64>(seed);
            changed();
        }
    });
    connect(m_stop, &QPlainTextEdit::textChanged, this, [this] {
        m_settings.stop = m_stop->toPlainText().split(u'\n', Qt::SkipEmptyParts);
        changed();
    });

    for (const generate::SamplerKind* kind : generate::samplersInOrder())
        for (const ParamSpec& spec : kind->params)
            if (!sliderNames.contains(toQString(spec.name)))
                m_furtherSpecs.push_back(spec);
    for (const ParamSpec& spec : generate::chainParams())
        if (spec.name != "seed")
            m_furtherSpecs.push_back(spec);
    for (ParamSpec& spec : m_furtherSpecs)
        spec.mayVaryByLayer = false;
    m_more = new QToolButton;
    m_more->setText(tr("More samplers"));
    m_more->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_more->setArrowType(Qt::RightArrow);
    m_more->setCheckable(true);
    m_further = new widgets::SchemaForm("Sampling");
    m_further->setSpecs(m_furtherSpecs);
    m_further->hide();
    connect(m_more, &QToolButton::toggled, this, [this](bool on) {
        m_more->setArrowType(on ? Qt::DownArrow : Qt::RightArrow);
        m_further->setVisible(on);
    });
    connect(m_further, &widgets::SchemaForm::valueChanged, this, &SettingsPanel::setSampling);
    column->addWidget(m_more);
    column->addWidget(m_further);
    m_samplingOnly << m_preset << m_presetText << m_seed << stopCaption << m_stop << m_more << m_further;
    for (const auto& [name, slider] : std::as_const(m_sliders))
        m_samplingOnly << slider;
    column->addStretch(1);
    return content;
}

void SettingsPanel::addBeams(QVBoxLayout* layout)
{
    m_beams = new NumberEdit;
    m_beams->setObjectName(u"beams"_s);
    m_beams->setStep(1);
    m_beams->setLimits(1, kMostBeams);
    m_beams->setAccessibleName(tr("Beams"));
    m_beams->setToolTip(tr("1 writes token by token. More search for the text that is most probable as a whole, which is shown when it is found; samplers, seed, stop texts and constraints do not count then."));
    m_lengthPenalty = new NumberEdit;
    m_lengthPenalty->setStep(0.1);
    m_lengthPenalty->setAccessibleName(tr("Length penalty"));
    m_lengthPenalty->setToolTip(tr("Above 0 favours long texts, below 0 short ones."));
    m_beamStop = new QComboBox;
    m_beamStop->addItems({tr("when the best left is no better"), tr("when enough are finished"), tr("when none can become better")});
    m_beamStop->setAccessibleName(tr("End of the search"));
    m_beamStop->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_beamStop->setMinimumContentsLength(10);
    m_beamRows = new QWidget;
    auto* rows = new QGridLayout(m_beamRows);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setHorizontalSpacing(Theme::px(8));
    rows->setVerticalSpacing(Theme::px(4));
    rows->addWidget(caption(tr("Length penalty"), m_lengthPenalty), 0, 0);
    rows->addWidget(caption(tr("The search ends"), m_beamStop), 0, 1);
    rows->addWidget(m_lengthPenalty, 1, 0);
    rows->addWidget(m_beamStop, 1, 1);
    rows->setColumnStretch(0, 1);
    rows->setColumnStretch(1, 2);
    layout->addWidget(caption(tr("Beams"), m_beams));
    layout->addWidget(m_beams);
    layout->addWidget(m_beamRows);
    connect(m_beams, &QLineEdit::textChanged, this, [this](const QString& text) {
        bool read = false;
        const int beams = text.toInt(&read);
        const bool valid = read && beams >= 1 && beams <= kMostBeams;
        m_beams->setProperty("invalid", !valid);
        m_beams->update();
        if (valid && beams != m_settings.beams) {
            m_settings.beams = beams;
            showBeams();
            changed();
        }
    });
    connect(m_lengthPenalty, &QLineEdit::textChanged, this, [this](const QString& text) {
        bool read = false;
        const double penalty = text.toDouble(&read);
        m_lengthPenalty->setProperty("invalid", !read);
        m_lengthPenalty->update();
        if (read && penalty != m_settings.lengthPenalty) {
            m_settings.lengthPenalty = penalty;
            changed();
        }
    });
    connect(m_beamStop, &QComboBox::activated, this, [this](int index) {
        m_settings.beamStop = static_cast<BeamStop>(index);
        changed();
    });
}

// A search and samplers exclude each other: what does not count can not be turned.
void SettingsPanel::showBeams()
{
    const bool searches = m_settings.beams > 1;
    m_beamRows->setVisible(searches);
    for (QWidget* each : std::as_const(m_samplingOnly))
        each->setEnabled(!searches);
    m_constraintKind->setEnabled(!searches);
    m_constraint->setEnabled(!searches);
}

void SettingsPanel::addSlider(QVBoxLayout* layout, const ParamSpec& spec)
{
    const auto* slider = std::ranges::find(kSliders, spec.name, &Slider::name);
    const QString name = toQString(spec.name);
    auto* field = new SliderField(inSampling(spec.title),
                                  {slider->low, slider->high, spec.low, spec.high, slider->step, spec.defaultValue, slider->curved});
    field->setObjectName(name);
    field->setHelp(inSampling(spec.help));
    const bool whole = spec.type == ParamType::Integer;
    connect(field, &SliderField::valueChanged, this, [this, name, whole](std::optional<double> value) {
        setSampling(name, !value ? QVariant() : whole ? QVariant(static_cast<qlonglong>(*value)) : QVariant(*value));
    });
    m_sliders.append({name, field});
    layout->addWidget(field);
}

QWidget* SettingsPanel::makePrompt()
{
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, Theme::px(8), Theme::px(6), 0);
    column->setSpacing(Theme::px(8));
    m_chatOnly = new QWidget;
    auto* chat = new QVBoxLayout(m_chatOnly);
    chat->setContentsMargins(0, 0, 0, 0);
    chat->setSpacing(Theme::px(8));
    m_system = textBox(tr("System prompt"), tr("What the model should know or be before the first message"), 5);
    m_system->setObjectName(u"systemPrompt"_s);
    m_template = new QComboBox;
    m_template->setAccessibleName(tr("Chat template"));
    m_template->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_template->setMinimumContentsLength(10);
    m_templateText = new QLabel;
    m_templateText->setWordWrap(true);
    Theme::setTextRole(m_templateText, TextRole::Muted);
    chat->addWidget(caption(tr("System prompt"), m_system));
    chat->addWidget(m_system);
    chat->addWidget(caption(tr("Chat template"), m_template));
    chat->addWidget(m_template);
    chat->addWidget(m_templateText);
    m_variables = new JsonBox(tr("Template variables"), u"{\"enable_thinking\": false}"_s, 2);
    m_variables->setObjectName(u"templateVariables"_s);
    m_variables->setHelp(tr("A JSON object. Its values are variables of the chat template, such as enable_thinking."));
    m_tools = new JsonBox(tr("Tools"), u"[{\"type\": \"function\", \"function\": {\"name\": …}}]"_s, 4);
    m_tools->setObjectName(u"tools"_s);
    m_tools->setHelp(tr("A JSON list of what the model is told that it may call. Calls are shown as text, nothing is run."));
    chat->addWidget(m_variables);
    chat->addWidget(m_tools);
    connect(m_variables, &JsonBox::textChanged, this, [this](const QString& text) {
        m_settings.variables = text;
        changed();
    });
    connect(m_tools, &JsonBox::textChanged, this, [this](const QString& text) {
        m_settings.tools = text;
        changed();
    });
    column->addWidget(m_chatOnly);
    m_template->addItem(tr("The model's own"), u"default"_s);
    for (const text::LibraryTemplate& each : text::templateLibrary()) {
        m_template->addItem(toQString(each.name), toQString(each.name));
        m_template->setItemData(m_template->count() - 1, QCoreApplication::translate("ChatTemplate", std::string(each.title).c_str()), Qt::ToolTipRole);
    }
    connect(m_system, &QPlainTextEdit::textChanged, this, [this] {
        m_settings.system = m_system->toPlainText();
        changed();
    });
    connect(m_template, &QComboBox::activated, this, [this] {
        m_settings.templateName = m_template->currentData().toString();
        showTemplateText();
        changed();
    });

    m_constraintKind = new QComboBox;
    m_constraintKind->addItems({tr("Anything"), tr("JSON that follows a schema"), tr("A grammar (GBNF)")});
    m_constraintKind->setAccessibleName(tr("Answers must be"));
    m_constraintKind->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_constraintKind->setMinimumContentsLength(10);
    m_constraint = textBox(tr("Schema or grammar"), {}, 8);
    m_constraint->setFont(Theme::fixedFont());
    m_constraintProblem = new QLabel;
    m_constraintProblem->setWordWrap(true);
    Theme::setTextRole(m_constraintProblem, TextRole::Error);
    column->addWidget(caption(tr("Answers must be"), m_constraintKind));
    column->addWidget(m_constraintKind);
    column->addWidget(m_constraint);
    column->addWidget(m_constraintProblem);
    column->addStretch(1);
    connect(m_constraintKind, &QComboBox::activated, this, [this](int index) {
        m_settings.constraintKind = static_cast<ConstraintKind>(index);
        showAll();
        changed();
    });
    connect(m_constraint, &QPlainTextEdit::textChanged, this, [this] {
        m_settings.constraint = m_constraint->toPlainText();
        changed();
    });
    return content;
}

void SettingsPanel::fillPresets()
{
    for (const generate::SamplingPreset& preset : generate::samplingPresets()) {
        m_preset->addItem(inSampling(preset.title), toQString(preset.id));
        m_preset->setItemData(m_preset->count() - 1, inSampling(preset.summary), Qt::ToolTipRole);
    }
    m_preset->addItem(tr("Own values"), QString());
}

void SettingsPanel::applyPreset(int index)
{
    const auto presets = generate::samplingPresets();
    if (index < 0 || static_cast<std::size_t>(index) >= presets.size())
        return showPreset(); // "own values" is what it is called, not what it does
    m_settings.sampling = valuesOf(presets[static_cast<std::size_t>(index)]);
    showAll();
    changed();
}

// The preset whose values these are, and the values in words.
void SettingsPanel::showPreset()
{
    const auto presets = generate::samplingPresets();
    int index = m_preset->count() - 1;
    for (std::size_t i = 0; i < presets.size(); ++i)
        if (sameValues(valuesOf(presets[i]), m_settings.sampling))
            index = static_cast<int>(i);
    m_preset->setCurrentIndex(index);
    // Those with a slider always, in their order; others when they were set.
    QStringList values;
    const auto say = [&](const ParamSpec& spec, const QVariant& value) {
        const bool number = spec.type == ParamType::Real || spec.type == ParamType::Integer;
        const QString text = number                          ? format::number(value.isValid() ? value.toDouble() : spec.defaultValue)
                             : spec.type == ParamType::Bool ? (value.toBool() ? tr("on") : tr("off"))
                                                            : value.toString();
        values << inSampling(spec.title) + u' ' + text;
    };
    const bool greedy = m_settings.sampling.contains(u"temperature"_s) && m_settings.sampling.value(u"temperature"_s).toDouble() <= 0;
    for (const Slider& slider : kSliders) {
        const ParamSpec* spec = generate::findSamplingParam(slider.name);
        if (spec && (!greedy || m_settings.sampling.contains(toQString(slider.name))))
            say(*spec, m_settings.sampling.value(toQString(slider.name)));
    }
    for (const ParamSpec& spec : m_furtherSpecs)
        if (const QVariant value = m_settings.sampling.value(toQString(spec.name)); value.isValid())
            say(spec, value);
    m_presetText->setText(values.join(u" · "_s));
}

void SettingsPanel::setSampling(const QString& name, const QVariant& value)
{
    if (value.isValid())
        m_settings.sampling.insert(name, value);
    else
        m_settings.sampling.remove(name);
    showPreset();
    changed();
}

void SettingsPanel::changed()
{
    if (m_showing)
        return;
    showProblems();
    Q_EMIT settingsChanged(m_settings);
}

void SettingsPanel::showProblems()
{
    const QString problem = constraintProblem(m_settings);
    m_constraintProblem->setText(problem);
    m_constraintProblem->setVisible(!problem.isEmpty());
    m_variables->setProblem(variablesProblem(m_settings));
    m_tools->setProblem(toolsProblem(m_settings));
}

void SettingsPanel::setSettings(const GenerationSettings& settings)
{
    if (settings == m_settings)
        return;
    m_settings = settings;
    showAll();
}

void SettingsPanel::showAll()
{
    m_showing = true;
    showPreset();
    for (const auto& [name, field] : std::as_const(m_sliders)) {
        const QVariant value = m_settings.sampling.value(name);
        field->setValue(value.isValid() ? std::optional(value.toDouble()) : std::nullopt);
    }
    m_further->setValues(m_settings.sampling);
    if (m_maxTokens->text().toInt() != m_settings.maxTokens)
        m_maxTokens->setText(QString::number(m_settings.maxTokens));
    const QString seed = m_settings.seed ? QString::number(*m_settings.seed) : QString();
    if (m_seed->text() != seed)
        m_seed->setText(seed);
    const auto setText = [](QPlainTextEdit* box, const QString& text) {
        if (box->toPlainText() != text)
            box->setPlainText(text);
    };
    setText(m_stop, m_settings.stop.join(u'\n'));
    setText(m_system, m_settings.system);
    setText(m_constraint, m_settings.constraint);
    m_template->setCurrentIndex(std::max(0, m_template->findData(m_settings.templateName)));
    showTemplateText();
    m_constraintKind->setCurrentIndex(static_cast<int>(m_settings.constraintKind));
    const bool constrained = m_settings.constraintKind != ConstraintKind::None;
    m_constraint->setVisible(constrained);
    m_constraint->setPlaceholderText(m_settings.constraintKind == ConstraintKind::Grammar ? u"root ::= \"yes\" | \"no\""_s
                                                                                          : u"{\"type\": \"object\", …}"_s);
    if (m_beams->text().toInt() != m_settings.beams)
        m_beams->setText(QString::number(m_settings.beams));
    if (m_lengthPenalty->text().isEmpty() || m_lengthPenalty->text().toDouble() != m_settings.lengthPenalty)
        m_lengthPenalty->setText(QString::number(m_settings.lengthPenalty));
    m_beamStop->setCurrentIndex(static_cast<int>(m_settings.beamStop));
    showBeams();
    m_variables->setText(m_settings.variables);
    m_tools->setText(m_settings.tools);
    showProblems();
    m_showing = false;
}

void SettingsPanel::setColumns(const QStringList& names)
{
    const int chosen = std::min(column(), static_cast<int>(names.size()) - 1);
    const QSignalBlocker blocker(m_column);
    m_column->clear();
    m_column->addItem(tr("all columns"), -1);
    for (qsizetype i = 0; i < names.size(); ++i)
        m_column->addItem(u"%1: %2"_s.arg(i + 1).arg(names[i]), static_cast<int>(i));
    m_column->setCurrentIndex(names.size() > 1 ? chosen + 1 : 0);
    m_columnRow->setVisible(names.size() > 1);
}

int SettingsPanel::column() const { return m_column->count() == 0 ? -1 : m_column->currentData().toInt(); }

void SettingsPanel::setModel(const LoadedModel& model, bool known)
{
    m_ownTemplateText = !known ? QString() : model.hasTemplate ? tr("The model brings a template of its own.")
                                           : tr("The model has no template; choose the one that it was trained with, or complete texts instead.");
    showTemplateText();
}

// Of the model's own: whether there is one. Of a template of the library: who uses it.
void SettingsPanel::showTemplateText()
{
    const QString text = m_template->currentIndex() <= 0 ? m_ownTemplateText : m_template->currentData(Qt::ToolTipRole).toString();
    m_templateText->setText(text);
    m_templateText->setVisible(!text.isEmpty());
}

void SettingsPanel::showForPicture()
{
    m_chatOnly->show();
    m_tabs->setCurrentIndex(1);
    m_variables->setText(u"{\"enable_thinking\": false,}"_s);
    m_tools->setText(u"[{\"type\": \"function\", \"function\": {\"name\": \"weather\"}}]"_s);
}

void SettingsPanel::setMode(PlaygroundMode mode)
{
    m_chatOnly->setVisible(mode == PlaygroundMode::Chat);
    setVisible(mode != PlaygroundMode::Surprise);
}

} // namespace crucible::workbench
