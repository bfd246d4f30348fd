#include "server/tls/served_tls.hpp"

#include <cstdlib>
#include <utility>

#include "server/tls/key_folder.hpp"
#include "server/tls/local_certificates.hpp"
#include "server/tls/open_ssl.hpp"

namespace tailrace::server {
namespace {

std::string file_text(const char* option, const std::string& path) {
    try {
        return read_key_file(path);
    } catch (const TlsError& error) {
        throw TlsError(std::string(option).append(": ").append(error.what()));
    }
}

TlsCredentials credentials_in_files(const TlsOptions& options) {
    begin_open_ssl();
    TlsCredentials credentials{file_text("--tls-cert", options.certificate_file),
                               file_text("--tls-key", options.key_file)};
    const std::vector<Certificate> certificates = certificates_in(credentials.certificates);
    if (certificates.empty())
        throw TlsError("--tls-cert: '" + options.certificate_file +
                       "' contains no certificate in PEM form, or a damaged one");
    const PrivateKey key = private_key_in(credentials.key);
    if (!key) {
        throw TlsError("--tls-key: '" + options.key_file +
                       "' contains no private key in PEM form, or only one that needs a passphrase");
    }
    if (X509_check_private_key(certificates.front().get(), key.get()) != 1) {
        throw TlsError("--tls-key: the key in '" + options.key_file +
                       "' does not belong to the first certificate in '" + options.certificate_file + "'");
    }
    return credentials;
}

TlsCredentials credentials_in_folder(const TlsOptions& options, std::chrono::sys_seconds now) {
    if (options.folder.empty()) {
        throw TlsError(
            "--tls self-signed: there is no place for the keys, because the variable HOME is not set; name a "
            "folder with --tls-folder");
    }
    try {
        return LocalCertificates(options.folder).credentials(now);
    } catch (const TlsError& error) {
        throw TlsError("--tls self-signed: " + std::string(error.what()) +
                       "; --tls-folder names another folder");
    }
}

void warn_of_readers(const std::string& key_file, const Log& log) {
    if (!others_can_read(key_file)) return;
    log.warning("other users of this machine can read the private key in '" + key_file +
                "'; chmod 600 keeps it private");
}

std::string variable(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

}  // namespace

std::string usual_tls_folder(std::string_view database_file) {
    if (!database_file.empty()) return std::string(database_file).append(".tls");
    const std::string data = variable("XDG_DATA_HOME");
    // A relative path counts as not set (XDG Base Directory Specification).
    if (data.starts_with('/')) return data + "/tailrace/tls";
    const std::string home = variable("HOME");
    return home.empty() ? "" : home + "/.local/share/tailrace/tls";
}

ServedTls::ServedTls(TlsOptions options, const Clock& clock, const Log& log)
    : options_(std::move(options)), clock_(clock), log_(log), credentials_(read()), server_(credentials_) {
    warn();
}

TlsCredentials ServedTls::read() const {
    const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now());
    return options_.is_self_signed ? credentials_in_folder(options_, now) : credentials_in_files(options_);
}

void ServedTls::warn() const {
    if (options_.is_self_signed) {
        for (const std::string& each : LocalCertificates(options_.folder).key_paths())
            warn_of_readers(each, log_);
        return;
    }
    warn_of_readers(options_.key_file, log_);
    const std::vector<Certificate> certificates = certificates_in(credentials_.certificates);
    const X509& own = *certificates.front();
    const std::string name = "the certificate in '" + options_.certificate_file + "' ";
    if (clock_.now() >= valid_until(own)) {
        log_.warning(name + "has expired, at " + iso_time_in_seconds(valid_until(own)) +
                     ": clients will refuse it");
    } else if (clock_.now() < valid_from(own)) {
        log_.warning(name + "is not valid before " + iso_time_in_seconds(valid_from(own)) +
                     ": clients will refuse it");
    }
}

void ServedTls::refresh() noexcept {
    try {
        TlsCredentials found = read();
        if (found != credentials_) {
            server_.use(found);
            credentials_ = std::move(found);
            log_.info("new connections get a new TLS certificate");
            warn();
        }
        fault_.clear();
    } catch (const std::exception& error) {
        if (std::exchange(fault_, error.what()) == error.what()) return;
        log_.warning("the old TLS certificate remains in use: " + fault_);
    }
}

std::string ServedTls::authority_text() const {
    if (!options_.is_self_signed) return {};
    return "CA certificate: " + LocalCertificates(options_.folder).authority_path() +
           " (for AWS_CA_BUNDLE, NODE_EXTRA_CA_CERTS and curl --cacert)\n";
}

}  // namespace tailrace::server
