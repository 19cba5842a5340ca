#include "watch/sensors.h"

#include <iterator>
#include <map>

namespace shrike {

Result<Sensors> Sensors::start(const SensorsConfig& config, const Planogram& planogram, const std::string& time_zone,
                               const SensorEars& ears, std::shared_ptr<PushInbox> inbox) {
  Sensors sensors;
  for (const auto& broker : config.brokers) {
    TRY(auto line, start_broker_line(broker, config, planogram, ears));
    sensors.lines_.push_back(std::move(line));
  }
  for (const auto& rfid : config.rfid) sensors.lines_.push_back(start_rfid_line(rfid, planogram, ears));
  for (const auto& tills : config.tills) sensors.lines_.push_back(start_till_line(tills, time_zone, ears));
  if (inbox != nullptr) sensors.lines_.push_back(start_inbox_line(std::move(inbox), planogram, ears));
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

ProductOfGtin product_of_gtin(const Planogram& planogram) {
  std::map<std::string, std::string> products;
  for (const auto& item : planogram.items) {
    if (!item.gtin.empty()) products[item.gtin] = item.sku_id;
  }
  if (products.empty()) return {};
  return [products = std::move(products)](const std::string& gtin) {
    const auto found = products.find(gtin);
    return found == products.end() ? std::string() : found->second;
  };
}

}  // namespace shrike
