#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stop_token>
#include <thread>

#include "conformance/runner/printable_text.hpp"
#include "conformance/runner/program.hpp"

namespace {

constexpr int interrupted_exit_code = 130;

/// Takes SIGINT and SIGTERM for all threads: the first ends the run in good order, the second at once.
void watch_signals(const sigset_t& signals, const std::stop_token& ended,
                   tailrace::conformance::Interruption& interruption) {
    const timespec tick{0, 100'000'000};
    while (!ended.stop_requested()) {
        if (sigtimedwait(&signals, nullptr, &tick) < 0) continue;
        if (interruption.stopped()) std::_Exit(interrupted_exit_code);
        std::fputs("\nstopping; the tables are deleted first\n", stderr);
        interruption.stop("interrupted");
    }
}

}  // namespace

int main(int argc, char** argv) {
    namespace conformance = tailrace::conformance;
    const conformance::CommandLine line =
        conformance::parse_command_line({argv + 1, argv + argc}, TAILRACE_CONFORMANCE_FOLDER);
    if (!line.options) {
        std::fputs(line.text.c_str(), line.exit_code == 0 ? stdout : stderr);
        return line.exit_code;
    }
    // Threads inherit the mask, so that the watching thread alone gets these signals.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    conformance::Interruption interruption;
    const std::jthread watch(
        [&](const std::stop_token& ended) { watch_signals(signals, ended, interruption); });
    try {
        return conformance::run_program(*line.options, interruption);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "tailrace-conformance: %s\n", conformance::printable(error.what()).c_str());
        return 2;
    }
}
