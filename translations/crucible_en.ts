<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>Playground</name>
    <message numerus="yes">
        <source>cut at %n tokens</source>
        <translation>
            <numerusform>cut at %n token</numerusform>
            <numerusform>cut at %n tokens</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crucible::widgets::LayerStackEditor</name>
    <message numerus="yes">
        <source>%n layers in all</source>
        <translation>
            <numerusform>%n layer in all</numerusform>
            <numerusform>%n layers in all</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>layers %1 to %2 · %n layers</source>
        <translation>
            <numerusform>layers %1 to %2 · %n layer</numerusform>
            <numerusform>layers %1 to %2 · %n layers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crucible::workbench::JobsPanel</name>
    <message numerus="yes">
        <source>%n running</source>
        <translation>
            <numerusform>%n running</numerusform>
            <numerusform>%n running</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n queued</source>
        <translation>
            <numerusform>%n queued</numerusform>
            <numerusform>%n queued</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crucible::workbench::MergePage</name>
    <message numerus="yes">
        <source>%n layer(s)</source>
        <translation>
            <numerusform>%n layer</numerusform>
            <numerusform>%n layers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n file</numerusform>
            <numerusform>%n files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 (needs %n model(s))</source>
        <translation>
            <numerusform>%1 (needs %n model)</numerusform>
            <numerusform>%1 (needs %n models)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more, marked in the text</source>
        <translation>
            <numerusform>and %n more, marked in the text</numerusform>
            <numerusform>and %n more, marked in the text</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crucible::workbench::MessageView</name>
    <message numerus="yes">
        <source>%n tokens</source>
        <translation>
            <numerusform>%n token</numerusform>
            <numerusform>%n tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>loss %1 · perplexity %2 · %3 bits per byte · %n tokens</source>
        <translation>
            <numerusform>loss %1 · perplexity %2 · %3 bits per byte · %n token</numerusform>
            <numerusform>loss %1 · perplexity %2 · %3 bits per byte · %n tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>searching: %n tokens of at most %1</source>
        <translation>
            <numerusform>searching: %n token of at most %1</numerusform>
            <numerusform>searching: %n tokens of at most %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crucible::workbench::ModelsPage</name>
    <message numerus="yes">
        <source>%n layers</source>
        <translation>
            <numerusform>%n layer</numerusform>
            <numerusform>%n layers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crucible::workbench::PlanPanel</name>
    <message numerus="yes">
        <source>%1 parameters, %n layer(s)</source>
        <translation>
            <numerusform>%1 parameters, %n layer</numerusform>
            <numerusform>%1 parameters, %n layers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crucible::workbench::PromptView</name>
    <message numerus="yes">
        <source>%n tokens</source>
        <translation>
            <numerusform>%n token</numerusform>
            <numerusform>%n tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them special</source>
        <translation>
            <numerusform>%n of them special</numerusform>
            <numerusform>%n of them special</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crucible::workbench::RunDetails</name>
    <message numerus="yes">
        <source>%n tokens written</source>
        <translation>
            <numerusform>%n token written</numerusform>
            <numerusform>%n tokens written</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crucible::workbench::RunsPage</name>
    <message numerus="yes">
        <source>%n runs</source>
        <translation>
            <numerusform>%n run</numerusform>
            <numerusform>%n runs</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n equal keys hidden</source>
        <translation>
            <numerusform>%n equal key hidden</numerusform>
            <numerusform>%n equal keys hidden</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crucible::workbench::StatusLine</name>
    <message numerus="yes">
        <source>%1, %n waiting</source>
        <translation>
            <numerusform>%1, %n waiting</numerusform>
            <numerusform>%1, %n waiting</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crucible::workbench::TensorPanel</name>
    <message numerus="yes">
        <source>%n tensors</source>
        <translation>
            <numerusform>%n tensor</numerusform>
            <numerusform>%n tensors</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n values are not numbers</source>
        <translation>
            <numerusform>%n value is not a number</numerusform>
            <numerusform>%n values are not numbers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crucible::workbench::TranscriptView</name>
    <message numerus="yes">
        <source>Show %n earlier messages</source>
        <translation>
            <numerusform>Show %n earlier message</numerusform>
            <numerusform>Show %n earlier messages</numerusform>
        </translation>
    </message>
</context>
</TS>
