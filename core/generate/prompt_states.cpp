// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/prompt_states.h"

#include "model/decoder.h"
#include "text/tokenizer.h"

#include <memory>

namespace crucible::generate {
namespace {

class Runner {
public:
    Runner(int threads, CancelToken cancel) : m_pool(threads), m_cancel(std::move(cancel)) {}

    std::vector<float> run(const formats::ModelFolder& folder, const std::vector<std::string>& prompts, bool average)
    {
        load(folder.path());
        const auto hidden = static_cast<std::size_t>(m_decoder->config().hidden);
        const auto layers = static_cast<std::size_t>(m_decoder->config().layers);
        std::vector<double> sum(layers * hidden, 0);
        for (const std::string& prompt : prompts) {
            std::vector<text::TokenId> ids = m_tokenizer->encode(prompt, {.addSpecial = false});
            if (m_tokenizer->bos())
                ids.insert(ids.begin(), *m_tokenizer->bos());
            if (ids.empty())
                throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "a prompt has no token"), folder.path().string(),
                                     CRUCIBLE_TR_NOOP("Problem", "give prompts that are not empty"));
            const std::vector<float> states = m_decoder->hiddenStates(ids, m_pool, m_cancel);
            const std::size_t first = average ? 0 : ids.size() - 1;
            const double share = 1 / static_cast<double>((ids.size() - first) * prompts.size());
            for (std::size_t layer = 0; layer < layers; ++layer) {
                for (std::size_t token = first; token < ids.size(); ++token) {
                    const float* state = states.data() + (layer * ids.size() + token) * hidden;
                    for (std::size_t i = 0; i < hidden; ++i)
                        sum[layer * hidden + i] += static_cast<double>(state[i]) * share;
                }
            }
        }
        return {sum.begin(), sum.end()};
    }

private:
    void load(const std::filesystem::path& path)
    {
        if (m_decoder && path == m_path)
            return;
        m_tokenizer = text::loadTokenizer(path);
        m_decoder = model::Decoder::load(formats::ModelFolder::open(path));
        m_path = path;
    }

    ThreadPool m_pool;
    CancelToken m_cancel;
    std::filesystem::path m_path;
    std::shared_ptr<const model::Decoder> m_decoder;
    std::shared_ptr<const text::Tokenizer> m_tokenizer;
};

} // namespace

merge::PromptStates promptStates(int threads, CancelToken cancel)
{
    return [runner = std::make_shared<Runner>(threads, std::move(cancel))](const formats::ModelFolder& model, const std::vector<std::string>& prompts,
                                                                          bool average) { return runner->run(model, prompts, average); };
}

} // namespace crucible::generate
