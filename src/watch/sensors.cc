#include "watch/sensors.h"

#include <iterator>

namespace shrike {

Result<Sensors> Sensors::start(const SensorsConfig& config, const Planogram& planogram, const std::string& time_zone,
                               const SensorEars& ears, std::shared_ptr<TillInbox> inbox) {
  Sensors sensors;
  for (const auto& broker : config.brokers) {
    TRY(auto line, start_broker_line(broker, config, planogram, ears));
    sensors.lines_.push_back(std::move(line));
  }
  for (const auto& rfid : config.rfid) sensors.lines_.push_back(start_rfid_line(rfid, planogram, ears));
  for (const auto& tills : config.tills) sensors.lines_.push_back(start_till_line(tills, time_zone, ears));
  if (inbox != nullptr) sensors.lines_.push_back(start_inbox_line(std::move(inbox), ears));
  return sensors;
}

std::vector<SensorStatus> Sensors::statuses() const {
  std::vector<SensorStatus> all;
  for (const auto& line : lines_) {
    auto more = line->statuses();
    std::move(more.begin(), more.end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace shrike
