#include "server/tls/local_certificates.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

#include "server/tls/certificate_maker.hpp"
#include "server/tls/key_folder.hpp"

namespace tailrace::server {
namespace {

constexpr const char* authority_file = "tailrace-ca.pem";
constexpr const char* authority_key_file = "tailrace-ca-key.pem";
constexpr const char* server_file = "tailrace-localhost.pem";
constexpr const char* server_key_file = "tailrace-localhost-key.pem";

/// A CA is replaced before it would expire sooner than a certificate that it signs.
constexpr std::chrono::days authority_renewal = server_validity + std::chrono::days(1);

/// Returns what two files contain; without a certificate or a key if they contain none.
CertifiedKey read_pair(const KeyFolder& folder, const char* certificate_file, const char* key_file) {
    std::vector<Certificate> certificates = certificates_in(folder.read(certificate_file));
    CertifiedKey pair{nullptr, private_key_in(folder.read(key_file))};
    if (!certificates.empty()) pair.certificate = std::move(certificates.front());
    return pair;
}

void write_pair(const KeyFolder& folder, const CertifiedKey& pair, const char* certificate_file,
                const char* key_file) {
    folder.write(key_file, pem_of(*pair.key), KeyFolder::Readers::owner);
    folder.write(certificate_file, pem_of(*pair.certificate), KeyFolder::Readers::everybody);
}

CertifiedKey authority_in(const KeyFolder& folder, std::chrono::sys_seconds now) {
    CertifiedKey authority = read_pair(folder, authority_file, authority_key_file);
    if (is_usable(authority, now, authority_renewal)) return authority;
    authority = make_authority(now);
    // Git ignores the folder, so that nobody publishes a key by mistake.
    if (folder.is_new()) folder.write(".gitignore", "*\n", KeyFolder::Readers::everybody);
    write_pair(folder, authority, authority_file, authority_key_file);
    return authority;
}

}  // namespace

LocalCertificates::LocalCertificates(std::string folder) : folder_(std::move(folder)) {
    std::error_code ignored;
    const std::filesystem::path absolute = std::filesystem::absolute(folder_, ignored);
    if (!absolute.empty()) folder_ = absolute.lexically_normal().string();
}

TlsCredentials LocalCertificates::credentials(std::chrono::sys_seconds now) const {
    begin_open_ssl();
    const KeyFolder folder(folder_);
    const CertifiedKey authority = authority_in(folder, now);
    CertifiedKey server = read_pair(folder, server_file, server_key_file);
    if (!is_usable(server, now, server_renewal) || !is_made_by(authority, server)) {
        server = make_server_certificate(authority, now);
        write_pair(folder, server, server_file, server_key_file);
    }
    return {pem_of(*server.certificate), pem_of(*server.key)};
}

std::string LocalCertificates::authority_path() const {
    return folder_ + "/" + authority_file;
}

std::vector<std::string> LocalCertificates::key_paths() const {
    return {folder_ + "/" + authority_key_file, folder_ + "/" + server_key_file};
}

}  // namespace tailrace::server
