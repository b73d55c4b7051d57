// SPDX-License-Identifier: GPL-3.0-or-later
// How answers are made: samplers with presets, limits, the system prompt, the template, and what answers must look like.
// The samplers and their presets are those of core/generate; nothing here names one but for its slider.
#pragma once

#include "base/schema.h"
#include "playground/generation.h"
#include "widgets/card.h"

#include <vector>

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QTabWidget;
class QToolButton;
class QVBoxLayout;

namespace crucible::widgets {
class NumberEdit;
class SchemaForm;
class SliderField;
}

namespace crucible::workbench {

class JsonBox;

class SettingsPanel : public widgets::Card {
    Q_OBJECT
public:
    explicit SettingsPanel(QWidget* parent = nullptr);

    void setSettings(const GenerationSettings& settings);
    const GenerationSettings& settings() const { return m_settings; }
    // Side by side: whose settings these are. Fewer than two: nobody asks. -1 is all columns.
    void setColumns(const QStringList& names);
    int column() const; // that is chosen, -1: all
    // The model's own template is offered only where there is one.
    void setModel(const LoadedModel& model, bool known);
    // In a state worth a picture: what the template reads, with a mistake in it.
    void showForPicture();
    // A chat has a template and a system prompt, a completion has not; measuring has no settings at all.
    void setMode(PlaygroundMode mode);

Q_SIGNALS:
    void settingsChanged(const crucible::workbench::GenerationSettings& settings);
    void columnChosen(int column);

private:
    QWidget* makeSampling();
    QWidget* makePrompt();
    void addBeams(QVBoxLayout* layout);
    void addSlider(QVBoxLayout* layout, const ParamSpec& spec);
    void fillPresets();
    void applyPreset(int index);
    void showPreset();
    void setSampling(const QString& name, const QVariant& value);
    void changed();
    void showProblems();
    void showBeams();
    void showAll();
    void showTemplateText();

    GenerationSettings m_settings;
    bool m_showing = false;
    QTabWidget* m_tabs;
    QWidget* m_columnRow;
    QComboBox* m_column;
    QComboBox* m_preset = nullptr;
    QLabel* m_presetText = nullptr;
    QList<std::pair<QString, widgets::SliderField*>> m_sliders;
    std::vector<ParamSpec> m_furtherSpecs;
    QToolButton* m_more = nullptr;
    widgets::SchemaForm* m_further = nullptr;
    widgets::NumberEdit* m_maxTokens = nullptr;
    widgets::NumberEdit* m_seed = nullptr;
    QPlainTextEdit* m_stop = nullptr;
    widgets::NumberEdit* m_beams = nullptr;
    QWidget* m_beamRows = nullptr;   // what only a search has
    widgets::NumberEdit* m_lengthPenalty = nullptr;
    QComboBox* m_beamStop = nullptr;
    QList<QWidget*> m_samplingOnly;  // what a search has no place for
    QPlainTextEdit* m_system = nullptr;
    QComboBox* m_template = nullptr;
    QLabel* m_templateText = nullptr;
    QString m_ownTemplateText;
    QComboBox* m_constraintKind = nullptr;
    QPlainTextEdit* m_constraint = nullptr;
    QLabel* m_constraintProblem = nullptr;
    JsonBox* m_variables = nullptr;
    JsonBox* m_tools = nullptr;
    QWidget* m_sampling = nullptr;
    QWidget* m_prompt = nullptr;
    QWidget* m_chatOnly = nullptr;
};

} // namespace crucible::workbench
