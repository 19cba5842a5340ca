#include "sense/rfid_reader.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <numbers>

#include "base/log.h"
#include "sense/epc.h"
#include "sense/llrp_link.h"
#include "sense/llrp_make.h"
#include "video/wait.h"

namespace shrike {
namespace {

constexpr int kKeepalivesMissed_max = 3;
constexpr uint32_t kInventory = 1;                               // the ROSpec's number
constexpr uint64_t kMicroseconds_max = 253'402'300'800'000'000;  // the year 10000: a reader's clock stays below it

LlrpMessage message_of(LlrpElement body, uint32_t id) { return {.id = id, .body = std::move(body)}; }

/// Text of a reader, fit for a log.
std::string printable(std::string text) {
  constexpr size_t kText_bytes_max = 200;
  text.resize(std::min(text.size(), kText_bytes_max));
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c > 0x7E; }, '?');
  return text;
}

/// The failure that `answer` reports, if it does.
Result<void> check_status(const LlrpElement& answer) {
  const LlrpElement* status = answer.parameter("LLRPStatus");
  if (status == nullptr) return fail(fmt::format("{} has no LLRPStatus", answer.type->name));
  const LlrpField& code = *status->field("StatusCode");
  if (code.number == 0) return {};
  const auto name = code.type->enumeration->name_of(code.number);
  return fail(fmt::format("the reader answers {}: {} {}", answer.type->name,
                          name.empty() ? std::to_string(code.number) : std::string(name),
                          printable(status->field("ErrorDescription")->bytes)));
}

std::optional<int64_t> microseconds_in(const LlrpElement& element, std::string_view parameter) {
  const auto value = element.number_in(parameter, "Microseconds");
  return value ? std::optional(static_cast<int64_t>(std::min(*value, kMicroseconds_max))) : std::nullopt;
}

/// One connection to a reader, from its greeting to its end.
class Session {
 public:
  Session(LlrpLink link, const RfidReaderOptions& options) : link_(std::move(link)), options_(options) {}

  /// Waits for the reader's greeting, asks what it is, and starts the inventory.
  Result<void> begin() {
    TRY_VOID(greet());
    TRY(const auto answer, ask("GET_READER_CAPABILITIES", {{"RequestedData", "General_Device_Capabilities"}}, {}));
    if (const LlrpElement* device = answer.parameter("GeneralDeviceCapabilities"); device != nullptr)
      model = fmt::format("vendor {}, model {}, firmware {}", device->field("DeviceManufacturerName")->number,
                          device->field("ModelName")->number, printable(device->field("ReaderFirmwareVersion")->bytes));
    const auto keepalive_ms = static_cast<uint64_t>(options_.keepalive_s * 1e3);
    TRY_VOID(ask(
        "SET_READER_CONFIG", {},
        {make_llrp("KeepaliveSpec", {{"KeepaliveTriggerType", "Periodic"}, {"PeriodicTriggerValue", keepalive_ms}})}));
    // 0 is every ROSpec: what an earlier client left behind would be reported too.
    TRY_VOID(ask("DELETE_ROSPEC", {{"ROSpecID", 0}}, {}));
    TRY_VOID(ask("ADD_ROSPEC", {}, {endless_inventory(kInventory, options_.antennas)}));
    TRY_VOID(ask("ENABLE_ROSPEC", {{"ROSpecID", kInventory}}, {}));
    TRY_VOID(ask("START_ROSPEC", {{"ROSpecID", kInventory}}, {}));
    return {};
  }

  /// Waits for one message and answers it; reads are in `reads` then.
  Result<void> follow() {
    TRY(const auto bytes, link_.receive(kKeepalivesMissed_max * options_.keepalive_s));
    const auto message = decode_llrp(bytes);
    if (message) return take(*message);
    // The next message begins where it should: one that is beyond us is no reason to lose the reader.
    if (unread++ == 0) spdlog::warn("RFID reader {}: {}", options_.name, message.error().message);
    return {};
  }

  std::vector<TagRead> reads;
  std::string model;
  int64_t offset_us = 0;  // the reader's UTC clock less ours
  Timestamp start;        // when its uptime began, on our clock
  bool has_utc_clock = false;
  uint64_t unread = 0;

 private:
  Result<void> greet() {
    TRY(const auto bytes, link_.receive(options_.answer_s_max));
    TRY(const auto message, decode_llrp(bytes));
    const LlrpElement* data = message.body.parameter("ReaderEventNotificationData");
    const LlrpElement* attempt = data == nullptr ? nullptr : data->parameter("ConnectionAttemptEvent");
    if (attempt == nullptr)
      return fail(fmt::format("the reader begins with {}, expected a ConnectionAttemptEvent", message.body.type->name));
    const LlrpField& status = *attempt->field("Status");
    if (status.number != 0)
      return unavailable(
          fmt::format("the reader refuses: {} {}", status.number, status.type->enumeration->name_of(status.number)));
    const Timestamp now = now_utc();
    const auto utc = microseconds_in(*data, "UTCTimestamp");
    has_utc_clock = utc.has_value();
    offset_us = utc.value_or(now.us) - now.us;
    start = {now.us - microseconds_in(*data, "Uptime").value_or(0)};
    return {};
  }

  /// The reader's answer to a request; what else comes meanwhile is taken.
  Result<LlrpElement> ask(std::string_view request, const std::vector<LlrpGiven>& given,
                          std::vector<LlrpElement> parameters) {
    const double end_s = monotonic_s() + options_.answer_s_max;
    const uint32_t id = ++last_id_;
    TRY_VOID(link_.send(message_of(make_llrp(request, given, std::move(parameters)), id), options_.answer_s_max));
    const auto expected = std::string(request) + "_RESPONSE";
    while (true) {
      const double left_s = end_s - monotonic_s();
      if (left_s <= 0) return unavailable(fmt::format("{}: no answer in {:.3g} s", request, options_.answer_s_max));
      auto bytes = link_.receive(left_s);
      if (!bytes) return fail(bytes.error(), std::string(request));
      TRY(auto message, decode_llrp(*bytes));
      const bool is_error = message.body.type->name == "ERROR_MESSAGE";
      if (message.id == id && (message.body.type->name == expected || is_error)) {
        TRY_VOID(check_status(message.body));
        if (is_error) return fail(fmt::format("{}: the reader answers ERROR_MESSAGE", request));
        return std::move(message.body);
      }
      TRY_VOID(take(message));
    }
  }

  Result<void> take(const LlrpMessage& message) {
    const auto name = message.body.type->name;
    if (name == "KEEPALIVE")
      return link_.send(message_of(make_llrp("KEEPALIVE_ACK"), message.id), options_.answer_s_max);
    if (name == "RO_ACCESS_REPORT") {
      auto more = reads_of(message.body, options_.name, offset_us, start, now_utc());
      reads.insert(reads.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    }
    const LlrpElement* event = message.body.parameter("ReaderEventNotificationData");
    if (event != nullptr && event->parameter("ConnectionCloseEvent") != nullptr)
      return unavailable("the reader closes the connection");
    return {};
  }

  LlrpLink link_;
  const RfidReaderOptions& options_;
  uint32_t last_id_ = 0;
};

/// Impinj's RF phase angle (vendor 25882, subtype 56): 4,096 steps a turn.
std::optional<double> phase_of(const LlrpElement& tag) {
  for (const LlrpElement& each : tag.parameters) {
    if (each.type->name != "Custom" || each.field("VendorIdentifier")->number != 25'882 ||
        each.field("ParameterSubtype")->number != 56)
      continue;
    const auto& data = each.field("Data")->bytes;
    if (data.size() != 2) return std::nullopt;
    const int steps = static_cast<unsigned char>(data[0]) * 256 + static_cast<unsigned char>(data[1]);
    return steps * 2 * std::numbers::pi / 4096;
  }
  return std::nullopt;
}

}  // namespace

std::vector<TagRead> reads_of(const LlrpElement& report, const std::string& reader, int64_t offset_us, Timestamp start,
                              Timestamp now) {
  std::vector<TagRead> reads;
  for (const LlrpElement& tag : report.parameters) {
    const LlrpElement* epc = tag.parameter("EPC_96");
    if (epc == nullptr) epc = tag.parameter("EPCData");
    if (tag.type->name != "TagReportData" || epc == nullptr) continue;
    const auto time = [&](const std::string& which, Timestamp otherwise) -> Timestamp {
      if (const auto utc = microseconds_in(tag, which + "TimestampUTC")) return {*utc - offset_us};
      if (const auto uptime = microseconds_in(tag, which + "TimestampUptime")) return {start.us + *uptime};
      return otherwise;
    };
    const Timestamp first = time("FirstSeen", now);
    const auto rssi = tag.number_in("PeakRSSI", "PeakRSSI");
    reads.push_back({.reader = reader,
                     .epc = hex_of(epc->fields.front().bytes),
                     .antenna = static_cast<int>(tag.number_in("AntennaID", "AntennaID").value_or(0)),
                     .rssi_dbm = rssi ? std::optional(static_cast<int>(static_cast<int64_t>(*rssi))) : std::nullopt,
                     .first_seen = first,
                     .last_seen = time("LastSeen", first),
                     .count = static_cast<int>(tag.number_in("TagSeenCount", "TagCount").value_or(1)),
                     .phase_rad = phase_of(tag)});
  }
  return reads;
}

LlrpElement endless_inventory(uint32_t id, const std::vector<uint16_t>& antennas) {
  auto bounds = make_llrp("ROBoundarySpec", {}, {make_llrp("ROSpecStartTrigger"), make_llrp("ROSpecStopTrigger")});
  auto inventory =
      make_llrp("InventoryParameterSpec", {{"InventoryParameterSpecID", 1}, {"ProtocolID", "EPCGlobalClass1Gen2"}});
  // Antenna 0 stands for all of them.
  const auto list = llrp_list_bytes(antennas.empty() ? std::vector<uint16_t>{0} : antennas);
  auto antenna_spec = make_llrp("AISpec", {LlrpGiven::in_bytes("AntennaIDs", list)},
                                {make_llrp("AISpecStopTrigger"), std::move(inventory)});
  auto content = make_llrp("TagReportContentSelector", {{"EnableAntennaID", 1},
                                                        {"EnablePeakRSSI", 1},
                                                        {"EnableFirstSeenTimestamp", 1},
                                                        {"EnableLastSeenTimestamp", 1},
                                                        {"EnableTagSeenCount", 1}});
  auto report =
      make_llrp("ROReportSpec", {{"ROReportTrigger", "Upon_N_Tags_Or_End_Of_AISpec"}, {"N", 1}}, {std::move(content)});
  return make_llrp("ROSpec", {{"ROSpecID", id}}, {std::move(bounds), std::move(antenna_spec), std::move(report)});
}

RfidReader::RfidReader(RfidReaderOptions options, BoundedQueue<TagRead>& reads)
    : options_(std::move(options)), reads_(reads), thread_([this](const std::stop_token& stop) { run(stop); }) {}

RfidReader::~RfidReader() = default;

RfidReaderState RfidReader::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

template <class Change>
void RfidReader::change(Change how) {
  const std::lock_guard lock(mutex_);
  how(state_);
}

void RfidReader::run(const std::stop_token& stop) {
  Backoff backoff(options_.backoff, static_cast<uint32_t>(std::hash<std::string>()(options_.name)));
  while (!stop.stop_requested()) {
    const auto lost = read_until_lost(stop, backoff);
    if (stop.stop_requested()) return;
    change([&](RfidReaderState& state) {
      state.reading = false;
      state.problem = lost.error().message;
    });
    spdlog::warn("RFID reader {}: {}; trying again", options_.name, lost.error().message);
    if (!wait_for(backoff.next_s(), stop)) return;
  }
}

/// Never returns without an error: a reader that works reads on.
Result<void> RfidReader::read_until_lost(const std::stop_token& stop, Backoff& backoff) {
  TRY(auto link, LlrpLink::connect(options_.host, options_.port, options_.answer_s_max, stop));
  Session session(std::move(link), options_);
  TRY_VOID(session.begin());
  backoff.reset();
  change([&](RfidReaderState& state) {
    state.reading = true;
    state.problem.clear();
    state.model = session.model;
    state.has_utc_clock = session.has_utc_clock;
    state.clock_offset_s = static_cast<double>(session.offset_us) * 1e-6;
    ++state.connections;
  });
  spdlog::info("RFID reader {}: reading ({})", options_.name, session.model);
  uint64_t unread_before = 0;
  while (true) {
    change([&](RfidReaderState& state) {
      state.reads += session.reads.size();
      state.messages_unread += session.unread - unread_before;
    });
    unread_before = session.unread;
    for (TagRead& one : session.reads) reads_.push(std::move(one));
    session.reads.clear();
    TRY_VOID(session.follow());
  }
}

}  // namespace shrike
