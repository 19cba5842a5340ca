#include <CLI/CLI.hpp>
#include <charconv>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/cli.h"
#include "cli/finish.h"
#include "cli/sense.h"
#include "sense/bounded_json.h"
#include "sense/item_event_print.h"
#include "sense/weight.h"

namespace shrike {
namespace {

struct SenseWeightArgs {
  std::string file;
  WeightShelfOptions shelf{.name = "scale", .zone = "shelf"};
  std::vector<std::string> products;
  bool json = false;
};

constexpr size_t kLine_bytes_max = size_t{1} << 20;

/// "razors=62" or "razors=62:0.5".
Result<ShelfProduct> product_of(const std::string& text) {
  const auto wrong = [&] {
    return bad_input(fmt::format("--product: found '{}', expected NAME=GRAMS or NAME=GRAMS:SD, e.g. razors=62", text));
  };
  const size_t equals = text.rfind('=');
  if (equals == std::string::npos || equals == 0) return wrong();
  ShelfProduct product{.product = text.substr(0, equals)};
  const char* const end = text.data() + text.size();
  auto read = std::from_chars(text.data() + equals + 1, end, product.unit_weight_g);
  if (read.ec != std::errc() || !(product.unit_weight_g > 0)) return wrong();
  if (read.ptr != end && *read.ptr == ':') read = std::from_chars(read.ptr + 1, end, product.sd_g);
  if (read.ec != std::errc() || read.ptr != end || !(product.sd_g >= 0)) return wrong();
  return product;
}

/// A line of the file: what a scale says, or what `sense mqtt --json` has kept of it.
struct Line {
  std::vector<WeightReading> readings;
  std::optional<Timestamp> received;
};

Result<Line> read_line(const std::string& text) {
  Line line;
  TRY(const auto object, parse_bounded_json(text));
  if (!object.is_object() || !object.contains("payload")) {
    TRY(line.readings, read_weight(text));
    return line;
  }
  if (!object["payload"].is_string()) return bad_input("payload: expected a text");
  TRY(line.readings, read_weight(object["payload"].get<std::string>()));
  if (object.contains("received") && object["received"].is_string())
    line.received = sensor_time(object["received"].get<std::string>());
  return line;
}

void print_state(const ShelfState& state, uint64_t bad_lines) {
  std::cerr << fmt::format("{} readings, {} events; level {:.1f} g, noise {:.2f} g, {:.2f} g/°C; {}{}\n",
                           state.readings, state.events, state.level_g, state.noise_g, state.grams_per_degree,
                           to_string(state.condition), state.problem.empty() ? "" : ": " + state.problem);
  if (state.left_out > 0) std::cerr << fmt::format("{} readings were left out (past, or saturated)\n", state.left_out);
  if (bad_lines > 0) std::cerr << fmt::format("{} lines could not be read\n", bad_lines);
}

Result<void> sense_weight(SenseWeightArgs args) {
  for (const auto& text : args.products) {
    TRY(auto product, product_of(text));
    args.shelf.products.push_back(std::move(product));
  }
  std::ifstream in(args.file, std::ios::binary);
  if (!in) return bad_input(fmt::format("{}: cannot be opened", args.file));
  WeightShelf shelf(args.shelf);
  uint64_t row = 0, bad = 0, good = 0;
  for (std::string text; std::getline(in, text);) {
    ++row;
    if (text.find_first_not_of(" \t\r") == std::string::npos) continue;
    auto line = text.size() > kLine_bytes_max ? Result<Line>(bad_input("a line of over 1 MiB")) : read_line(text);
    if (line && line->readings.empty()) continue;
    if (line && !line->received && !line->readings.front().stated)
      line = bad_input("time: found nothing, expected it in the line (or lines of `sense mqtt --json`)");
    if (!line) {
      if (bad++ < 10) std::cerr << fmt::format("{}, row {}: {}\n", args.file, row, line.error().message);
      continue;
    }
    for (const auto& reading : line->readings) {
      ++good;
      const Timestamp received = line->received ? *line->received : *reading.stated;
      for (const auto& event : shelf.observe(reading, received))
        std::cout << (args.json ? json_of(event).dump() : text_of(event)) << '\n';
    }
  }
  if (good == 0) return bad_input(fmt::format("{}: no reading of a scale is in it", args.file));
  print_state(shelf.state(), bad);
  return {};
}

}  // namespace

void add_sense_weight(CLI::App& sense, int& exit_code) {
  auto args = std::make_shared<SenseWeightArgs>();
  CLI::App* command = sense.add_subcommand(
      "weight",
      "Read what a shelf's scale said, a message a line, and print what was taken and put back (docs/sense.md).\n"
      "Lines are those of the scale, with a time, or those of `shrike sense mqtt --json`.");
  command->add_option("FILE", args->file, "The messages")->required();
  command->add_option("--product", args->products, "What lies there: NAME=GRAMS, or NAME=GRAMS:SD of single pieces");
  command->add_option("--noise", args->shelf.noise_g, "Standard deviation of a reading, at most")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--capacity", args->shelf.capacity_g, "Where the cells end, grams")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_flag("--json", args->json, "Print JSON, one object a line and event");
  command->footer("Example: shrike sense weight shelves.jsonl --product razors=62 --product cream=118:1.5");
  command->callback([args, &exit_code] { exit_code = finish_command("sense weight", sense_weight(*args)); });
}

}  // namespace shrike
