#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <iostream>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/cli.h"
#include "cli/finish.h"
#include "cli/sense.h"
#include "cli/stop_signal.h"
#include "sense/epc.h"
#include "sense/item_event_print.h"
#include "sense/portal.h"
#include "sense/rfid_reader.h"

namespace shrike {
namespace {

struct SenseRfidArgs {
  RfidReaderOptions reader;
  double seconds = std::numeric_limits<double>::infinity();
  uint64_t reads_max = std::numeric_limits<uint64_t>::max();
  PortalOptions portal{.name = "door", .zone = "door"};
  bool json = false;
};

constexpr size_t kReadsHeld_max = 10'000;
constexpr auto kLook = std::chrono::milliseconds(200);  // how often the end is looked for

std::string json_line(const TagRead& read) {
  nlohmann::ordered_json line = {{"reader", read.reader}, {"antenna", read.antenna}, {"epc", read.epc}};
  if (const auto item = decode_sgtin_hex(read.epc)) {
    line["gtin"] = item->gtin;
    line["serial"] = item->serial;
  }
  if (read.rssi_dbm) line["rssi_dbm"] = *read.rssi_dbm;
  line["first_seen"] = to_rfc3339(read.first_seen);
  line["last_seen"] = to_rfc3339(read.last_seen);
  line["count"] = read.count;
  return line.dump();
}

std::string text_line(const TagRead& read) {
  const auto item = decode_sgtin_hex(read.epc);
  return fmt::format("{}  antenna {}  {}  {:>3} ×  {}{}", to_rfc3339(read.last_seen), read.antenna,
                     read.rssi_dbm ? fmt::format("{:4} dBm", *read.rssi_dbm) : "   ? dBm", read.count, read.epc,
                     item ? fmt::format("  GTIN {} serial {}", item->gtin, item->serial) : "");
}

/// Prints what goes through the door instead of what is read.
class PortalPrinter {
 public:
  PortalPrinter(const PortalOptions& options, bool json) : portal_(options), gap_s_(options.gap_s), json_(json) {}
  /// A read, or that none came for a while. Reads that arrive late must not make their tags seem gone.
  void take(const std::optional<TagRead>& read) {
    if (read) portal_.observe(*read);
    print_until(read ? read->last_seen : now_utc());
  }
  /// No more reads: says what became of the tags that are still held.
  void finish() { print_until(now_utc().plus_s(2 * gap_s_)); }
  [[nodiscard]] std::string summary() const {
    const auto state = portal_.state();
    return fmt::format("{} reads: {} went out, {} came in, {} were only near, {} are no GTIN", state.reads, state.out,
                       state.in, state.near, state.unknown);
  }

 private:
  void print_until(Timestamp now) {
    for (const auto& event : portal_.advance(now))
      std::cout << (json_ ? json_of(event).dump() : text_of(event)) << std::endl;
  }

  Portal portal_;
  double gap_s_;
  bool json_;
};

Result<void> sense_rfid(const SenseRfidArgs& args) {
  if (args.portal.inside.empty() != args.portal.outside.empty())
    return bad_input("--inside and --outside belong together: their order tells in from out");
  StopSignal stop;
  BoundedQueue<TagRead> reads(kReadsHeld_max, WhenFull::drop_oldest);
  const RfidReader reader(args.reader, reads);
  const double begun_s = monotonic_s();
  uint64_t printed = 0;
  std::optional<PortalPrinter> portal;
  if (!args.portal.inside.empty()) portal.emplace(args.portal, args.json);
  while (printed < args.reads_max && monotonic_s() - begun_s < args.seconds && !stop.wait_for(0)) {
    const auto read = reads.pop_for(kLook);
    if (portal) portal->take(read);
    if (!read) continue;
    if (!portal) std::cout << (args.json ? json_line(*read) : text_line(*read)) << std::endl;
    ++printed;
  }
  if (portal) {
    portal->finish();
    std::cerr << portal->summary() << '\n';
  }
  if (reads.dropped() > 0) std::cerr << fmt::format("{} reads came faster than they could be shown\n", reads.dropped());
  const auto state = reader.state();
  if (state.connections > 0) return {};
  return unavailable(fmt::format("{}:{}: {}", args.reader.host, args.reader.port,
                                 state.problem.empty() ? "no answer yet" : state.problem));
}

}  // namespace

void add_sense_rfid(CLI::App& sense, int& exit_code) {
  auto args = std::make_shared<SenseRfidArgs>();
  CLI::App* command = sense.add_subcommand(
      "rfid",
      "Read tags from an RFID reader (LLRP over TCP) and print each report, until Ctrl-C. It takes the reader over:\n"
      "whatever another program has it do (its ROSpecs) is deleted.");
  command->add_option("HOST", args->reader.host, "Address or name of the reader")->required();
  command->add_option("--port", args->reader.port, "TCP port")->capture_default_str();
  command->add_option("--antennas", args->reader.antennas, "Only these, e.g. 1 2 (default: all)");
  command->add_option("--for", args->seconds, "Stop after so many seconds")->check(CLI::PositiveNumber);
  command->add_option("--reads", args->reads_max, "Stop after so many reports")->check(CLI::PositiveNumber);
  command->add_option("--inside", args->portal.inside, "Antennas on the shop's side of a door, and …");
  command->add_option("--outside", args->portal.outside, "… on the street's: print what goes out and comes in instead");
  command->add_flag("--json", args->json, "Print JSON, one object a line and report");
  command->footer("Example: shrike sense rfid 192.168.1.50 --antennas 1 2 --for 30");
  command->callback([args, &exit_code] {
    args->reader.name = args->reader.host;
    exit_code = finish_command("sense rfid", sense_rfid(*args));
  });
}

}  // namespace shrike
