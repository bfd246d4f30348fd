#include "engine/operation/response_body.hpp"

#include "engine/model/json_text.hpp"

namespace tailrace::operation {

void ResponseBody::member(std::string_view name, const boost::json::value& value) {
    open_member(name);
    append_json(text_, value);
}

}  // namespace tailrace::operation
