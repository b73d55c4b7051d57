// SPDX-License-Identifier: GPL-3.0-or-later
#include "gallery_page.h"

#include "base/schema.h"
#include "widgets/card.h"
#include "widgets/chip.h"
#include "widgets/command_palette.h"
#include "widgets/curve_editor.h"
#include "widgets/data_table.h"
#include "widgets/elided_label.h"
#include "widgets/empty_state.h"
#include "widgets/gauge.h"
#include "widgets/heat_map.h"
#include "widgets/histogram_view.h"
#include "widgets/icons.h"
#include "widgets/inline_message.h"
#include "widgets/layer_stack_editor.h"
#include "widgets/lineage_view.h"
#include "widgets/log_view.h"
#include "widgets/metric_plot.h"
#include "widgets/mode_bar.h"
#include "widgets/number_format.h"
#include "widgets/page_header.h"
#include "widgets/schema_form.h"
#include "widgets/sparkline.h"
#include "widgets/theme.h"
#include "widgets/toast.h"
#include "widgets/yaml_editor.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QSlider>
#include <QSpinBox>
#include <QSplitter>
#include <QStandardItemModel>
#include <QTabWidget>
#include <QToolButton>

#include <cmath>
#include <limits>
#include <random>

namespace crucible::widgets {
namespace {

using namespace Qt::StringLiterals;

constexpr std::string_view kChoices[] = {"consensus", "none", "disjoint_merge"};
constexpr ParamSpec kSpecs[] = {
    {.name = "weight", .title = "Weight", .required = true, .low = 0, .help = "How much this model counts."},
    {.name = "density", .title = "Density", .defaultValue = 0.5, .low = 0, .high = 1, .help = "The share of changes that is kept."},
    {.name = "lambda", .title = "Lambda", .defaultValue = 1, .help = "Scales the merged task vector.", .mayVaryByLayer = false},
    {.name = "max_iter", .title = "Iterations", .type = ParamType::Integer, .defaultValue = 10, .low = 1, .high = 1000, .unit = "steps", .help = "Stops after so many.", .mayVaryByLayer = false},
    {.name = "normalize", .title = "Normalize", .type = ParamType::Bool, .defaultValue = 1, .help = "Divides by the sum of the weights.", .mayVaryByLayer = false},
    {.name = "consensus", .title = "Consensus", .type = ParamType::Choice, .defaultValue = 0, .help = "Whose sign wins.", .choices = kChoices, .mayVaryByLayer = false},
};

QWidget* frameWithModes(int current, QWidget* content)
{
    auto* page = new QWidget;
    auto* row = new QHBoxLayout(page);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    auto* modes = new ModeBar(page);
    modes->addMode(u"home"_s, u"Home"_s);
    modes->addMode(u"models"_s, u"Models"_s);
    modes->addMode(u"merge"_s, u"Merge"_s);
    modes->addMode(u"runs"_s, u"Runs"_s);
    modes->setCurrentIndex(current);
    auto* right = new QVBoxLayout;
    right->setSpacing(0);
    auto* holder = new QVBoxLayout;
    holder->setContentsMargins(Theme::px(16), Theme::px(14), Theme::px(16), Theme::px(12));
    holder->addWidget(content);
    right->addLayout(holder, 1);
    auto* status = new QFrame(page);
    status->setAutoFillBackground(true);
    status->setBackgroundRole(QPalette::Base);
    auto* statusRow = new QHBoxLayout(status);
    statusRow->setContentsMargins(Theme::px(14), Theme::px(4), Theme::px(14), Theme::px(4));
    statusRow->setSpacing(Theme::px(24));
    auto* job = new Gauge(u"dare-ties-3way"_s);
    job->setValue(0.58, format::percent(0.58));
    auto* cpu = new Gauge(u"CPU"_s);
    cpu->setValue(0.62, format::percent(0.62));
    auto* memory = new Gauge(u"Memory"_s);
    memory->setWarnAt(0.9);
    memory->setValue(0.31, u"7.4 of 24 GiB"_s);
    auto* disk = new Gauge(u"Disk"_s);
    disk->setValue(-1, u"76 GiB free"_s);
    statusRow->addWidget(job);
    statusRow->addStretch();
    statusRow->addWidget(cpu);
    statusRow->addWidget(memory);
    statusRow->addWidget(disk);
    right->addWidget(status);
    row->addWidget(modes);
    row->addLayout(right, 1);
    return page;
}

QWidget* mergePage()
{
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Theme::px(12));
    auto* header = new PageHeader(u"Merge"_s);
    header->addNameField(u"Name of the recipe"_s)->setText(u"marcoro14-7b-slerp"_s);
    header->addChip(u"Mistral · 32 layers · 7.24 B · bf16"_s);
    auto* presets = header->addAction(u"Presets"_s);
    presets->setMenu(new QMenu(presets));
    header->addAction(u"Copy as command"_s);
    header->addAction(u"Add to queue"_s);
    header->addPrimaryAction(u"Run merge"_s, u"play"_s);
    column->addWidget(header);

    auto* left = new Card(u"Models"_s);
    left->setMinimumWidth(Theme::px(250));
    auto* add = new QPushButton(u"Add model…"_s);
    add->setIcon(Icons::icon(u"add"_s, IconRole::Muted));
    left->addWidget(add);
    auto* methodLabel = new QLabel(u"Method"_s);
    Theme::setTextRole(methodLabel, TextRole::Muted);
    left->addWidget(methodLabel);
    auto* method = new QComboBox;
    method->setAccessibleName(u"Method"_s);
    method->addItems({u"SLERP"_s, u"TIES"_s});
    left->addWidget(method);
    auto* help = new QLabel(u"Walks along the sphere between two models, so that lengths of weights stay as they were."_s);
    help->setWordWrap(true);
    Theme::setTextRole(help, TextRole::Muted);
    left->addWidget(help);
    auto* form = new SchemaForm("Merge");
    form->setSpecs(kSpecs);
    form->setCurvesOffered(true);
    form->setValues({{u"weight"_s, 0.5}, {u"density"_s, 1.5}});
    left->addWidget(form);
    left->addStretch();

    auto* curves = new Card(u"t along the layers"_s);
    curves->setHint(u"drag points · double-click adds · Shift snaps to 0.05"_s);
    auto* editor = new CurveEditor;
    editor->setParameterName(u"t"_s);
    editor->setLayerCount(32);
    editor->setSeries({{u"self_attn"_s, {0, .5, .3, .7, 1}, 0}, {u"mlp"_s, {1, .5, .7, .3, 0}, 1}, {u"all else"_s, {.5}, 2}});
    curves->addWidget(editor, 1);
    auto* alike = new Card(u"How alike the two models are"_s);
    alike->setHint(u"cosine of the weights, by layer · read in 2.1 s"_s);
    auto* map = new HeatMap;
    const QStringList rows = {u"q_proj"_s, u"k_proj"_s, u"v_proj"_s, u"o_proj"_s, u"gate"_s, u"up"_s, u"down"_s, u"norms"_s};
    std::mt19937 random(7);
    std::vector<double> values;
    for (int r = 0; r < 8; ++r)
        for (int layer = 0; layer < 32; ++layer)
            values.push_back(1.0 - 0.0022 * layer * (0.5 + r / 9.0) - 0.006 * (double(random() % 1000) / 1000));
    values[70] = std::numeric_limits<double>::quiet_NaN();
    map->setData(rows, 32, values);
    map->setValueFormat([](double v) { return format::fixed(v, 2); });
    alike->addWidget(map, 1);

    auto* plan = new Card;
    auto* tabs = new QTabWidget;
    tabs->setDocumentMode(true);
    auto* planPage = new QWidget;
    auto* planColumn = new QVBoxLayout(planPage);
    planColumn->setContentsMargins(0, Theme::px(10), 0, 0);
    const auto check = [&](InlineMessage::Kind kind, const QString& text, bool flat) {
        auto* message = new InlineMessage(kind, text);
        message->setFlat(flat);
        planColumn->addWidget(message);
        return message;
    };
    check(InlineMessage::Kind::Good, u"<b>This will work</b>"_s, true);
    check(InlineMessage::Kind::Good, u"Architectures, shapes and dtypes agree"_s, true);
    check(InlineMessage::Kind::Warning, u"The chat templates differ. The base model's is used. <a href=\"compare\">Compare…</a>"_s, false);
    check(InlineMessage::Kind::Error, u"The output folder lies inside an input. Choose another folder."_s, false)->setActionText(u"Choose a folder…"_s);
    check(InlineMessage::Kind::Info, u"Tokenizers are the same, 32\u00a0000 tokens"_s, false)->setDismissible(true);
    auto* yaml = new YamlEditor;
    yaml->setPlainText(u"merge_method: slerp\nbase_model: AIDC-ai-business/Marcoroni-7B-v3\nparameters:\n  t:\n    - filter: self_attn\n      value: [0, 0.5, 0.3, 0.7, 1]\n    - value: 0.5  # all else\ndtype: bfloat17\n"_s);
    yaml->setProblems({{YamlEditor::Severity::Error, 8, 8, u"bfloat17 is not a dtype. Did you mean bfloat16?"_s}, {YamlEditor::Severity::Warning, 5, 15, u"no such filter"_s}});
    planColumn->addWidget(yaml, 1);
    tabs->addTab(planPage, u"Plan"_s);
    tabs->addTab(new QWidget, u"YAML"_s);
    tabs->addTab(new QWidget, u"Tokenizers"_s);
    plan->addWidget(tabs, 1);

    auto* middle = new QSplitter(Qt::Vertical);
    middle->addWidget(curves);
    middle->addWidget(alike);
    middle->setStretchFactor(0, 3);
    middle->setStretchFactor(1, 2);
    auto* split = new QSplitter;
    split->addWidget(left);
    split->addWidget(middle);
    split->addWidget(plan);
    split->setStretchFactor(1, 1);
    split->setSizes({Theme::px(290), Theme::px(500), Theme::px(280)});
    column->addWidget(split, 1);
    return frameWithModes(2, content);
}

QWidget* runsPage()
{
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Theme::px(12));
    auto* header = new PageHeader(u"Runs"_s);
    header->addNameField(u"Filter the runs"_s, u"kind:merge status:done tag:alpaca"_s);
    header->addChip(u"4 of 37 selected"_s)->setRemovable(true);
    header->addAction(u"Export…"_s, u"download"_s);
    header->addPrimaryAction(u"Run again"_s, u"play"_s);
    column->addWidget(header);
    auto* split = new QSplitter;
    auto* list = new Card;
    list->setFlush(true);
    auto* table = new DataTable;
    table->setAccessibleName(u"Runs"_s);
    auto* model = new QStandardItemModel(6, 4, table);
    model->setHorizontalHeaderLabels({u"run"_s, u"state"_s, u"loss"_s, u"GiB"_s});
    const char* names[] = {"lora-r16-lr2e-4", "qlora-nf4-r16", "lora-r8-lr2e-4", "dora-r16-lr1e-4", "ia3-lr3e-3", "full-lr1e-5"};
    for (int r = 0; r < 6; ++r) {
        model->setItem(r, 0, new QStandardItem(QString::fromLatin1(names[r])));
        model->setItem(r, 1, new QStandardItem(Icons::icon(r == 0 ? u"play"_s : u"check"_s, IconRole::Good), r == 0 ? u"running"_s : u"done"_s));
        for (int c = 2; c < 4; ++c) {
            auto* item = new QStandardItem(c == 2 ? format::loss(1.3 + r * 0.0137) : format::fixed(2.1 - r * 0.13, 1));
            item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            model->setItem(r, c, item);
        }
    }
    for (int c = 2; c < 4; ++c)
        model->horizontalHeaderItem(c)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    table->setModel(model);
    table->resizeColumnsToContents();
    table->selectRow(1);
    list->addWidget(table, 2);
    auto* stateRow = new QHBoxLayout;
    stateRow->setContentsMargins(Theme::px(14), 0, Theme::px(14), 0);
    for (const auto& [state, word] : {std::pair(StateLabel::State::Running, u"running"_s), std::pair(StateLabel::State::Interrupted, u"interrupted"_s), std::pair(StateLabel::State::Failed, u"failed"_s), std::pair(StateLabel::State::Queued, u"queued"_s)}) {
        auto* label = new StateLabel;
        label->setState(state, word);
        stateRow->addWidget(label);
    }
    list->addLayout(stateRow);
    auto* log = new LogView;
    log->layout()->setContentsMargins(Theme::px(12), 0, Theme::px(12), Theme::px(8));
    log->append({LogView::Level::Info, u"Reading 291 tensors"_s, {}});
    log->append({LogView::Level::Warning, u"The chat templates differ"_s, {}});
    log->append({LogView::Level::Error, u"No space left on the disk"_s, {}});
    list->addWidget(log, 1);
    split->addWidget(list);

    auto* right = new QSplitter(Qt::Vertical);
    auto* loss = new Card(u"Loss"_s);
    loss->setHint(u"wheel zooms · drag selects · double-click resets"_s);
    auto* plot = new MetricPlot;
    plot->setSmoothing(0.9);
    plot->setUnits(u"tokens"_s, u"loss"_s);
    std::mt19937 random(5);
    for (int s = 0; s < 4; ++s) {
        plot->addSeries(QString::fromLatin1(names[s]), s);
        for (int i = 0; i <= 400; ++i) {
            const double x = i * 6000.0;
            plot->append(s, x, 1.25 + 0.02 * s + 1.3 * std::exp(-x / (380000 + 60000.0 * s)) + 0.05 * (double(random() % 1000) / 500 - 1));
        }
    }
    plot->addMarker(1200000, u"checkpoint"_s);
    plot->setCrosshair(900000.0);
    loss->addWidget(plot, 1);
    right->addWidget(loss);
    auto* lower = new QWidget;
    auto* lowerRow = new QHBoxLayout(lower);
    lowerRow->setContentsMargins(0, 0, 0, 0);
    lowerRow->setSpacing(Theme::px(12));
    auto* emptyCard = new Card(u"Throughput"_s);
    auto* empty = new MetricPlot;
    empty->setEmptyText(u"Bytes per second will appear here when the merge starts."_s);
    emptyCard->addWidget(empty, 1);
    auto* lineageCard = new Card(u"Lineage"_s);
    auto* lineage = new LineageView;
    lineage->setGraph({{u"Marcoroni-7B-v3"_s, u"Mistral · 7.24 B"_s, u"models"_s}, {u"Mistral-7B-Merge-14"_s, u"Mistral · 7.24 B"_s, u"models"_s}, {u"marcoro14-7b-slerp"_s, u"merge · 3 May"_s, u"merge"_s, true}}, {{0, 2, {}}, {1, 2, {}}});
    lineageCard->addWidget(lineage, 1);
    lowerRow->addWidget(emptyCard, 1);
    lowerRow->addWidget(lineageCard, 2);
    right->addWidget(lower);
    right->setStretchFactor(0, 2);
    right->setStretchFactor(1, 1);
    split->addWidget(right);
    split->setSizes({Theme::px(330), Theme::px(700)});
    split->setStretchFactor(1, 1);
    column->addWidget(split, 1);
    return frameWithModes(3, content);
}

QWidget* controlsPage()
{
    auto* content = new QWidget;
    auto* grid = new QGridLayout(content);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(Theme::px(12));
    auto* controls = new Card(u"Controls"_s);
    auto* buttons = new QHBoxLayout;
    auto* primary = new QPushButton(u"Run"_s);
    Theme::setPrimary(primary);
    auto* quiet = new QPushButton(u"Quiet"_s);
    Theme::setQuiet(quiet);
    auto* off = new QPushButton(u"Disabled"_s);
    off->setEnabled(false);
    auto* tool = new QToolButton;
    tool->setIcon(Icons::icon(u"refresh"_s, IconRole::Muted));
    tool->setAccessibleName(u"Refresh"_s);
    for (QWidget* w : std::initializer_list<QWidget*>{primary, new QPushButton(u"Ordinary"_s), quiet, off, tool})
        buttons->addWidget(w);
    buttons->addStretch();
    controls->addLayout(buttons);
    auto* fields = new QHBoxLayout;
    auto* edit = new QLineEdit(u"a field"_s);
    edit->setAccessibleName(u"Field"_s);
    auto* wrong = new QLineEdit(u"wrong"_s);
    wrong->setAccessibleName(u"Wrong"_s);
    wrong->setProperty("invalid", true);
    auto* spin = new QSpinBox;
    spin->setAccessibleName(u"Threads"_s);
    spin->setValue(8);
    auto* combo = new QComboBox;
    combo->setAccessibleName(u"Type"_s);
    combo->addItem(u"bfloat16"_s);
    for (QWidget* w : std::initializer_list<QWidget*>{edit, wrong, spin, combo})
        fields->addWidget(w);
    controls->addLayout(fields);
    auto* checks = new QHBoxLayout;
    auto* on = new QCheckBox(u"On"_s);
    on->setChecked(true);
    auto* radio = new QRadioButton(u"Chosen"_s);
    radio->setChecked(true);
    for (QWidget* w : std::initializer_list<QWidget*>{on, new QCheckBox(u"Off"_s), radio, new QRadioButton(u"Other"_s)})
        checks->addWidget(w);
    checks->addStretch();
    controls->addLayout(checks);
    auto* slider = new QSlider(Qt::Horizontal);
    slider->setAccessibleName(u"Smoothing"_s);
    slider->setValue(60);
    controls->addWidget(slider);
    auto* progress = new QProgressBar;
    progress->setTextVisible(false);
    progress->setValue(58);
    controls->addWidget(progress);
    auto* chips = new QHBoxLayout;
    for (int tone = 0; tone < 5; ++tone) {
        auto* chip = new Chip(u"7.24 B"_s);
        chip->setTone(Chip::Tone(tone));
        chips->addWidget(chip);
    }
    chips->addStretch();
    controls->addLayout(chips);
    auto* spark = new Sparkline;
    spark->setValues({3, 2.4, 2.1, 2.2, 1.8, 1.6, 1.7, 1.4, 1.35, 1.3});
    controls->body()->addWidget(spark, 0, Qt::AlignLeft);
    controls->addStretch();

    auto* icons = new Card(u"Icons"_s);
    auto* iconGrid = new QGridLayout;
    iconGrid->setSpacing(Theme::px(10));
    int i = 0;
    for (const QString& name : Icons::names()) {
        auto* label = new QLabel;
        label->setPixmap(Icons::icon(name).pixmap(QSize(20, 20)));
        label->setToolTip(name);
        iconGrid->addWidget(label, i / 8, i % 8);
        ++i;
    }
    icons->addLayout(iconGrid);
    icons->addStretch();
    auto* stackCard = new Card(u"Slice stack"_s);
    auto* stack = new LayerStackEditor;
    stack->setModels({{u"Marcoroni-7B-v3"_s, 32, 0}, {u"Mistral-7B-Merge-14-v0.1"_s, 32, 1}});
    stack->setSlices({{0, 0, 16}, {1, 8, 24}, {0, 17, 32}});
    stack->setCurrentIndex(1);
    stackCard->addWidget(stack, 1);
    auto* histogramCard = new Card(u"model.layers.3.mlp.up_proj.weight"_s);
    auto* histogram = new HistogramView;
    std::vector<double> counts;
    for (int b = 0; b < 61; ++b)
        counts.push_back(4000000 * std::exp(-std::pow((b - 30) / 8.0, 2)));
    histogram->setBins(-0.15, 0.15, counts);
    histogramCard->addWidget(histogram, 1);
    auto* emptyCard = new Card;
    auto* empty = new EmptyState(u"models"_s, u"No models yet"_s, u"Add a folder with a model in it, or drop one on the window. It is read where it lies; nothing is copied."_s);
    empty->setAction(u"Add a folder…"_s);
    emptyCard->addWidget(empty, 1);
    grid->addWidget(controls, 0, 0);
    grid->addWidget(icons, 0, 1);
    grid->addWidget(stackCard, 0, 2);
    grid->addWidget(histogramCard, 1, 0);
    grid->addWidget(emptyCard, 1, 1, 1, 2);
    grid->setRowStretch(0, 3);
    grid->setRowStretch(1, 2);
    for (int c = 0; c < 3; ++c)
        grid->setColumnStretch(c, 1);
    return frameWithModes(1, content);
}

QWidget* overlayPage()
{
    QWidget* page = runsPage();
    page->resize(1024, 700);
    auto* palette = new CommandPalette(page);
    palette->setEntries({{u"Run merge"_s, u"Ctrl+R"_s, u"play"_s, {}}, {u"Open project…"_s, u"Ctrl+O"_s, u"folder"_s, {}}, {u"Marcoroni-7B-v3"_s, u"model"_s, u"models"_s, {}}, {u"Settings"_s, u"Ctrl+,"_s, u"settings"_s, {}}});
    palette->popup();
    auto* toasts = new ToastOverlay(page);
    toasts->post(InlineMessage::Kind::Good, u"marcoro14-7b-slerp is merged. <a href=\"open\">Open</a>"_s);
    return page;
}

} // namespace

std::vector<GalleryPage> galleryPages()
{
    return {{u"merge"_s, &mergePage}, {u"runs"_s, &runsPage}, {u"controls"_s, &controlsPage}, {u"overlay"_s, &overlayPage}};
}

} // namespace crucible::widgets
