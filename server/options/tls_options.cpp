#include "server/options/tls_options.hpp"

#include "server/options/option_choice.hpp"

namespace tailrace::server {

void add_tls_options(CLI::App& app, RawOptions& raw) {
    TlsOptions& tls = raw.options.tls;
    add_choice(app, "--tls", raw.tls,
               "Speak TLS on the same port, as well as plain HTTP: self-signed makes the certificate, for "
               "localhost, and prints the path of its CA's certificate, which clients have to trust")
        ->envname("TAILRACE_TLS")
        ->type_name("HOW");
    app.add_option(
           "--tls-cert", tls.certificate_file,
           "Speak TLS with the certificate in this file, in PEM form; the certificates that lead to its root "
           "may follow it")
        ->envname("TAILRACE_TLS_CERT")
        ->type_name("FILE");
    app.add_option("--tls-key", tls.key_file, "The private key of --tls-cert, in PEM form")
        ->envname("TAILRACE_TLS_KEY")
        ->type_name("FILE");
    app.add_option("--tls-folder", tls.folder,
                   "Folder for the certificates and keys of --tls self-signed; without it, FILE.tls beside "
                   "the FILE of --db-path, else tailrace/tls in ~/.local/share")
        ->envname("TAILRACE_TLS_FOLDER")
        ->type_name("FOLDER");
}

void check_tls_options(RawOptions& raw) {
    TlsOptions& tls = raw.options.tls;
    tls.is_self_signed = raw.tls == "self-signed";
    const bool has_certificate = !tls.certificate_file.empty();
    const bool has_key = !tls.key_file.empty();
    if (has_certificate && !has_key)
        throw CLI::ValidationError("--tls-cert", "its private key is missing; name its file with --tls-key");
    if (has_key && !has_certificate)
        throw CLI::ValidationError("--tls-key", "its certificate is missing; name its file with --tls-cert");
    if (tls.is_self_signed && has_certificate)
        throw CLI::ValidationError("--tls self-signed and --tls-cert cannot be used together");
    if (!tls.is_self_signed && !tls.folder.empty())
        throw CLI::ValidationError("--tls-folder", "it has no effect without --tls self-signed");
    if (tls.is_self_signed && tls.folder.empty())
        tls.folder = usual_tls_folder(raw.options.store_location.file().value_or(""));
}

}  // namespace tailrace::server
