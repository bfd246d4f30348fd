#include "engine/model/uuid.hpp"

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

namespace tailrace {

std::string make_uuid() {
    thread_local boost::uuids::random_generator make;
    return boost::uuids::to_string(make());
}

std::string make_uuid(std::string_view name) {
    constexpr boost::uuids::uuid own_namespace = {
        {0x2b, 0x1f, 0x6c, 0x9e, 0x4d, 0x35, 0x4a, 0x77, 0x9a, 0x08, 0x5e, 0x61, 0xc2, 0x0d, 0xb7, 0xf4}};
    boost::uuids::name_generator_sha1 make(own_namespace);
    return boost::uuids::to_string(make(name.data(), name.size()));
}

}  // namespace tailrace
