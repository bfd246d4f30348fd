#include "server/options/option_choice.hpp"

#include <algorithm>
#include <array>

#include "engine/model/nearest_name.hpp"

namespace tailrace::server {

std::span<const std::string_view> choices_of(std::string_view option) {
    static constexpr std::array<std::string_view, 2> durabilities{"normal", "full"};
    static constexpr std::array<std::string_view, 4> log_levels{"error", "warning", "info", "debug"};
    static constexpr std::array<std::string_view, 3> shells{"bash", "zsh", "fish"};
    static constexpr std::array<std::string_view, 4> isolations{"access-key", "account", "region",
                                                                "account,region"};
    static constexpr std::array<std::string_view, 2> namespaces{"on-demand", "explicit"};
    static constexpr std::array<std::string_view, 1> tls{"self-signed"};
    if (option == "--durability") return durabilities;
    if (option == "--log-level") return log_levels;
    if (option == "SHELL") return shells;
    if (option == "--isolate") return isolations;
    if (option == "--namespaces") return namespaces;
    if (option == "--tls") return tls;
    return {};
}

CLI::Option* add_choice(CLI::App& app, const std::string& name, std::string& value,
                        const std::string& purpose) {
    const auto check = [choices = choices_of(name)](const std::string& text) {
        if (std::ranges::find(choices, text) != choices.end()) return std::string();
        std::string fault = "'" + text + "' is not ";
        for (const std::string_view& each : choices) {
            if (&each != &choices.front()) fault.append(&each == &choices.back() ? " or " : ", ");
            fault.append(each);
        }
        return fault.append(did_you_mean(text, {choices.begin(), choices.end()}));
    };
    return app.add_option(name, value, purpose)->check(CLI::Validator(check, ""));
}

}  // namespace tailrace::server
