#include "server/tls/certificate_maker.hpp"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/x509v3.h>

#include <array>
#include <ctime>
#include <span>

namespace tailrace::server {
namespace {

using Extension = std::unique_ptr<X509_EXTENSION, OpenSslDeleter<X509_EXTENSION_free>>;
using BigNumber = std::unique_ptr<BIGNUM, OpenSslDeleter<BN_free>>;

/// The number of an extension, and its value in the form of OpenSSL's configuration files.
struct NamedExtension {
    int number;
    const char* value;
};

constexpr std::array<NamedExtension, 5> authority_extensions = {{
    {NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
    {NID_key_usage, "critical,keyCertSign,cRLSign"},
    {NID_ext_key_usage, "serverAuth"},
    {NID_name_constraints,
     "critical,permitted;DNS:localhost,permitted;IP:127.0.0.1/255.255.255.255,"
     "permitted;IP:::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
    {NID_subject_key_identifier, "hash"},
}};

constexpr std::array<NamedExtension, 6> server_extensions = {{
    {NID_basic_constraints, "critical,CA:FALSE"},
    {NID_key_usage, "critical,digitalSignature"},
    {NID_ext_key_usage, "serverAuth"},
    {NID_subject_alt_name, "DNS:localhost,DNS:*.localhost,IP:127.0.0.1,IP:::1"},
    {NID_subject_key_identifier, "hash"},
    {NID_authority_key_identifier, "keyid:always"},
}};

void check(bool succeeded) {
    if (!succeeded) throw TlsError("a certificate cannot be made: " + open_ssl_reason());
}

void set_serial_number(X509& certificate) {
    // As long as possible: 20 bytes of a positive number.
    constexpr int bits = 159;
    const BigNumber number(BN_new());
    check(number && BN_rand(number.get(), bits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1);
    check(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr);
}

void set_name(X509& certificate, const char* name) {
    X509_NAME* const subject = X509_get_subject_name(&certificate);
    const auto add = [subject](const char* field, const char* value) {
        check(X509_NAME_add_entry_by_txt(subject, field, MBSTRING_UTF8,
                                         reinterpret_cast<const unsigned char*>(value), -1, -1, 0) == 1);
    };
    add("O", "Tailrace");
    add("CN", name);
}

void set_validity(X509& certificate, std::chrono::sys_seconds now, std::chrono::days validity) {
    const auto begin = static_cast<std::time_t>(now.time_since_epoch().count());
    const int last_day = static_cast<int>(validity.count()) - 1;
    check(ASN1_TIME_adj(X509_getm_notBefore(&certificate), begin, -1, 0) != nullptr);
    check(ASN1_TIME_adj(X509_getm_notAfter(&certificate), begin, last_day, 0) != nullptr);
}

void add_extensions(X509& certificate, X509& issuer, std::span<const NamedExtension> extensions) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
    for (const NamedExtension& each : extensions) {
        const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, each.number, each.value));
        check(extension && X509_add_ext(&certificate, extension.get(), -1) == 1);
    }
}

/// Returns a certificate without extensions and signature, with a new key.
CertifiedKey begin_certificate(const char* name, std::chrono::sys_seconds now, std::chrono::days validity) {
    begin_open_ssl();
    CertifiedKey pair{Certificate(X509_new()), PrivateKey(EVP_EC_gen("P-256"))};
    check(pair.certificate && pair.key);
    check(X509_set_version(pair.certificate.get(), X509_VERSION_3) == 1);
    check(X509_set_pubkey(pair.certificate.get(), pair.key.get()) == 1);
    set_serial_number(*pair.certificate);
    set_name(*pair.certificate, name);
    set_validity(*pair.certificate, now, validity);
    return pair;
}

/// Has an issuer sign a certificate.
void finish(X509& certificate, const CertifiedKey& issuer, std::span<const NamedExtension> extensions) {
    check(X509_set_issuer_name(&certificate, X509_get_subject_name(issuer.certificate.get())) == 1);
    add_extensions(certificate, *issuer.certificate, extensions);
    check(X509_sign(&certificate, issuer.key.get(), EVP_sha256()) > 0);
}

}  // namespace

CertifiedKey make_authority(std::chrono::sys_seconds now) {
    CertifiedKey pair = begin_certificate("Tailrace CA for localhost", now, authority_validity);
    finish(*pair.certificate, pair, authority_extensions);
    return pair;
}

CertifiedKey make_server_certificate(const CertifiedKey& authority, std::chrono::sys_seconds now) {
    CertifiedKey pair = begin_certificate("Tailrace", now, server_validity);
    finish(*pair.certificate, authority, server_extensions);
    return pair;
}

bool is_usable(const CertifiedKey& pair, std::chrono::sys_seconds now, std::chrono::days remaining) {
    if (!pair.certificate || !pair.key) return false;
    const bool has_key = X509_check_private_key(pair.certificate.get(), pair.key.get()) == 1;
    return has_key && valid_from(*pair.certificate) <= now &&
           now + remaining < valid_until(*pair.certificate);
}

bool is_made_by(const CertifiedKey& authority, const CertifiedKey& pair) {
    return X509_verify(pair.certificate.get(), authority.key.get()) == 1;
}

}  // namespace tailrace::server
