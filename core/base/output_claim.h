// SPDX-License-Identifier: GPL-3.0-or-later
// One writer per output: two runs that were given the same folder would mix their files in it.
#pragma once

#include <filesystem>

namespace crucible {

class OutputClaim {
public:
    // Held by the folder `<output>.partial.lock`, which says whose it is; one that a dead process left is taken over.
    // Makes the folders above if need be. Throws Error::invalid while another run has it, Error::io.
    explicit OutputClaim(const std::filesystem::path& output);
    ~OutputClaim();
    OutputClaim(const OutputClaim&) = delete;
    OutputClaim& operator=(const OutputClaim&) = delete;

private:
    bool take(const std::filesystem::path& mine) const;
    void removeCreated() const noexcept;

    std::filesystem::path m_path;
    std::filesystem::path m_createdParents; // the topmost folder made for the output; empty when none was
};

} // namespace crucible
