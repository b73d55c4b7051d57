// SPDX-License-Identifier: GPL-3.0-or-later
// Small work off the window's thread: reading headers, planning, statistics of one tensor. One object per purpose; starting
// again cancels what still runs, and a result that came too late is dropped. Longer work belongs to a worker process.
#pragma once

#include "base/cancel.h"
#include "base/error.h"

#include <QFutureWatcher>
#include <QObject>
#include <QtConcurrentRun>

#include <exception>
#include <new>
#include <optional>
#include <utility>

namespace crucible::workbench {

// The value that work made, or why it made none.
template<class T>
struct Outcome {
    std::optional<T> value;
    std::optional<Error> error;
};

// Runs work and turns everything thrown into a value: nothing may be thrown through Qt.
template<class Work>
auto settle(Work&& work) -> Outcome<decltype(work())>
{
    try {
        return {work(), std::nullopt};
    } catch (const Error& error) {
        return {std::nullopt, error};
    } catch (const std::bad_alloc&) {
        return {std::nullopt, Error(ErrorKind::OutOfMemory, "there is not enough memory for this")};
    } catch (const std::exception& error) {
        return {std::nullopt, Error(ErrorKind::Internal, error.what())};
    }
}

class Background : public QObject {
    Q_OBJECT
public:
    explicit Background(QObject* parent = nullptr) : QObject(parent) {}
    ~Background() override { m_cancel.request(); }

    // work(const CancelToken&) runs on the pool; done(Outcome) runs here, later, unless cancel() or another start() came first.
    template<class Work, class Done>
    void start(Work work, Done done)
    {
        using Result = Outcome<decltype(work(std::declval<const CancelToken&>()))>;
        cancel();
        m_cancel = CancelToken();
        const quint64 id = ++m_id;
        auto* watcher = new QFutureWatcher<Result>(this);
        connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, id, done = std::move(done)]() mutable {
            watcher->deleteLater();
            if (id != m_id)
                return;
            m_busy = false;
            done(watcher->result());
            Q_EMIT finished();
        });
        m_busy = true;
        watcher->setFuture(QtConcurrent::run([work = std::move(work), token = m_cancel]() mutable -> Result {
            return settle([&] { return work(token); });
        }));
        Q_EMIT started();
    }

    void cancel()
    {
        m_cancel.request();
        ++m_id;
        m_busy = false;
    }

    bool isBusy() const { return m_busy; }

Q_SIGNALS:
    void started();
    void finished();

private:
    CancelToken m_cancel;
    quint64 m_id = 0;
    bool m_busy = false;
};

} // namespace crucible::workbench
