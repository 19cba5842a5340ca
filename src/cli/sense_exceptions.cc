#include "cli/sense_exceptions.h"

#include <algorithm>
#include <fmt/format.h>
#include <iostream>
#include <nlohmann/json.hpp>

namespace shrike {
namespace {

using nlohmann::ordered_json;

constexpr size_t kEventsShown = 10;

std::string name_of(const TillSubject& subject) {
  return fmt::format("{} {}, store {}", subject.self_checkout ? "self-checkout" : "operator", subject.id,
                     subject.store);
}

std::string percent(double rate) { return fmt::format("{:.{}f} %", 100 * rate, rate < 0.01 ? 2 : 1); }

int64_t approved(const TillRate& rate) {
  return std::count_if(rate.events.begin(), rate.events.end(), [](const TillEvent& e) { return e.approved; });
}

void print_event(const TillEvent& event) {
  std::string text = fmt::format("    {:<27} {}", event.time ? to_rfc3339(*event.time) : "-", to_string(event.key));
  if (!event.line.empty()) text += fmt::format(", line {}: {} {}", event.line, event.item, event.description);
  if (event.amount) text += fmt::format(", {:.2f}", event.amount->value());
  if (!event.reason.empty()) text += fmt::format(", reason {}", event.reason);
  if (event.approved) text += ", approved by a second person";
  std::cout << text << '\n';
}

void print_listed(const TillRate& rate, const TillSubject& subject) {
  const auto& peer = rate.peer;
  std::cout << fmt::format("\n  {}: {}, {} of {} {}\n", name_of(subject), events_in_words(rate.measure),
                           rate.count.events, rate.count.base, base_in_words(rate.measure));
  std::cout << fmt::format(
      "    {} (90 % interval {} to {}); shrunk to the peers {} ({} to {}); median of {} peers {}; "
      "chance of a peer this high {:.1e}\n",
      percent(peer.rate), percent(peer.low), percent(peer.high), percent(peer.shrunk), percent(peer.shrunk_low),
      percent(peer.shrunk_high), peer.peers, percent(peer.peers_median), peer.p);
  if (const auto n = approved(rate); n > 0)
    std::cout << fmt::format("    against: {} of the {} were approved by a second person\n", n, rate.events.size());
  for (size_t i = 0; i < rate.events.size() && i < kEventsShown; ++i) print_event(rate.events[i]);
  if (rate.events.size() > kEventsShown)
    std::cout << fmt::format("    … {} more (--json lists all)\n", rate.events.size() - kEventsShown);
}

/// What is usual: for each measure the middle of all who were compared.
void print_usual(const TillExceptions& found) {
  std::cout << fmt::format("\n  {:<48} {:>10} {:>9} {:>12}\n", "what is compared", "compared", "median", "events");
  for (const auto measure : kTillMeasures) {
    for (const bool self_checkout : {false, true}) {
      std::vector<double> rates;
      int64_t events = 0;
      for (const auto& rate : found.rates) {
        if (rate.measure != measure || found.subjects[rate.subject].self_checkout != self_checkout) continue;
        rates.push_back(rate.peer.shrunk);
        events += rate.count.events;
      }
      if (rates.empty()) continue;
      std::nth_element(rates.begin(), rates.begin() + static_cast<std::ptrdiff_t>(rates.size() / 2), rates.end());
      const auto label = fmt::format("{}{}", events_in_words(measure), self_checkout ? ", self-checkout" : "");
      std::cout << fmt::format("  {:<48} {:>10} {:>9} {:>12}\n", label, rates.size(), percent(rates[rates.size() / 2]),
                               events);
    }
  }
}

ordered_json json_of(const TillEvent& event) {
  const auto maybe = [](const std::string& text) { return text.empty() ? ordered_json(nullptr) : ordered_json(text); };
  return {{"store", event.key.store},
          {"till", event.key.till},
          {"business_day", event.key.business_day},
          {"sequence", event.key.sequence},
          {"time", event.time ? ordered_json(to_rfc3339(*event.time)) : ordered_json(nullptr)},
          {"line", maybe(event.line)},
          {"item", maybe(event.item)},
          {"description", maybe(event.description)},
          {"amount", event.amount ? ordered_json(event.amount->value()) : ordered_json(nullptr)},
          {"reason", maybe(event.reason)},
          {"approved", event.approved}};
}

}  // namespace

void print_exceptions(const TillExceptions& found, const ExceptionOptions& options) {
  const auto listed = std::count_if(found.rates.begin(), found.rates.end(), [](const TillRate& r) { return r.listed; });
  const auto tills =
      std::count_if(found.subjects.begin(), found.subjects.end(), [](const TillSubject& s) { return s.self_checkout; });
  std::cout << fmt::format("\nPossible exceptions: {} of {} rates, of {} operators and {} self-checkout tills\n",
                           listed, found.tests, static_cast<std::ptrdiff_t>(found.subjects.size()) - tills, tills);
  if (found.tests == 0) {
    std::cout << "  Nothing was compared: that takes at least four operators, or four self-checkout tills.\n";
  } else if (listed == 0) {
    std::cout << fmt::format("  No rate stands out from its peers' (false discovery rate {:g} %).\n",
                             100 * options.false_discovery_rate);
  } else {
    std::cout << fmt::format(
        "  A reason to look at the lines, not a finding against anyone. Of what is listed, at most "
        "{:g} % is expected to be chance.\n",
        100 * options.false_discovery_rate);
  }
  for (const auto& rate : found.rates) {
    if (rate.listed) print_listed(rate, found.subjects[rate.subject]);
  }
  print_usual(found);
  if (found.without_operator > 0)
    std::cout << fmt::format("  {} transactions name no operator and are counted for nobody.\n",
                             found.without_operator);
}

ordered_json json_of(const TillExceptions& found, const ExceptionOptions& options) {
  ordered_json out{{"false_discovery_rate", options.false_discovery_rate},
                   {"tests", found.tests},
                   {"without_operator", found.without_operator},
                   {"subjects", ordered_json::array()},
                   {"rates", ordered_json::array()}};
  for (const auto& each : found.subjects) {
    out["subjects"].push_back({{"store", each.store},
                               {"id", each.id},
                               {"self_checkout", each.self_checkout},
                               {"transactions", each.transactions}});
  }
  for (const auto& rate : found.rates) {
    const auto& subject = found.subjects[rate.subject];
    const auto& peer = rate.peer;
    auto events = ordered_json::array();
    for (const auto& each : rate.events) events.push_back(json_of(each));
    out["rates"].push_back({{"store", subject.store},
                            {"id", subject.id},
                            {"self_checkout", subject.self_checkout},
                            {"measure", to_string(rate.measure)},
                            {"events", rate.count.events},
                            {"base", rate.count.base},
                            {"design_effect", rate.design_effect},
                            {"rate", peer.rate},
                            {"interval", {peer.low, peer.high}},
                            {"shrunk", peer.shrunk},
                            {"shrunk_interval", {peer.shrunk_low, peer.shrunk_high}},
                            {"interval_level", 0.9},
                            {"peers", peer.peers},
                            {"peers_median", peer.peers_median},
                            {"p", peer.p},
                            {"tested", peer.tested},
                            {"possible_exception", rate.listed},
                            {"evidence", events}});
  }
  return out;
}

}  // namespace shrike
