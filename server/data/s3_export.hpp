#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "engine/model/clock.hpp"
#include "server/data/compression.hpp"
#include "server/data/item_format.hpp"
#include "server/data/output_file.hpp"
#include "server/signature/md5.hpp"

namespace tailrace::server {

/// What an export to S3 says about its table.
struct S3ExportSource {
    std::string table_arn = {};
    std::string table_id = {};
    /// dynamodb_json or ion.
    ItemFormat format = ItemFormat::dynamodb_json;
};

/// Writes items into a folder as an export to S3 has them: AWSDynamoDB/ID has data files with gzip, and then
/// manifests with their checksums. The manifests come last, so an unfinished export has none.
/// Source: "DynamoDB table export output format", full exports.
class S3Export {
  public:
    /// `folder` is made if it is missing. Throws DataFault if it cannot be written to, as do the others.
    S3Export(const std::string& folder, S3ExportSource source);

    /// `text` has whole lines. `size_bytes` is the size of their items as DynamoDB counts it.
    struct Piece {
        std::string_view text;
        std::uint64_t items = 0;
        std::uint64_t size_bytes = 0;
    };
    void add(const Piece& piece);
    void finish();

    /// The folder with the manifests.
    const std::string& path() const { return path_; }

  private:
    struct DataFile {
        std::string name;
        std::unique_ptr<OutputFile> file;
        std::unique_ptr<Compression> compression;
        Md5 md5;
        std::uint64_t items = 0;
        std::size_t text_bytes = 0;
    };

    void begin_file();
    void finish_file();
    void write_compressed(std::string_view bytes);
    /// Writes NAME.json, and its checksum into NAME.md5.
    void write_manifest(const std::string& name, std::string_view text) const;
    std::string summary() const;

    const S3ExportSource source_;
    const Timestamp begin_;
    const std::string id_;
    /// The folder's name, which the manifest gives as the name of the bucket.
    const std::string bucket_;
    /// FOLDER/AWSDynamoDB/ID
    const std::string path_;
    std::unique_ptr<DataFile> data_;
    /// The lines of the list of files.
    std::string files_;
    std::uint64_t items_ = 0;
    std::uint64_t size_bytes_ = 0;
};

}  // namespace tailrace::server
