// SPDX-License-Identifier: GPL-3.0-or-later
// The help pages of resources/help, in their own window; links between them are followed, links outside open the browser.
#pragma once

#include <QDialog>

class QListWidget;
class QTextBrowser;
class QUrl;

namespace crucible::workbench {

class HelpViewer : public QDialog {
    Q_OBJECT
public:
    explicit HelpViewer(QWidget* parent);
    // Shows what belongs to a page of the window; the viewer is kept for the next time.
    static void showTopic(const QString& page, QWidget* parent);
    void openTopic(const QString& topic);
    static QStringList topics();

private:
    void follow(const QUrl& url);

    QListWidget* m_contents;
    QTextBrowser* m_text;
};

} // namespace crucible::workbench
