// As in sha256.cpp: the functions of OpenSSL 3 that take the place of these are slower, and link more.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "server/signature/md5.hpp"

#include <openssl/md5.h>

#include "engine/model/base64.hpp"

namespace tailrace::server {

struct Md5::State {
    ::MD5_CTX context{};
};

Md5::Md5() : state_(std::make_unique<State>()) {
    ::MD5_Init(&state_->context);
}
Md5::~Md5() = default;

void Md5::add(std::string_view data) {
    ::MD5_Update(&state_->context, data.data(), data.size());
}

Md5Sum Md5::sum() {
    Md5Sum sum{};
    ::MD5_Final(sum.data(), &state_->context);
    return sum;
}

std::string base64_of(const Md5Sum& sum) {
    std::string text;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
    append_base64(text, {reinterpret_cast<const char*>(sum.data()), sum.size()});
    return text;
}

}  // namespace tailrace::server
