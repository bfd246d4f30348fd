#include "server/tls/open_ssl.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <ctime>

namespace tailrace::server {
namespace {

MemoryBio reader_of(std::string_view text) {
    return MemoryBio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// Returns what was written to a BIO in memory.
std::string text_in(BIO& memory) {
    const char* data = nullptr;
    const long size = BIO_ctrl(&memory, BIO_CTRL_INFO, 0, &data);
    return {data, static_cast<std::size_t>(size)};
}

/// Without this, OpenSSL asks for passphrases on the terminal.
int know_no_passphrase(char*, int, int, void*) {
    return -1;
}

std::chrono::sys_seconds moment_of(const ASN1_TIME* time) {
    std::tm parts{};
    ASN1_TIME_to_tm(time, &parts);
    return std::chrono::sys_seconds(std::chrono::seconds(::timegm(&parts)));
}

}  // namespace

void begin_open_ssl() {
    OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
}

std::string open_ssl_reason() {
    const unsigned long code = ERR_peek_last_error();
    ERR_clear_error();
    const char* reason = ERR_reason_error_string(code);
    return reason == nullptr ? "unknown error" : reason;
}

std::vector<Certificate> certificates_in(std::string_view pem) {
    const MemoryBio reader = reader_of(pem);
    std::vector<Certificate> certificates;
    while (X509* const each = PEM_read_bio_X509(reader.get(), nullptr, know_no_passphrase, nullptr))
        certificates.emplace_back(each);
    // A client cannot use part of a chain.
    if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) certificates.clear();
    ERR_clear_error();
    return certificates;
}

PrivateKey private_key_in(std::string_view pem) {
    PrivateKey key(PEM_read_bio_PrivateKey(reader_of(pem).get(), nullptr, know_no_passphrase, nullptr));
    ERR_clear_error();
    return key;
}

std::string pem_of(X509& certificate) {
    const MemoryBio memory(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(memory.get(), &certificate);
    return text_in(*memory);
}

std::string pem_of(EVP_PKEY& key) {
    const MemoryBio memory(BIO_new(BIO_s_mem()));
    PEM_write_bio_PKCS8PrivateKey(memory.get(), &key, nullptr, nullptr, 0, nullptr, nullptr);
    return text_in(*memory);
}

std::chrono::sys_seconds valid_from(const X509& certificate) {
    return moment_of(X509_get0_notBefore(&certificate));
}

std::chrono::sys_seconds valid_until(const X509& certificate) {
    return moment_of(X509_get0_notAfter(&certificate));
}

}  // namespace tailrace::server
