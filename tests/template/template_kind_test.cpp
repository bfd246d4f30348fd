#include "server/template/template_kind.hpp"

#include <fstream>

#include "tests/catch.hpp"
#include "tests/template/samples.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace::server;

namespace {

Declarations read_folder(const std::filesystem::path& given) {
    StackSettings settings{.region = "eu-west-1", .account_id = "123456789012"};
    return read_template(given, settings);
}

}  // namespace

TEST_CASE("a file or a folder of any kind is known by its content", "[template_kind]") {
    CHECK(read_folder(sample("library_model.json")).tables.front().name() == "Library");
    CHECK(read_folder(sample("songs/terraform_state.json")).tables.front().name() == "music-dev");
    CHECK(read_folder(sample("concerts/serverless.yml")).tables.front().name() == "concerts-dev");
    CHECK(read_folder(sample("cdk.out")).tables.front().name() == "songs");
    CHECK(read_folder(sample("cdk.out/manifest.json")).tables.size() == 2);
    CHECK(read_folder(sample("cdk.out/DataStack.template.json")).tables.size() == 1);
}

TEST_CASE("what is not a template is refused with what to give instead", "[template_kind]") {
    const tailrace::tests::TemporaryFolder folder;
    const auto written = [&](const std::string& name, const std::string& text) {
        std::ofstream(folder.path(name)) << text;
        return folder.path(name);
    };
    const auto fault = [](const std::string& given) {
        try {
            read_folder(given);
            return std::string();
        } catch (const TemplateError& error) {
            return std::string(error.what());
        }
    };
    const std::string main = written("main.tf", "");
    CHECK(fault(main) ==
          "'" + main +
              "' is in Terraform's own language, which is not read; give the output of terraform "
              "show -json");
    const std::string program = written("serverless.ts", "");
    CHECK(fault(program) ==
          "'" + program +
              "' is a program, which is not run here; give what it makes: the folder of cdk "
              "synth, or the output of serverless print");
    CHECK(fault(folder.path("")) ==
          "'" + folder.path("") +
              "' is a folder without manifest.json; give a file, or the folder that cdk synth writes");
    CHECK(fault(folder.path("absent.yaml")) == "there is no file '" + folder.path("absent.yaml") + "'");
    const std::string broken = written("broken.yaml", "a: 1\nb: [\n");
    CHECK(fault(broken) ==
          broken + ":3: did not find expected node content, while parsing a flow node from line 3");
    const std::string large = written("large.yaml", std::string(8'000'001, ' '));
    CHECK(fault(large) == "'" + large + "' has more than 8 MB");
    const std::string other = written("other.yaml", "a: 1\n");
    CHECK(fault(other) ==
          other +
              ": it has to be a template of CloudFormation or SAM (with Resources), a "
              "serverless.yml (service and provider), the manifest of a cloud assembly "
              "(artifacts), the output of terraform show -json (terraform_version) or a model of "
              "NoSQL Workbench (DataModel)");
}
