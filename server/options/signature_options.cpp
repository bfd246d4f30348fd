#include "server/options/signature_options.hpp"

#include "server/signature/key_pair.hpp"

namespace tailrace::server {

void add_signature_options(CLI::App& app, Options& options) {
    app.add_option(
           "--verify-signatures", options.verify_signatures,
           "Check the signatures of requests to AWS's APIs as AWS does, with this key pair, or with those in "
           "a "
           "credentials file such as ~/.aws/credentials if the value is its path; may be repeated, or list "
           "several, separated by commas. Other users can see the command line, so prefer a file")
        ->envname("TAILRACE_VERIFY_SIGNATURES")
        ->type_name("ACCESS_KEY=SECRET")
        ->allow_extra_args(false)
        ->delimiter(',')
        ->check(CLI::Validator(fault_of_key_pair, ""));
}

}  // namespace tailrace::server
