#include "stream/handler/name_resolution.hpp"

#include <boost/asio/error.hpp>
#include <cstdint>
#include <exception>
#include <future>
#include <memory>
#include <optional>
#include <thread>

#include "engine/model/parse_number.hpp"
#include "stream/handler/host_lookup.hpp"

namespace tailrace::stream {
namespace {

namespace asio = boost::asio;
namespace ip = asio::ip;

Resolution at_port(const std::vector<ip::address>& addresses, std::uint16_t port) {
    Resolution resolution;
    for (const ip::address& each : addresses) resolution.endpoints.emplace_back(each, port);
    return resolution;
}

Resolution look_up(const std::string& host, std::uint16_t port) {
    boost::system::error_code error;
    Resolution resolution = at_port(look_up_host(host, error), port);
    resolution.error = error;
    return resolution;
}

}  // namespace

Resolution resolve(const std::string& host, const std::string& port_text, std::chrono::milliseconds timeout) {
    const std::optional<std::uint16_t> port = parse_number<std::uint16_t>(port_text);
    if (!port) return {{}, asio::error::service_not_found};
    if (host == "localhost") return at_port({ip::address_v4::loopback(), ip::address_v6::loopback()}, *port);
    boost::system::error_code is_a_name;
    const ip::address address = ip::make_address(host, is_a_name);
    if (!is_a_name) return at_port({address}, *port);
    const auto promise = std::make_shared<std::promise<Resolution>>();
    std::future<Resolution> found = promise->get_future();
    // A lookup cannot be interrupted. A thread that nobody waits for any longer ends by itself.
    std::thread([promise, host, number = *port] {
        try {
            promise->set_value(look_up(host, number));
        } catch (...) {
            promise->set_exception(std::current_exception());
        }
    }).detach();
    if (found.wait_for(timeout) == std::future_status::ready) return found.get();
    return {{}, asio::error::timed_out};
}

}  // namespace tailrace::stream
