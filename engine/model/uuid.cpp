#include "engine/model/uuid.hpp"

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

namespace tailrace {

std::string make_uuid() {
    thread_local boost::uuids::random_generator make;
    return boost::uuids::to_string(make());
}

}  // namespace tailrace
