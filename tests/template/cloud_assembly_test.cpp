#include "server/template/cloud_assembly.hpp"

#include <boost/json.hpp>
#include <fstream>

#include "tests/catch.hpp"
#include "tests/template/samples.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace::server;
namespace json = boost::json;

namespace {

StackSettings assembly_settings() {
    return {.region = "eu-west-1", .account_id = "123456789012"};
}

}  // namespace

// The stack with the function comes first in the manifest, but depends on the one with the table.
TEST_CASE("the stacks of a cloud assembly are read after those that they depend on", "[cloud_assembly]") {
    StackSettings from = assembly_settings();
    const Declarations declared = read_cloud_assembly(sample("cdk.out/manifest.json"), from);
    REQUIRE(declared.tables.size() == 2);
    CHECK(declared.tables.at(0).name() == "songs");
    CHECK(declared.tables.at(1).name() == "beta-songs");
    REQUIRE(declared.functions.size() == 1);
    CHECK(declared.functions.front().definition.name == "listener");
    CHECK(declared.functions.front().definition.folder == sample("cdk.out/asset.0a1b").string());
    REQUIRE(declared.mappings.size() == 1);
    CHECK(declared.mappings.front().table == "songs");
    CHECK(declared.mappings.front().function == "listener");
    CHECK(json::serialize(declared.mappings.front().parameters) ==
          R"({"BatchSize":25,"StartingPosition":"TRIM_HORIZON"})");
    const std::vector<std::string> texts = texts_of(declared.gaps);
    REQUIRE(texts.size() == 1);
    CHECK(texts.front().starts_with("ListenerStack.template.json:"));
    CHECK(texts.front().ends_with(sample("cdk.out/asset.zipped.zip").string()));
    CHECK(declared.files == std::vector{sample("cdk.out/DataStack.template.json").string(),
                                        sample("cdk.out/ListenerStack.template.json").string(),
                                        sample("cdk.out/assembly-Beta/BetaData.template.json").string(),
                                        sample("cdk.out/assembly-Beta/manifest.json").string()});
}

TEST_CASE("a cloud assembly names only files of its own folder", "[cloud_assembly]") {
    const tailrace::tests::TemporaryFolder folder;
    const std::string manifest = folder.path("manifest.json");
    const auto read = [&](const std::string& file) {
        std::ofstream(manifest) << "{\"artifacts\": {\n\"S\": {\"type\": \"aws:cloudformation:stack\", "
                                   "\"properties\": {\"templateFile\": \""
                                << file << "\"}}}}";
        StackSettings from = assembly_settings();
        return read_cloud_assembly(manifest, from);
    };
    const std::string outside = "' is outside of the folder '" +
                                std::filesystem::canonical(folder.path("")).string() +
                                "'; only files in that folder may be read";
    CHECK_THROWS_WITH(read("../secret.json"), manifest + ":2: '../secret.json" + outside);
    CHECK_THROWS_WITH(read("/etc/hostname"), manifest + ":2: '/etc/hostname" + outside);
    std::filesystem::create_symlink("/etc", folder.path("link"));
    CHECK_THROWS_WITH(read("link/hostname"), manifest + ":2: 'link/hostname" + outside);
    CHECK_THROWS_WITH(read("absent.json"),
                      manifest + ":2: there is no file '" + folder.path("absent.json") + "'");
    std::ofstream(manifest) << "{\"version\": \"1\"}";
    StackSettings from = assembly_settings();
    CHECK_THROWS_WITH(read_cloud_assembly(manifest, from),
                      manifest +
                          ": there are no artifacts in it; it has to be the manifest of a cloud "
                          "assembly, which cdk synth writes");
}
