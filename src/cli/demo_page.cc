#include "cli/demo_page.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/local_time.h"
#include "plot/svg.h"

namespace shrike {
namespace {

using plot::escaped;

constexpr const char* kHead = R"html(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Shrike demo</title>
<style>
:root { color-scheme: light dark; --line: #8884; --for: #c2410c; --against: #15803d; --soft: #8882; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin-bottom: .2rem }
h2 { font-size: 1.15rem; margin: 1.2rem 0 .3rem } article h2 { margin-top: 0 }
.lead { opacity: .8; margin-top: 0 } video, img { width: 100%; border-radius: .4rem; background: #000; display: block }
article { border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; margin: 1rem 0 }
.media { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: .8rem; margin: .6rem 0 }
.risk { float: right; font-weight: 600 } .note { background: var(--soft); border-radius: .4rem; padding: .6rem .8rem }
table { border-collapse: collapse; width: 100%; font-size: .92rem }
td, th { text-align: left; padding: .25rem .6rem .25rem 0; border-top: 1px solid var(--line) }
td.number { text-align: right; font-variant-numeric: tabular-nums }
.for { color: var(--for) } .against { color: var(--against) }
</style></head><body>
)html";

std::string clock(Timestamp t, const SiteConfig& site) {
  const auto text = local_rfc3339(t, site.time_zone);
  return text.substr(11, 8);
}

std::string row(const WeighedEvidence& weighed) {
  const auto& e = weighed.evidence;
  const bool against = weighed.contribution < 0;
  return fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td class=\"number {}\">{:+.2f}</td></tr>\n",
                     against ? "against" : "for", escaped(e.kind), escaped(e.detail), against ? "against" : "for",
                     weighed.contribution);
}

/// `folder` holds the incident's files, relative to the page.
std::string article(const SiteConfig& site, const StoredIncident& stored, const std::string& folder) {
  const Incident& incident = stored.incident;
  std::string rows;
  for (const auto& weighed : incident.evidence) rows += row(weighed);
  const auto name = folder + "/" + incident.event_id;
  std::string media;
  if (incident.clip_state == "ready")
    media += fmt::format("<video controls preload=\"metadata\" src=\"{}.mp4\"></video>", name);
  if (!incident.picture.empty())
    media += fmt::format("<img alt=\"the person at the moment of the alert\" src=\"{}.jpg\">", name);
  if (!media.empty()) media = fmt::format("<div class=\"media\">{}</div>\n", media);
  return fmt::format(
      "<article><span class=\"risk\">risk {:.0f} %</span><h2>Possible {}</h2>\n<p>{} at {}, visit of track {}. {}</p>\n"
      "{}<table><tr><th>evidence</th><th>kind</th><th>what was seen</th>"
      "<th>moves the log-odds by</th></tr>\n{}</table>\n<p><a href=\"{}.json\">as JSON</a></p></article>\n",
      incident.risk * 100, escaped(incident.type), escaped(incident.camera), clock(incident.time, site),
      incident.track_id, escaped(incident.summary), media, rows, name);
}

}  // namespace

std::string losses_text(const DemoLosses& losses) {
  return fmt::format(
      "Simulated ledgers of {} stores, {} to {}: {:.0f} units vanished unexplained ({:.0f} {} at cost), {:.0f} of them "
      "in this shop.\nIn {} it loses {:.2f} ({:.2f} .. {:.2f}) units a day as theft would; at {:.0f} visits a day "
      "(made "
      "up) that is a prior of {:.2f} % a visit.",
      losses.stores, losses.first_day, losses.last_day, losses.chain_units, losses.chain_cost, losses.currency,
      losses.store_units, fmt::join(losses.prior.zones, ", "), losses.zone_units.mean, losses.zone_units.low,
      losses.zone_units.high, losses.visits_a_day, 100 * losses.prior.probability);
}

std::string demo_page(const SiteConfig& site, const DemoFacts& facts, const DemoLosses& losses,
                      const std::vector<StoredIncident>& incidents, const DemoDay& day) {
  std::string page = kHead;
  page += fmt::format(
      "<h1>Shrike demo: {} possible incident{} in {:.0f} s of video</h1>\n<p class=\"lead\">{} frames of {}, "
      "{} visits, worked through in {:.1f} s.</p>\n<p class=\"note\">The video is real: pedestrians on a campus (PETS "
      "2009), played as if it "
      "were a shop camera. The zones are made up, so nobody in it did anything wrong. An incident is a question to an "
      "officer, "
      "never a verdict.</p>\n<video controls preload=\"metadata\" src=\"annotated.mp4\"></video>\n",
      incidents.size(), incidents.size() == 1 ? "" : "s", facts.video_s, facts.frames, escaped(facts.video),
      facts.visits, facts.took_s);
  page += fmt::format(
      "<h2>What the ledgers say</h2>\n<p class=\"note\">These ledgers are simulated, by <code>shrike sim chain</code>: "
      "no "
      "retailer has them.</p>\n<p>{}</p>\n<p>Each incident below starts from that prior: the losses set the odds, the "
      "camera moves them. <a href=\"usl.html\">The whole loss report</a> · <a href=\"priors.json\">the prior odds as "
      "JSON</a></p>\n<h2>What the camera saw</h2>\n",
      escaped(losses_text(losses)));
  for (const auto& stored : incidents) page += article(site, stored, "incidents");
  page += fmt::format(
      "<h2>Second act: a simulated day with RFID, scales and tills</h2>\n<p class=\"note\">SIMULATED, by <code>shrike "
      "sim store</code>: nobody of this exists. What sensors would have said goes through the code that runs a real "
      "store; what really happened stays sealed until the end.</p>\n<p>{}</p>\n",
      escaped(day_text(day)));
  for (const auto& stored : day.incidents) page += article(day.site, stored, "day/incidents");
  return page + "</body></html>\n";
}

std::string day_text(const DemoDay& day) {
  return fmt::format(
      "A SIMULATED day of {}: {} people, staff among them, and {} thefts planted; replayed in {:.0f} s.\n{} incidents: "
      "{} of the thefts, and {} false alerts.",
      day.about, day.people, day.thefts, day.took_s, day.incidents.size(), day.caught, day.false_alerts);
}

std::string incident_table(const SiteConfig& site, const std::vector<StoredIncident>& incidents) {
  if (incidents.empty()) return "No incident.\n";
  std::string table =
      fmt::format("{:<9} {:<16} {:>6} {:>5}  {}\n", "time", "possible", "track", "risk", "what speaks for and against");
  for (const auto& [incident, verdicts, revision, created] : incidents) {
    table += fmt::format("{:<9} {:<16} {:>6} {:>4.0f}%  {}\n", clock(incident.time, site), incident.type,
                         incident.track_id, incident.risk * 100, incident.summary);
  }
  return table;
}

}  // namespace shrike
