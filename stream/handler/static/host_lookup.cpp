// Replaces stream/handler/host_lookup.cpp in the static executable. The C library's getaddrinfo() looks names
// up in shared libraries, which a static program cannot load. This reads /etc/hosts and asks the name servers
// of /etc/resolv.conf.

#include "stream/handler/host_lookup.hpp"

#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>
#include <strings.h>

#include <algorithm>
#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>
#include <cstddef>
#include <fstream>
#include <sstream>

namespace tailrace::stream {
namespace {

namespace asio = boost::asio;
namespace ip = asio::ip;
using boost::system::error_code;

std::vector<ip::address> in_hosts_file(const std::string& host) {
    std::vector<ip::address> addresses;
    std::ifstream file("/etc/hosts");
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line.substr(0, line.find('#')));
        std::string address;
        words >> address;
        for (std::string name; words >> name;) {
            if (::strcasecmp(name.c_str(), host.c_str()) != 0) continue;
            error_code error;
            const ip::address found = ip::make_address(address, error);
            if (!error) addresses.push_back(found);
            break;
        }
    }
    return addresses;
}

/// The name servers in the system's configuration.
class NameServers {
  public:
    NameServers() : are_known_(::res_ninit(&state_) == 0) {}
    ~NameServers() {
        if (are_known_) ::res_nclose(&state_);
    }
    NameServers(const NameServers&) = delete;
    NameServers& operator=(const NameServers&) = delete;

    /// Adds the host's addresses of one kind: A or AAAA.
    template <typename Address>
    void ask(const std::string& host, ns_type kind, std::vector<ip::address>& addresses) {
        if (!are_known_) return;
        std::array<unsigned char, 4096> answer;
        const int size = ::res_nsearch(&state_, host.c_str(), ns_c_in, kind, answer.data(), answer.size());
        ns_msg message;
        if (size < 0 || ::ns_initparse(answer.data(), std::min<int>(size, answer.size()), &message) != 0) {
            return;
        }
        for (int index = 0; index < ns_msg_count(message, ns_s_an); ++index) {
            ns_rr record;
            typename Address::bytes_type bytes;
            if (::ns_parserr(&message, ns_s_an, index, &record) != 0) return;
            // The answer may also contain CNAME records.
            if (ns_rr_type(record) != kind || ns_rr_rdlen(record) != bytes.size()) continue;
            std::copy_n(ns_rr_rdata(record), bytes.size(), bytes.begin());
            addresses.emplace_back(Address(bytes));
        }
    }

    /// True if a later attempt may succeed.
    bool were_silent() const { return state_.res_h_errno == TRY_AGAIN; }

  private:
    struct __res_state state_ = {};
    bool are_known_;
};

}  // namespace

std::vector<ip::address> look_up_host(const std::string& host, error_code& error) {
    std::vector<ip::address> addresses = in_hosts_file(host);
    if (!addresses.empty()) return addresses;
    NameServers servers;
    servers.ask<ip::address_v4>(host, ns_t_a, addresses);
    servers.ask<ip::address_v6>(host, ns_t_aaaa, addresses);
    if (addresses.empty()) {
        error = servers.were_silent() ? asio::error::host_not_found_try_again : asio::error::host_not_found;
    }
    return addresses;
}

}  // namespace tailrace::stream
