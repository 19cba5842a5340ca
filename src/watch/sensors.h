#pragma once
// The shop's sensors and tills while the store is watched: one line for each connection, with a thread that takes what
// comes and tells what it means.

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/queue.h"
#include "base/result.h"
#include "sense/item_event.h"
#include "sense/portal.h"
#include "sense/till.h"
#include "sense/zone_fact.h"
#include "site/planogram.h"
#include "site/sensor_config.h"
#include "watch/sensor_status.h"

namespace shrike {

/// Who is told what sensors say; called on the lines' threads, may block. False: nobody listens any more.
struct SensorEars {
  std::function<bool(ItemEvent)> item;
  std::function<bool(TillTransaction)> till;
  std::function<bool(ZoneFact)> fact;
};

/// What tills and EPCIS systems push to the hub; the hub refuses a message that would not fit.
using PushInbox = BoundedQueue<std::variant<TillTransaction, ItemEvent>>;
inline constexpr size_t kPushInbox_max = 20'000;

/// A connection with the sensors behind it. Works until it is destroyed.
class SensorLine {
 public:
  virtual ~SensorLine() = default;
  [[nodiscard]] virtual std::vector<SensorStatus> statuses() const = 0;
};

/// All sensors of a store. A sensor that does not answer is no error: its line tries again, and its state says so.
class Sensors {
 public:
  /// Errors: a mapping of events that cannot be read.
  [[nodiscard]] static Result<Sensors> start(const SensorsConfig& config, const Planogram& planogram,
                                             const std::string& time_zone, const SensorEars& ears,
                                             std::shared_ptr<PushInbox> inbox = nullptr);

  [[nodiscard]] std::vector<SensorStatus> statuses() const;

 private:
  std::vector<std::unique_ptr<SensorLine>> lines_;
};

// The lines, each in a file of its own.
[[nodiscard]] Result<std::unique_ptr<SensorLine>> start_broker_line(const BrokerConfig& broker,
                                                                    const SensorsConfig& config,
                                                                    const Planogram& planogram, const SensorEars& ears);
[[nodiscard]] std::unique_ptr<SensorLine> start_rfid_line(const RfidConfig& config, const Planogram& planogram,
                                                          const SensorEars& ears);
[[nodiscard]] std::unique_ptr<SensorLine> start_till_line(const TillsConfig& config, const std::string& time_zone,
                                                          const SensorEars& ears);
[[nodiscard]] std::unique_ptr<SensorLine> start_inbox_line(std::shared_ptr<PushInbox> inbox, const Planogram& planogram,
                                                           const SensorEars& ears);

/// Which product a tag's GTIN is. Empty where the planogram names no GTIN: then every GTIN is taken for one of the
/// shop's.
[[nodiscard]] ProductOfGtin product_of_gtin(const Planogram& planogram);

}  // namespace shrike
