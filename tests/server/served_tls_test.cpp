#include "server/tls/served_tls.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>

#include "server/tls/certificate_maker.hpp"
#include "tests/catch.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace;
using namespace tailrace::server;

namespace {

const std::chrono::sys_seconds start_time(std::chrono::seconds(1769860800));

/// Sends standard error to a file.
class StandardErrorFile {
  public:
    explicit StandardErrorFile(const std::string& path) : original_(::dup(STDERR_FILENO)) {
        const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        ::dup2(file, STDERR_FILENO);
        ::close(file);
    }
    ~StandardErrorFile() {
        ::dup2(original_, STDERR_FILENO);
        ::close(original_);
    }
    StandardErrorFile(const StandardErrorFile&) = delete;
    StandardErrorFile& operator=(const StandardErrorFile&) = delete;

  private:
    int original_;
};

/// A certificate of which OpenSSL says that it is too weak.
CertifiedKey weak_pair() {
    constexpr unsigned int bits = 1024;
    CertifiedKey pair{Certificate(X509_new()), PrivateKey(EVP_RSA_gen(bits))};
    X509_gmtime_adj(X509_getm_notBefore(pair.certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(pair.certificate.get()), 3600);
    X509_set_pubkey(pair.certificate.get(), pair.key.get());
    X509_sign(pair.certificate.get(), pair.key.get(), EVP_sha256());
    return pair;
}

/// The files of --tls-cert and --tls-key.
class FilesFixture {
  public:
    FilesFixture() { write(good_); }

    std::string path(const std::string& file) const { return folder_.path(file); }
    TlsOptions options() const {
        TlsOptions files;
        files.certificate_file = path("cert.pem");
        files.key_file = path("key.pem");
        return files;
    }
    const CertifiedKey& good() const { return good_; }
    void write(const CertifiedKey& pair, const std::string& more = "") const {
        std::ofstream(path("cert.pem")) << pem_of(*pair.certificate) << more;
        std::ofstream(path("key.pem")) << pem_of(*pair.key);
        std::filesystem::permissions(path("key.pem"), std::filesystem::perms(0600));
    }
    /// Returns the log of a server that looks at the files `looks` times.
    std::string logged(ServedTls& served, int looks) const {
        const std::string file = path("log");
        std::ofstream(file, std::ios::trunc).close();
        {
            const StandardErrorFile errors(file);
            for (int i = 0; i < looks; ++i) served.refresh();
        }
        return folder_.read("log");
    }

    const ManualClock clock{start_time};
    const Log log{LogLevel::warning, clock};

  private:
    tests::TemporaryFolder folder_;
    CertifiedKey good_ = make_server_certificate(make_authority(start_time), start_time);
};

std::string warning(const std::string& reason) {
    return "2026-01-31T12:00:00.000Z warning the old TLS certificate remains in use: " + reason + "\n";
}

}  // namespace

TEST_CASE_METHOD(FilesFixture, "why a new certificate cannot be used is logged once", "[tls]") {
    ServedTls served(options(), clock, log);
    const std::string too_weak = warning("the certificate cannot be used: ee key too small");
    write(weak_pair());
    CHECK(logged(served, 3) == too_weak);
    write(good());
    CHECK(logged(served, 2).empty());
    write(weak_pair());
    CHECK(logged(served, 1) == too_weak);
}

// A program that writes the file may be in the middle of it.
TEST_CASE_METHOD(FilesFixture, "part of a chain of certificates is not used", "[tls]") {
    ServedTls served(options(), clock, log);
    const std::string next = pem_of(*make_authority(start_time).certificate);
    const std::string damaged =
        "--tls-cert: '" + path("cert.pem") + "' contains no certificate in PEM form, or a damaged one";
    write(good(), next.substr(0, next.size() / 2));
    CHECK(logged(served, 1) == warning(damaged));
    CHECK_THROWS_WITH(ServedTls(options(), clock, log), damaged);
    write(good(), next);
    CHECK(logged(served, 1).empty());
}

TEST_CASE_METHOD(FilesFixture, "a client that leaves in its handshake is the reason for its end", "[tls]") {
    ServedTls served(options(), clock, log);
    std::array<int, 2> ends = {};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
    const auto stream = served.acceptor().accept(ends[0]);
    ::close(ends[1]);
    CHECK(stream->shake_hands().result == TlsStep::Result::ended);
    CHECK(stream->fault() == "the client closed the connection");
    ::close(ends[0]);
}
