#include "stream/handler/name_resolution.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <future>
#include <memory>
#include <thread>

namespace tailrace::stream {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

Resolution resolve_now(const std::string& host, const std::string& port, tcp::resolver::flags flags) {
    asio::io_context loop;
    Resolution resolution;
    for (const auto& each : tcp::resolver(loop).resolve(host, port, flags, resolution.error))
        resolution.endpoints.push_back(each.endpoint());
    return resolution;
}

}  // namespace

Resolution resolve(const std::string& host, const std::string& port, std::chrono::milliseconds timeout) {
    boost::system::error_code is_a_name;
    asio::ip::make_address(host, is_a_name);
    // Nobody has to be asked for an address.
    if (!is_a_name) return resolve_now(host, port, tcp::resolver::numeric_host);
    const auto promise = std::make_shared<std::promise<Resolution>>();
    std::future<Resolution> found = promise->get_future();
    // The system's resolver cannot be interrupted; a thread that nobody waits for any more ends by itself.
    std::thread([promise, host, port] {
        try {
            promise->set_value(resolve_now(host, port, tcp::resolver::flags()));
        } catch (...) {
            promise->set_exception(std::current_exception());
        }
    }).detach();
    if (found.wait_for(timeout) == std::future_status::ready) return found.get();
    return {{}, asio::error::timed_out};
}

}  // namespace tailrace::stream
