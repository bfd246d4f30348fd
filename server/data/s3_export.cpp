#include "server/data/s3_export.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <iomanip>
#include <random>
#include <sstream>
#include <system_error>
#include <utility>

#include "server/signature/sha256.hpp"

namespace tailrace::server {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

/// A data file is full once it has this much text before it is compressed.
constexpr std::size_t full_file_bytes = 64UL * 1024 * 1024;
constexpr std::string_view exports_folder = "AWSDynamoDB";

std::string random_text(std::string_view letters, std::size_t length) {
    std::random_device random;
    std::uniform_int_distribution<std::size_t> place(0, letters.size() - 1);
    std::string text(length, ' ');
    std::ranges::generate(text, [&] { return letters[place(random)]; });
    return text;
}

/// The milliseconds of the time in 14 digits, a hyphen, and 8 hexadecimal digits.
std::string export_id(Timestamp time) {
    std::ostringstream id;
    id << std::setw(14) << std::setfill('0') << epoch_microseconds(time) / 1000 << '-'
       << random_text("0123456789abcdef", 8);
    return id.str();
}

/// Returns `folder`, after making it and the folders above it.
std::string made_folder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) throw DataFault(folder.string() + " cannot be made: " + error.message());
    return folder.string();
}

std::string name_of_folder(const std::string& folder) {
    std::error_code error;
    const fs::path path = fs::weakly_canonical(folder, error);
    return path.filename().string();
}

S3ExportSource checked(S3ExportSource source) {
    if (source.format == ItemFormat::dynamodb_json || source.format == ItemFormat::ion) return source;
    throw DataFault("an export to S3 is in dynamodb-json or ion, not in " +
                    std::string(name_of(source.format)));
}

void write_file(const std::string& path, std::string_view text) {
    OutputFile file(path);
    file.write(text);
    file.finish();
}

}  // namespace

S3Export::S3Export(const std::string& folder, S3ExportSource source)
    : source_(checked(std::move(source))),
      begin_(SystemClock().now()),
      id_(export_id(begin_)),
      bucket_(name_of_folder(folder)),
      path_((fs::path(folder) / exports_folder / id_).string()) {
    made_folder(fs::path(path_) / "data");
    write_file((fs::path(folder) / exports_folder / "_started").string(), "");
    begin_file();
}

void S3Export::begin_file() {
    data_ = std::make_unique<DataFile>();
    const bool is_ion = source_.format == ItemFormat::ion;
    data_->name = random_text("abcdefghijklmnopqrstuvwxyz234567", 26) + (is_ion ? ".ion.gz" : ".json.gz");
    data_->file = std::make_unique<OutputFile>((fs::path(path_) / "data" / data_->name).string());
    data_->compression = make_compression("gzip");
}

void S3Export::write_compressed(std::string_view bytes) {
    data_->file->write(bytes);
    data_->md5.add(bytes);
}

void S3Export::add(const Piece& piece) {
    data_->compression->add(piece.text, [this](std::string_view bytes) { write_compressed(bytes); });
    data_->items += piece.items;
    data_->text_bytes += piece.text.size();
    items_ += piece.items;
    size_bytes_ += piece.size_bytes;
    if (data_->text_bytes < full_file_bytes) return;
    finish_file();
    begin_file();
}

void S3Export::finish_file() {
    data_->compression->finish([this](std::string_view bytes) { write_compressed(bytes); });
    data_->file->finish();
    const Md5Sum sum = data_->md5.sum();
    files_ += json::serialize(json::object{
                  {"itemCount", data_->items},
                  {"md5Checksum", base64_of(sum)},
                  {"etag", hex_of(sum) + "-1"},
                  {"dataFileS3Key", std::string(exports_folder) + "/" + id_ + "/data/" + data_->name}}) +
              "\n";
}

void S3Export::finish() {
    finish_file();
    write_manifest("manifest-files", files_);
    write_manifest("manifest-summary", summary());
}

void S3Export::write_manifest(const std::string& name, std::string_view text) const {
    Md5 md5;
    md5.add(text);
    write_file((fs::path(path_) / (name + ".md5")).string(), base64_of(md5.sum()));
    write_file((fs::path(path_) / (name + ".json")).string(), text);
}

std::string S3Export::summary() const {
    const json::object summary{
        {"version", "2020-06-30"},
        {"exportArn", source_.table_arn + "/export/" + id_},
        {"startTime", iso_time(begin_)},
        {"endTime", iso_time(SystemClock().now())},
        {"tableArn", source_.table_arn},
        {"tableId", source_.table_id},
        {"exportTime", iso_time(begin_)},
        {"s3Bucket", bucket_},
        {"s3Prefix", nullptr},
        {"s3SseAlgorithm", "AES256"},
        {"s3SseKmsKeyId", nullptr},
        {"manifestFilesS3Key", std::string(exports_folder) + "/" + id_ + "/manifest-files.json"},
        {"billedSizeBytes", size_bytes_},
        {"itemCount", items_},
        {"outputFormat", source_.format == ItemFormat::ion ? "ION" : "DYNAMODB_JSON"}};
    return json::serialize(summary);
}

}  // namespace tailrace::server
