#include "site/config.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sstream>

#include "behaviour/rule_book.h"
#include "cli/cli.h"
#include "hub/access.h"
#include "risk/loss_prior.h"

namespace shrike {
namespace {

struct CheckOptions {
  std::string file;
  bool json = false;
};

/// Everything that is wrong with the file, and what its cameras cannot see.
int check(const CheckOptions& options) {
  const auto site = load_site_with_losses(options.file);
  const auto rules = site ? make_rule_book(site->rules) : Result<RuleBook>(tl::unexpected(site.error()));
  std::vector<std::string> faults, notes;
  if (!rules) {
    std::istringstream lines(rules.error().message);
    for (std::string line; std::getline(lines, line);) faults.push_back(line);
  } else {
    notes = blind_spots(site->cameras, *rules);
    // Only the page needs it: `shrike watch` runs without.
    if (const auto access = Access::from(site->hub); !access) {
      notes.push_back("shrike serve will refuse: " + access.error().message);
    }
  }
  if (options.json) {
    fmt::print(
        "{}\n",
        nlohmann::json{{"file", options.file}, {"valid", faults.empty()}, {"faults", faults}, {"notes", notes}}.dump(
            2));
    return faults.empty() ? kDone : kBadInput;
  }
  for (const auto& fault : faults) fmt::print(stderr, "{}\n", fault);
  for (const auto& what : notes) fmt::print("note: {}\n", what);
  if (!faults.empty()) {
    fmt::print(stderr, "{}: {} fault{}\n", options.file, faults.size(), faults.size() == 1 ? "" : "s");
    return kBadInput;
  }
  size_t zones = 0;
  for (const auto& camera : site->cameras) zones += camera.zones.size();
  fmt::print("{}: good: {} camera(s), {} zone(s), {} rule(s)\n", options.file, site->cameras.size(), zones,
             site->rules.size());
  return kDone;
}

}  // namespace

void add_config(CLI::App& app, int& exit_code) {
  auto* config = app.add_subcommand("config", "Look at a configuration");
  config->require_subcommand(1);
  auto* sub = config->add_subcommand(
      "check", "Name every fault of a configuration as file:line:column, and what its cameras cannot see");
  auto options = std::make_shared<CheckOptions>();
  sub->add_option("file", options->file, "The configuration, e.g. shrike.yml")->required();
  sub->add_flag("--json", options->json, "Print JSON");
  sub->footer("Example: shrike config check config/shrike.yml");
  sub->callback([options, &exit_code] { exit_code = check(*options); });
}

}  // namespace shrike
