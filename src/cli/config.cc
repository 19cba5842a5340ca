#include "site/config.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "behaviour/rule_book.h"
#include "cli/cli.h"
#include "hub/access.h"
#include "risk/loss_prior.h"
#include "site/homography.h"

namespace shrike {
namespace {

struct CheckOptions {
  std::string file;
  bool json = false;
};

/// How well each placed camera's points fit the floor, and who is not placed.
nlohmann::json placement_of(const SiteConfig& site) {
  nlohmann::json cameras = nlohmann::json::object();
  for (const auto& camera : site.cameras) {
    if (camera.floor_points.empty()) continue;
    const auto fit = fit_homography(camera.floor_points);
    if (!fit) continue;  // the reader refused it before
    cameras[camera.name] = {
        {"points", camera.floor_points.size()}, {"error_m", fit->error_m}, {"errors_m", fit->errors_m}};
  }
  return cameras;
}

void print_placement(const nlohmann::json& cameras) {
  for (const auto& [name, fit] : cameras.items()) {
    const auto errors = fit["errors_m"].get<std::vector<double>>();
    if (errors.size() == kFloorPairsMin) {
      fmt::print("{}: on the floor plan by 4 points, which always fit; two more would tell how well\n", name);
      continue;
    }
    std::vector<std::string> each;
    for (const double error : errors) each.push_back(fmt::format("{:.2f}", error));
    fmt::print("{}: on the floor plan by {} points, {:.2f} m off (root mean square); point by point {} m\n", name,
               errors.size(), fit["error_m"].get<double>(), fmt::join(each, " "));
  }
}

/// Cameras that people are followed to and from without knowing where they stand.
std::vector<std::string> unplaced(const SiteConfig& site) {
  std::vector<std::string> notes;
  if (site.cameras.size() < 2) return notes;
  for (const auto& camera : site.cameras) {
    if (camera.floor_points.empty())
      notes.push_back(
          fmt::format("camera {} has no floor_points: one person on it and on another camera is told by time and "
                      "clothing alone, which is weaker (docs/cameras.md)",
                      camera.name));
  }
  return notes;
}

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
    std::ranges::move(unplaced(*site), std::back_inserter(notes));
    // Only the page needs it: `shrike watch` runs without.
    if (const auto access = Access::from(site->hub); !access) {
      notes.push_back("shrike serve will refuse: " + access.error().message);
    }
  }
  const auto placement = rules ? placement_of(*site) : nlohmann::json::object();
  if (options.json) {
    const nlohmann::json result = {{"file", options.file},
                                   {"valid", faults.empty()},
                                   {"faults", faults},
                                   {"notes", notes},
                                   {"floor_points", placement}};
    fmt::print("{}\n", result.dump(2));
    return faults.empty() ? kDone : kBadInput;
  }
  for (const auto& fault : faults) fmt::print(stderr, "{}\n", fault);
  for (const auto& what : notes) fmt::print("note: {}\n", what);
  if (!faults.empty()) {
    fmt::print(stderr, "{}: {} fault{}\n", options.file, faults.size(), faults.size() == 1 ? "" : "s");
    return kBadInput;
  }
  print_placement(placement);
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
