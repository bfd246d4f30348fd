#include "server/data/csv_items.hpp"

#include "server/data/csv_options.hpp"
#include "tests/catch.hpp"
#include "tests/data/reading.hpp"

using namespace tailrace;
using namespace tailrace::server;

namespace {

using Lines = std::vector<std::string>;

Lines read_csv(std::string_view text, CsvOptions csv = {}) {
    return read_in_any_pieces({.format = ItemFormat::csv,
                               .keys = {{"id", AttributeType::N}, {"at", AttributeType::S}},
                               .csv = std::move(csv)},
                              text);
}

}  // namespace

TEST_CASE("CSV is read as ImportTable reads it", "[data]") {
    CHECK(read_csv("id,name,n\n1,\"a \"\"b\"\", c\r\nd\",5\r\n2,,\"\"\n\n3,x,y") ==
          Lines{R"(2 {"id":{"N":"1"},"n":{"S":"5"},"name":{"S":"a \"b\", c\r\nd"}})",
                R"(4 {"id":{"N":"2"},"n":{"S":""}})",
                R"(6 {"id":{"N":"3"},"n":{"S":"y"},"name":{"S":"x"}})"});
    CHECK(read_csv("1;2\n", {.delimiter = ';', .header = {"id", "name"}}) ==
          Lines{R"(1 {"id":{"N":"1"},"name":{"S":"2"}})"});
    CHECK(read_all({.format = ItemFormat::csv}, "\xef\xbb\xbfid\n1\n") == Lines{R"(2 {"id":{"S":"1"}})"});
}

TEST_CASE("a bad line of CSV has a reason and the others are read", "[data]") {
    CHECK(read_csv("id,name\n1\nx,a\n2,\"b\"c\n3,d\n4,\xff\n5,\"e\n6,f\n7,g\n") ==
          Lines{"2! the number of cells is 1, but the header has 2",
                "3! The parameter cannot be converted to a numeric value: x",
                "4! after the closing quote of a cell there is more text",
                R"(5 {"id":{"N":"3"},"name":{"S":"d"}})", "6! the cell of name is not UTF-8",
                "7! a quote is opened and never closed", R"(8 {"id":{"N":"6"},"name":{"S":"f"}})",
                R"(9 {"id":{"N":"7"},"name":{"S":"g"}})"});
    CHECK(read_csv("").empty());
    CHECK(read_csv("\n") == Lines{"! line 1: there is no header with the attributes' names"});
    CHECK(read_csv("id,,a\n1,2,3\n") == Lines{"! a column of the header has no name"});
    CHECK(read_csv("id,a,a\n1,2,3\n") == Lines{"! the header has the column a twice"});
}

// An open quote does not keep the rest of the text in memory.
TEST_CASE("an open quote ends with the largest item", "[data]") {
    std::string text = "id\n\"open\n";
    constexpr std::size_t line_bytes = 100'000;
    constexpr std::size_t lines = max_item_text_bytes / line_bytes + 2;
    for (std::size_t i = 0; i < lines; ++i) text.append(line_bytes, 'y').append("\n");
    const Lines found = read_all({.format = ItemFormat::csv}, text);
    CHECK(found.size() == lines + 1);
    CHECK(found.front() == "2! a quote is opened and never closed");
    CHECK(found.back().starts_with(std::to_string(lines + 2) + " {"));
}

TEST_CASE("cells that a spreadsheet would run have an apostrophe in front", "[data]") {
    for (const std::string text :
         {"=1+1", "+1", "-1", "@a", "\tx", "\rx", "'=1", "''@", "'", "a=1", "", "'a", "a,b"}) {
        std::string cell;
        append_csv_cell(cell, text, ',');
        CAPTURE(cell);
        CHECK(read_all({.format = ItemFormat::csv, .csv = {.header = {"id", "text"}}}, "1," + cell + "\n") ==
              read_all({.format = ItemFormat::dynamodb_json},
                       "{\"id\":{\"S\":\"1\"},\"text\":{\"S\":" +
                           boost::json::serialize(boost::json::value(text)) + "}}"));
    }
    std::string out;
    append_csv_cell(out, "=cmd|' /C calc'!A0", ',');
    CHECK(out == "'=cmd|' /C calc'!A0");
}

TEST_CASE("items are written as CSV", "[data]") {
    const CsvItems csv({"id", "=x", "l"}, ',');
    std::string out;
    csv.append_header(out);
    csv.append(out,
               parse_stored_item(R"({"=x":{"N":"-5"},"id":{"S":"a\nb"},"l":{"L":[{"S":"c"},{"N":"1"}]}})"));
    csv.append(out, parse_stored_item(R"({"id":{"S":""},"l":{"BOOL":true}})"));
    CHECK(out == "id,'=x,l\n\"a\nb\",'-5,\"[\"\"c\"\",1]\"\n\"\",,true\n");
    CHECK_THROWS_WITH(csv.append(out, parse_stored_item(R"({"id":{"S":"1"},"y":{"S":"2"}})")),
                      "an item has the attribute y, which has no column");
}

TEST_CASE("delimiters and headers are those of ImportTable", "[data]") {
    CHECK(csv_delimiter("tab") == '\t');
    CHECK(csv_delimiter("|") == '|');
    CHECK_THROWS_WITH(csv_delimiter("x"), "a delimiter is one of , ; : | tab and space; it is 'x'");
    CHECK(csv_header("id;\"a;b\"", ';') == std::vector<std::string>{"id", "a;b"});
    CHECK_THROWS_WITH(csv_header("", ','), "the header has no names");
}
