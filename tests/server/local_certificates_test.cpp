#include "server/tls/local_certificates.hpp"

#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "server/tls/certificate_maker.hpp"
#include "tests/catch.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace;
using namespace tailrace::server;
using std::chrono::days;

namespace {

const std::chrono::sys_seconds begin(std::chrono::seconds(1769860800));

/// A folder with certificates, and what clients make of them.
class LocalFixture {
  public:
    std::string path(const std::string& file) const { return folder() + "/" + file; }
    std::string folder() const { return folder_.path("data/tls"); }
    TlsCredentials at(std::chrono::sys_seconds now) const {
        return LocalCertificates(folder()).credentials(now);
    }

    std::string text(const std::string& file) const { return folder_.read("data/tls/" + file); }
    void write(const std::string& file, const std::string& text) const {
        std::ofstream(path(file), std::ios::binary) << text;
    }
    /// The mode of a file as chmod takes it.
    std::string mode(const std::string& file) const {
        struct stat status = {};
        if (::stat(path(file).c_str(), &status) != 0) return "missing";
        constexpr int base = 8;
        std::string digits;
        for (unsigned rest = status.st_mode & 0777U; rest > 0; rest /= base)
            digits.insert(digits.begin(), static_cast<char>('0' + rest % base));
        return digits;
    }
    std::set<std::string> files() const {
        std::set<std::string> names;
        for (const auto& each : std::filesystem::directory_iterator(folder()))
            names.insert(each.path().filename().string());
        return names;
    }

  private:
    tests::TemporaryFolder folder_;
};

Certificate first_of(const std::string& pem) {
    return std::move(certificates_in(pem).front());
}

/// Returns what a client that trusts the CA says about a certificate for that name: "ok", or the reason
/// against it.
std::string judgement(X509& authority, X509& certificate, const std::string& name,
                      std::chrono::sys_seconds now) {
    const std::unique_ptr<X509_STORE, OpenSslDeleter<X509_STORE_free>> store(X509_STORE_new());
    X509_STORE_add_cert(store.get(), &authority);
    const std::unique_ptr<X509_STORE_CTX, OpenSslDeleter<X509_STORE_CTX_free>> context(X509_STORE_CTX_new());
    X509_STORE_CTX_init(context.get(), store.get(), &certificate, nullptr);
    X509_VERIFY_PARAM* const rules = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_time(rules, static_cast<std::time_t>(now.time_since_epoch().count()));
    X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_SSL_SERVER);
    const bool is_address = X509_VERIFY_PARAM_set1_ip_asc(rules, name.c_str()) == 1;
    if (!is_address) X509_VERIFY_PARAM_set1_host(rules, name.c_str(), 0);
    X509_verify_cert(context.get());
    return X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
}

}  // namespace

TEST_CASE_METHOD(LocalFixture, "a self-signed certificate is valid for this machine's own names", "[tls]") {
    const TlsCredentials made = at(begin);
    const Certificate server = first_of(made.certificates);
    const Certificate authority = first_of(text("tailrace-ca.pem"));
    for (const char* name : {"localhost", "127.0.0.1", "::1"})
        CHECK(judgement(*authority, *server, name, begin) == "ok");
    CHECK(judgement(*authority, *server, "example.com", begin) == "hostname mismatch");
    CHECK(judgement(*authority, *server, "192.0.2.1", begin) == "IP address mismatch");
    CHECK(valid_until(*server) - valid_from(*server) == days(397));
    CHECK(valid_from(*server) == begin - days(1));
}

// Whoever steals the CA's key can pretend only to be a site on the victim's own machine.
TEST_CASE_METHOD(LocalFixture, "clients accept no certificates for other names by the CA", "[tls]") {
    at(begin);
    const CertifiedKey authority{first_of(text("tailrace-ca.pem")),
                                 private_key_in(text("tailrace-ca-key.pem"))};
    const Certificate forged(X509_new());
    X509_set_version(forged.get(), X509_VERSION_3);
    X509_set_pubkey(forged.get(), authority.key.get());
    X509_set_issuer_name(forged.get(), X509_get_subject_name(authority.certificate.get()));
    X509_set1_notBefore(forged.get(), X509_get0_notBefore(authority.certificate.get()));
    X509_set1_notAfter(forged.get(), X509_get0_notAfter(authority.certificate.get()));
    const std::unique_ptr<X509_EXTENSION, OpenSslDeleter<X509_EXTENSION_free>> names(
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:example.com"));
    X509_add_ext(forged.get(), names.get(), -1);
    X509_sign(forged.get(), authority.key.get(), EVP_sha256());
    CHECK(judgement(*authority.certificate, *forged, "example.com", begin) == "permitted subtree violation");
}

TEST_CASE_METHOD(LocalFixture, "only the owner can read the keys, and Git ignores the folder", "[tls]") {
    at(begin);
    CHECK(files() == std::set<std::string>{".gitignore", "tailrace-ca-key.pem", "tailrace-ca.pem",
                                           "tailrace-localhost-key.pem", "tailrace-localhost.pem"});
    CHECK(mode("tailrace-ca-key.pem") == "600");
    CHECK(mode("tailrace-localhost-key.pem") == "600");
    CHECK(mode("tailrace-ca.pem") == "644");
    CHECK(text(".gitignore") == "*\n");
    CHECK(LocalCertificates(folder()).authority_path() == path("tailrace-ca.pem"));
}

TEST_CASE_METHOD(LocalFixture, "a folder that was there keeps its .gitignore", "[tls]") {
    std::filesystem::create_directories(folder());
    write(".gitignore", "*.log\n");
    at(begin);
    CHECK(text(".gitignore") == "*.log\n");
}

TEST_CASE_METHOD(LocalFixture, "a server's certificate is renewed thirty days before it expires", "[tls]") {
    const TlsCredentials first = at(begin);
    const std::string authority = text("tailrace-ca.pem");
    const auto expiry = valid_until(*first_of(first.certificates));
    CHECK(at(expiry - days(30) - std::chrono::seconds(1)) == first);
    const auto late = expiry - days(30);
    const TlsCredentials second = at(late);
    CHECK(second.certificates != first.certificates);
    CHECK(second.key != first.key);
    CHECK(at(late) == second);
    // Clients go on to trust the CA that they know.
    CHECK(text("tailrace-ca.pem") == authority);
    CHECK(judgement(*first_of(authority), *first_of(second.certificates), "localhost", late) == "ok");
}

TEST_CASE_METHOD(LocalFixture, "the CA is renewed before it would expire sooner than what it signs",
                 "[tls]") {
    at(begin);
    const std::string first = text("tailrace-ca.pem");
    const auto expiry = valid_until(*first_of(first));
    CHECK(expiry == begin + days(3649));
    at(expiry - days(398) - std::chrono::seconds(1));
    CHECK(text("tailrace-ca.pem") == first);
    const TlsCredentials made = at(expiry - days(398));
    const std::string second = text("tailrace-ca.pem");
    CHECK(second != first);
    const Certificate server = first_of(made.certificates);
    CHECK(valid_until(*server) < expiry);
    CHECK(judgement(*first_of(second), *server, "localhost", valid_until(*server) - days(1)) == "ok");
}

TEST_CASE_METHOD(LocalFixture, "a damaged, exchanged or missing file is replaced", "[tls]") {
    const TlsCredentials first = at(begin);
    const std::string authority = text("tailrace-ca.pem");
    const std::string authority_key = text("tailrace-ca-key.pem");

    write("tailrace-localhost-key.pem", "damaged");
    const TlsCredentials second = at(begin);
    CHECK(second.key != first.key);
    CHECK(text("tailrace-ca.pem") == authority);

    write("tailrace-localhost-key.pem", authority_key);
    CHECK(at(begin).key != authority_key);

    std::filesystem::remove(path("tailrace-ca-key.pem"));
    const TlsCredentials third = at(begin);
    CHECK(text("tailrace-ca.pem") != authority);
    CHECK(judgement(*first_of(text("tailrace-ca.pem")), *first_of(third.certificates), "localhost", begin) ==
          "ok");
}

// If the clock goes back, certificates that were made later are useless: clients refuse them.
TEST_CASE_METHOD(LocalFixture, "certificates from the future are replaced", "[tls]") {
    at(begin);
    const auto earlier = begin - days(30);
    const TlsCredentials made = at(earlier);
    CHECK(judgement(*first_of(text("tailrace-ca.pem")), *first_of(made.certificates), "localhost", earlier) ==
          "ok");
}

TEST_CASE_METHOD(LocalFixture, "servers that begin at the same time get the same certificate", "[tls]") {
    constexpr std::size_t servers = 8;
    std::vector<TlsCredentials> made(servers);
    std::vector<std::thread> threads;
    threads.reserve(servers);
    for (TlsCredentials& each : made) threads.emplace_back([this, &each] { each = at(begin); });
    for (std::thread& thread : threads) thread.join();
    for (const TlsCredentials& each : made) CHECK(each == made.front());
}

TEST_CASE_METHOD(LocalFixture, "a folder that cannot be made is an error", "[tls]") {
    std::filesystem::create_directories(folder());
    write("file", "");
    CHECK_THROWS_WITH(LocalCertificates(path("file") + "/tls").credentials(begin),
                      "the folder '" + path("file") + "/tls' cannot be made: Not a directory");
    std::filesystem::create_directory(path("tailrace-ca-key.pem"));
    CHECK_THROWS_WITH(at(begin), "'" + path("tailrace-ca-key.pem") + "' cannot be read: Is a directory");
}
