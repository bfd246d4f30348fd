#include "server/data/item_text.hpp"

#include "engine/model/attribute_json.hpp"
#include "server/data/ion_text.hpp"
#include "server/data/plain_json.hpp"

namespace tailrace::server {

void ItemText::append(std::string& out, const AttributeMap& item) const {
    switch (format_) {
        case ItemFormat::csv:
            return csv_.append(out, item);
        case ItemFormat::json:
            append_plain_json(out, item);
            break;
        case ItemFormat::ion:
            append_ion_item(out, item);
            break;
        default:
            return append_item_line(out, to_json(item));
    }
    out.push_back('\n');
}

void append_item_line(std::string& out, std::string_view item_json) {
    out.append(R"({"Item":)").append(item_json).append("}\n");
}

}  // namespace tailrace::server
