#include <algorithm>
#include <boost/json.hpp>
#include <iterator>
#include <memory>
#include <string_view>
#include <utility>

#include "engine/model/attribute_json.hpp"
#include "server/commands/data_command.hpp"
#include "server/commands/progress.hpp"
#include "server/commands/table_access.hpp"
#include "server/data/csv_options.hpp"
#include "server/data/data_file.hpp"
#include "server/data/decompression.hpp"
#include "server/data/item_format.hpp"
#include "server/data/item_text.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

/// The text is sent once it has this size. Its last item may make it up to twice as large.
constexpr std::size_t chunk_bytes = 4UL * 1024 * 1024;
/// How many refused lines are written. The rest are counted.
constexpr std::uint64_t max_written_faults = 100;

/// Sends the items of one file after another.
class Importer {
  public:
    explicit Importer(const ImportCommand& command)
        : command_(command), table_(command.target), progress_(command.shows_progress) {}

    CommandResult run() {
        ReadingOptions options = reading_options();
        std::vector<DataFile> files;
        for (const std::string& path : command_.files)
            std::ranges::move(data_files(path), std::back_inserter(files));
        for (const DataFile& file : files) {
            file_ = file.path == "-" ? "standard input" : file.path;
            options.file_name = without_compression_ending(file.path);
            read(file, options);
            send();
        }
        if (refused_ > written_faults_)
            progress_.write(counted(refused_ - written_faults_, "more line") + " refused");
        std::string text = "imported " + counted(imported_, "item") + " into " + command_.target.table;
        if (refused_ > 0)
            text.append("; ")
                .append(counted(refused_, "line"))
                .append(refused_ == 1 ? " was" : " were")
                .append(" refused");
        return {refused_ > 0 ? 1 : 0, text.append("\n"), table_.rules_notes(left_out_)};
    }

  private:
    ReadingOptions reading_options() const {
        ReadingOptions options{.format = format_named(command_.format),
                               .table_name = command_.target.table,
                               .keys = table_.keys(),
                               .format_option = "--format"};
        if (!command_.delimiter.empty()) options.csv.delimiter = csv_delimiter(command_.delimiter);
        if (!command_.header.empty()) options.csv.header = csv_header(command_.header, options.csv.delimiter);
        return options;
    }

    void read(const DataFile& file, const ReadingOptions& options) {
        const std::unique_ptr<ItemReader> reader = make_item_reader(options);
        const TakeItem take_item = [this](ReadItem&& item) { take(std::move(item)); };
        try {
            read_data_file(file, [&](std::string_view piece) { reader->read(piece, take_item); });
            reader->finish(take_item);
        } catch (const UnreadableFile& fault) {
            const std::string so_far =
                imported_ == 0 ? "" : " (" + counted(imported_, "item") + " had been imported)";
            throw CommandError(file_ + " " + fault.what() + so_far);
        } catch (const DataFault& fault) {
            refuse(0, fault.what());
        }
    }

    void take(ReadItem&& item) {
        if (!item.fault.empty()) return refuse(item.line, item.fault);
        if (!table_.apply_rules(item.item)) {
            ++left_out_;
            return;
        }
        append_item_line(chunk_, to_json(item.item));
        lines_.push_back(item.line);
        if (chunk_.size() >= chunk_bytes) send();
    }

    void send() {
        if (lines_.empty()) return;
        const json::object answer =
            table_.server().ask_json({.verb = stream::HttpVerb::post,
                                      .path = table_.path() + "/import?format=dynamodb-json",
                                      .body = std::exchange(chunk_, {}),
                                      .body_type = "application/x-ndjson",
                                      .limits = TableAccess::limits()});
        imported_ += answer.at("ImportedItemCount").to_number<std::uint64_t>();
        const auto refused = answer.at("ErrorCount").to_number<std::uint64_t>();
        const json::array& errors = answer.at("Errors").as_array();
        for (const json::value& each : errors) {
            const auto place = each.at("Line").to_number<std::size_t>() - 1;
            refuse(lines_.at(place), each.at("Message").as_string());
        }
        refused_ += refused - errors.size();
        lines_.clear();
        progress_.show(file_ + ": " + counted(imported_, "item"));
    }

    void refuse(std::uint64_t line, std::string_view reason) {
        if (++refused_ > max_written_faults) return;
        ++written_faults_;
        std::string text = file_;
        if (line > 0) text.append(":").append(std::to_string(line));
        progress_.write(text.append(": ").append(reason));
    }

    const ImportCommand& command_;
    TableAccess table_;
    Progress progress_;
    /// The name of the file in messages.
    std::string file_;
    std::string chunk_;
    /// The lines of the file that the chunk's items come from.
    std::vector<std::uint64_t> lines_;
    std::uint64_t imported_ = 0;
    std::uint64_t left_out_ = 0;
    std::uint64_t refused_ = 0;
    std::uint64_t written_faults_ = 0;
};

}  // namespace

CommandResult run_import_command(const ImportCommand& command) {
    return result_of(command.target, [&] { return Importer(command).run(); });
}

}  // namespace tailrace::server
