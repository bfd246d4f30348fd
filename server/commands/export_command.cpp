#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "engine/model/attribute_json.hpp"
#include "server/admin/data_endpoints.hpp"
#include "server/commands/data_command.hpp"
#include "server/commands/progress.hpp"
#include "server/commands/table_access.hpp"
#include "server/data/compression.hpp"
#include "server/data/csv_options.hpp"
#include "server/data/item_text.hpp"
#include "server/data/json_items.hpp"
#include "server/data/output_file.hpp"
#include "server/data/s3_export.hpp"
#include "server/data/table_export.hpp"
#include "server/wire/percent_encoded.hpp"

namespace tailrace::server {
namespace {

/// Reads a table page by page.
class Exporter {
  public:
    explicit Exporter(const ExportCommand& command)
        : command_(command), table_(command.source), progress_(command.shows_progress) {}

    CommandResult run() {
        const ItemFormat format = *format_named(command_.format);
        const char delimiter = command_.delimiter.empty() ? ',' : csv_delimiter(command_.delimiter);
        const std::vector<std::string> columns =
            format == ItemFormat::csv ? csv_columns() : std::vector<std::string>();
        const ItemText text(format, columns, delimiter);
        return command_.folder.empty() ? write_file(text) : write_folder(text, format);
    }

  private:
    CommandResult write_file(const ItemText& text) {
        OutputFile file(command_.output);
        const std::unique_ptr<Compression> compression = make_compression(command_.compression);
        const auto write = [&file](std::string_view part) { file.write(part); };
        std::string beginning;
        text.begin(beginning);
        compression->add(beginning, write);
        const std::string done =
            write_pages(text, [&](const S3Export::Piece& page) { compression->add(page.text, write); });
        compression->finish(write);
        file.finish();
        // The items have gone to standard output, so this text goes to standard error.
        if (file.is_standard_output()) return {0, {}, done + "\n" + table_.rules_notes(left_out_)};
        return {0, done + "\n", table_.rules_notes(left_out_)};
    }

    CommandResult write_folder(const ItemText& text, ItemFormat format) {
        S3Export folder(command_.folder,
                        {.table_arn = table_.arn(), .table_id = table_.id(), .format = format});
        const std::string done = write_pages(text, [&](const S3Export::Piece& page) { folder.add(page); });
        folder.finish();
        return {0, done + " into " + folder.path() + "\n", table_.rules_notes(left_out_)};
    }

    /// Calls `write` with each page of items, and returns what was exported.
    std::string write_pages(const ItemText& text, const std::function<void(const S3Export::Piece&)>& write) {
        std::uint64_t count = 0;
        visit([&](std::string_view page) {
            std::string out;
            S3Export::Piece piece;
            left_out_ += each_item(page, [&](const AttributeMap& item) {
                text.append(out, item);
                ++piece.items;
                piece.size_bytes += item_size_bytes(item);
            });
            piece.text = out;
            write(piece);
            count += piece.items;
            progress_.show(counted(count, "item"));
        });
        return "exported " + counted(count, "item") + " from " + command_.source.table;
    }

    /// Calls `take` with each page of lines.
    void visit(const std::function<void(std::string_view)>& take) const {
        std::string page;
        do {
            const stream::HttpAnswer answer =
                table_.server().ask({.path = table_.path() + "/export?page=" + percent_encoded(page),
                                     .limits = TableAccess::limits()});
            take(answer.body);
            page = answer.header(next_page_header);
        } while (!page.empty());
    }

    /// Calls `take` with each item, as the rules have changed it. Returns the number that they leave out.
    std::uint64_t each_item(std::string_view page, const std::function<void(const AttributeMap&)>& take) {
        JsonLineReader reader(JsonItemParser(JsonItemForm::dynamodb_json, {}));
        std::uint64_t left_out = 0;
        const TakeItem take_item = [&](ReadItem&& item) {
            if (!item.fault.empty())
                throw DataFault("the server sent a line that is not an item: " + item.fault);
            if (table_.apply_rules(item.item)) {
                take(item.item);
            } else {
                ++left_out;
            }
        };
        reader.read(page, take_item);
        reader.finish(take_item);
        return left_out;
    }

    std::vector<std::string> csv_columns() {
        CsvColumns columns(table_.key_names());
        visit([&](std::string_view page) {
            each_item(page, [&](const AttributeMap& item) { columns.add(item); });
        });
        return columns.take();
    }

    const ExportCommand& command_;
    TableAccess table_;
    Progress progress_;
    std::uint64_t left_out_ = 0;
};

}  // namespace

CommandResult run_export_command(const ExportCommand& command) {
    return result_of(command.source, [&] { return Exporter(command).run(); });
}

}  // namespace tailrace::server
