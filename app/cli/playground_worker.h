// SPDX-License-Identifier: GPL-3.0-or-later
// A loaded model that answers requests, one JSON object per line: what the Playground of the window talks to.
//
// Requests carry an integer "id" that every answer repeats. One request runs at a time, in the order in which they
// came;
// {"op": "stop"} ends the one that runs. A request that is wrong is answered by {"event": "error"}, and the worker
// lives on.
#pragma once

#include "base/cancel.h"
#include "base/json.h"
#include "generate/read_request.h"
#include "generate/session.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace crucible::cli {

// Requests that wait, filled by the thread that reads them.
class RequestQueue {
public:
    // One line of input. "stop" and "quit" act at once. Lines that are no requests are kept, to be answered.
    void add(const std::string& line);
    // Instead of a line that was too long for the memory there is.
    void addUnread();
    // The input has ended.
    void close();
    // The next request; false when there will be none. `cancel` is then what "stop" requests.
    bool take(std::string& line, CancelToken& cancel);
    void finished();

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<std::string> m_lines;
    CancelToken m_running;
    bool m_isRunning = false;
    bool m_closed = false;
};

class PlaygroundWorker {
public:
    using Send = std::function<void(const Json& event)>;
    PlaygroundWorker(generate::Session& session, Send send) : m_session(session), m_send(std::move(send)) {}

    Json readyEvent() const;
    // Answers one line.
    void handle(const std::string& line, const CancelToken& cancel);

private:
    void generate(const OrderedJson& request, const Json& id, const CancelToken& cancel);
    void search(const generate::BeamRequest& request, const Json& id, const CancelToken& cancel);
    void render(const OrderedJson& request, const Json& id);
    void count(const OrderedJson& request, const Json& id);
    void score(const OrderedJson& request, const Json& id, const CancelToken& cancel);

    generate::Session& m_session;
    Send m_send;
    generate::ConstraintCache m_constraints;
};

} // namespace crucible::cli
