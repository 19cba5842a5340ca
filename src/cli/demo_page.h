#pragma once
#include <string>
#include <vector>

#include "cli/demo_day.h"
#include "cli/demo_losses.h"
#include "site/config.h"
#include "vault/incident_store.h"

namespace shrike {

/// What the demo did with the video, for its summary.
struct DemoFacts {
  std::string video;  ///< file name of what was played
  double video_s = 0, took_s = 0;
  int64_t frames = 0, visits = 0;
};

/// The demo's summary as one HTML page that needs nothing from elsewhere. Clips, pictures and the annotated video are
/// linked relative to the folder that the page lies in.
[[nodiscard]] std::string demo_page(const SiteConfig& site, const DemoFacts& facts, const DemoLosses& losses,
                                    const std::vector<StoredIncident>& incidents, const DemoDay& day);

/// What the ledgers say and what prior follows, for a terminal.
[[nodiscard]] std::string losses_text(const DemoLosses& losses);

/// What the simulated day held and what was found of it, for a terminal.
[[nodiscard]] std::string day_text(const DemoDay& day);

/// Incidents as a table for a terminal.
[[nodiscard]] std::string incident_table(const SiteConfig& site, const std::vector<StoredIncident>& incidents);

}  // namespace shrike
