#include "base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>

namespace shrike {

void start_log(spdlog::level::level_enum level) {
  spdlog::drop("shrike");
  auto logger = spdlog::stderr_color_mt("shrike");
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
  logger->set_level(level);
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace shrike
