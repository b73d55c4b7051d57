// SPDX-License-Identifier: GPL-3.0-or-later
// A server for one model that speaks OpenAI's API over HTTP: /v1/models, /v1/chat/completions, /v1/completions, /health.
//
// Answers are computed one after the other, in the order in which they were asked for; the choices of one request together. A
// client that goes away ends its answer.
#pragma once

#include "base/cancel.h"
#include "generate/session.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace crucible::serve {

struct ServerOptions {
    std::string host = "127.0.0.1";
    int port = 0;                        // 0: any that is free
    std::vector<std::string> names = {}; // what requests may call the model; the first is what it is called in answers
    std::string chatTemplate = {};       // one of the library, in place of the model's own; empty: the model's own
    std::string apiKey = {};             // clients must give it; empty: none
    std::vector<std::string> origins = {}; // web pages that may use it, as browsers name them ("http://localhost:3000")
    std::size_t mostWaiting = 32;        // requests beyond are refused (429)
};

struct RequestRecord {
    std::string method;
    std::string path;
    int status = 0;
};

class HttpServer {
public:
    // Throws Error::invalid for a host that other machines reach without a key, Error::io when it cannot listen there.
    HttpServer(generate::Session& session, ServerOptions options);
    ~HttpServer();

    int port() const;
    std::string url() const; // "http://127.0.0.1:8080"
    // Called after every request, from any thread.
    void setLog(std::function<void(const RequestRecord&)> log);
    // Serves until it is cancelled; then answers that are being written end.
    void run(const CancelToken& cancel);

private:
    class Implementation;
    std::unique_ptr<Implementation> m_implementation;
};

} // namespace crucible::serve
