// SPDX-License-Identifier: GPL-3.0-or-later
// The left column of the merge page, what a person chooses: models, method, the parameter whose curves are shown, plain
// options, and how the result is stored. Reads a document and edits it.
#pragma once

#include "merge/models_panel.h"
#include "merge/tracks_panel.h"
#include "merge/method.h"

#include <QWidget>

#include <functional>

class QComboBox;
class QLineEdit;

namespace crucible::widgets {
class SchemaForm;
}

namespace crucible::workbench {

class MergeDocument;

class SetupPanel : public QWidget {
    Q_OBJECT
public:
    explicit SetupPanel(MergeDocument& document, QWidget* parent = nullptr);

    // What the list says of a model, and its layers; from the newest plan or the library.
    struct ModelFacts {
        QString text;
        QString problem;
        int layers = 0;
    };
    void setFacts(std::function<ModelFacts(const recipe::ModelRef&)> facts);
    void setAddMenu(QMenu* menu) { m_models->setAddMenu(menu); }
    // The document or the facts changed.
    void refresh();
    void addModel(const recipe::ModelRef& ref);

    // The parameter whose curves are shown; null when the method has none.
    const ParamSpec* parameter() const;
    const std::vector<TracksPanel::Row>& rows() const { return m_rows; }
    TracksPanel& tracksPanel() { return *m_tracks; }
    const merge::MergeMethod* method() const;

    QString outputFolder() const;
    void setOutputFolder(const QString& folder);
    quint64 shardSize() const;

Q_SIGNALS:
    void parameterChanged();
    void outputChanged();
    void showModelRequested(const recipe::ModelRef& ref);

private:
    void addSection(class QVBoxLayout* layout, const QString& title);
    void chooseMethod(int index);
    void refreshModels();
    void refreshMethod();
    void refreshTracks();
    void refreshOutput();
    void replaceModel(int row);
    QString trackPlace(const ParameterTrack& track, const ParamSpec& spec) const;
    recipe::ModelRef refOf(int row) const;

    MergeDocument& m_document;
    std::function<ModelFacts(const recipe::ModelRef&)> m_facts;
    std::vector<ModelRow> m_modelRows;
    std::vector<TracksPanel::Row> m_rows;
    ModelsPanel* m_models;
    QComboBox* m_method;
    QLabel* m_summary;
    QLabel* m_parameterTitle;
    QComboBox* m_parameter;
    QLabel* m_parameterHelp;
    TracksPanel* m_tracks;
    QWidget* m_tracksBox;
    widgets::SchemaForm* m_options;
    QLabel* m_optionsTitle;
    QComboBox* m_dtype;
    QComboBox* m_shards;
    QComboBox* m_tokenizer;
    QLineEdit* m_output;
    std::vector<ParamSpec> m_optionSpecs; // what the options form was made from
    std::string m_shownMethod;
    bool m_filling = false;
};

} // namespace crucible::workbench
