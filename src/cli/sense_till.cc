#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "base/progress.h"
#include "cli/cli.h"
#include "cli/finish.h"
#include "cli/sense.h"
#include "cli/sense_exceptions.h"
#include "sense/till_book.h"
#include "sense/till_exceptions.h"
#include "sense/till_json.h"
#include "sense/till_reader.h"

namespace shrike {
namespace {

using nlohmann::ordered_json;

constexpr size_t kFaultsShown = 10, kGapsShown = 10, kTillsShown = 30;

struct TillArgs {
  std::vector<std::string> files;
  std::string zone, self_checkout;
  bool names = false, exceptions = false, json = false;
};

struct Till {
  int64_t transactions = 0, missing = 0;
  std::optional<int64_t> lowest, highest;
  bool self_checkout = false;
};

struct Kind {
  int64_t transactions = 0, lines = 0;
  std::map<std::string, Decimal> amount;  ///< by currency
};

/// What a person wants to know of a book at first sight.
struct Summary {
  std::map<TillKind, Kind> kinds;
  std::map<std::pair<std::string, std::string>, Till> tills;
  std::string first_day, last_day, first_calendar_day, last_calendar_day;
  int64_t lines = 0, training = 0, day_assumed = 0, without_time = 0, backwards = 0;
  int64_t totals_agree = 0;
  std::vector<const TillTransaction*> totals_differ;
  std::vector<SequenceGap> gaps;
};

void stretch(std::string& first, std::string& last, const std::string& day) {
  if (day.empty()) return;
  if (first.empty() || day < first) first = day;
  if (last.empty() || day > last) last = day;
}

Decimal amount_of(const TillTransaction& t) {
  const auto total = t.total();
  if (!total) return balance_of(t).lines;
  return t.kind == TillKind::returned ? -magnitude(*total) : *total;
}

void add(Summary& out, const TillTransaction& t) {
  auto& kind = out.kinds[t.kind];
  ++kind.transactions;
  kind.lines += static_cast<int64_t>(t.lines.size());
  if (is_retail(t.kind)) kind.amount[t.currency] = kind.amount[t.currency] + amount_of(t);
  auto& till = out.tills[{t.key.store, t.key.till}];
  ++till.transactions;
  till.self_checkout = till.self_checkout || t.self_checkout.value_or(false);
  if (const auto number = sequence_number(t.key.sequence); number) {
    till.lowest = std::min(till.lowest.value_or(*number), *number);
    till.highest = std::max(till.highest.value_or(*number), *number);
  }
  stretch(out.first_day, out.last_day, t.key.business_day);
  stretch(out.first_calendar_day, out.last_calendar_day, t.calendar_day);
  out.lines += static_cast<int64_t>(t.lines.size());
  out.training += t.training ? 1 : 0;
  out.day_assumed += t.business_day_assumed ? 1 : 0;
  out.without_time += t.time() ? 0 : 1;
  out.backwards += t.begin && t.end && *t.end < *t.begin ? 1 : 0;
  const auto agrees = balance_of(t).agrees;
  if (agrees && *agrees) ++out.totals_agree;
  if (agrees && !*agrees && moves_goods(t.kind)) out.totals_differ.push_back(&t);
}

Summary summary_of(const TillBook& book) {
  Summary out;
  for (const auto& [key, booked] : book.all()) add(out, booked.transaction);
  out.gaps = book.gaps();
  for (const auto& gap : out.gaps) out.tills[{gap.store, gap.till}].missing += gap.missing();
  return out;
}

std::string amounts(const Kind& kind) {
  std::string text;
  for (const auto& [currency, amount] : kind.amount) {
    text +=
        fmt::format("{}{:.2f}{}{}", text.empty() ? "" : ", ", amount.value(), currency.empty() ? "" : " ", currency);
  }
  return text.empty() ? "-" : text;
}

void print_kinds(const Summary& s) {
  std::cout << fmt::format("\n  {:<16} {:>12} {:>10} {:>22}\n", "kind", "transactions", "lines", "amount");
  for (const auto& [kind, each] : s.kinds) {
    std::cout << fmt::format("  {:<16} {:>12} {:>10} {:>22}\n", to_string(kind), each.transactions, each.lines,
                             amounts(each));
  }
}

void print_tills(const Summary& s) {
  std::cout << fmt::format("\n  {:<24} {:>12} {:>12} {:>12} {:>9}\n", "store/till", "transactions", "from number", "to",
                           "missing");
  size_t shown = 0;
  for (const auto& [key, till] : s.tills) {
    if (++shown > kTillsShown) break;
    const auto number = [](const std::optional<int64_t>& n) { return n ? std::to_string(*n) : std::string("-"); };
    std::cout << fmt::format("  {:<24.24} {:>12} {:>12} {:>12} {:>9}{}\n", key.first + "/" + key.second,
                             till.transactions, number(till.lowest), number(till.highest), till.missing,
                             till.self_checkout ? "  self-checkout" : "");
  }
  if (s.tills.size() > kTillsShown) std::cout << fmt::format("  … {} more\n", s.tills.size() - kTillsShown);
}

void print_gaps(const Summary& s) {
  if (s.gaps.empty()) return;
  int64_t missing = 0;
  for (const auto& gap : s.gaps) missing += gap.missing();
  std::cout << fmt::format("\n{} transaction numbers are missing, in {} gaps:\n", missing, s.gaps.size());
  for (size_t i = 0; i < s.gaps.size() && i < kGapsShown; ++i) {
    const auto& gap = s.gaps[i];
    const auto when = gap.day_before == gap.day_after ? fmt::format("on {}", gap.day_before)
                                                      : fmt::format("between {} and {}", gap.day_before, gap.day_after);
    std::cout << fmt::format("  store {}, till {}: {}{}, {}\n", gap.store, gap.till, gap.from,
                             gap.to > gap.from ? fmt::format(" to {}", gap.to) : "", when);
  }
  if (s.gaps.size() > kGapsShown) std::cout << fmt::format("  … {} more\n", s.gaps.size() - kGapsShown);
}

void print_faults(const char* title, const TillFaults& faults) {
  if (faults.count == 0) return;
  std::cout << fmt::format("\n{} {}:\n", faults.count, title);
  for (size_t i = 0; i < faults.first.size() && i < kFaultsShown; ++i) {
    std::cout << fmt::format("  {}: {}\n", faults.first[i].place, faults.first[i].what);
  }
  if (faults.count > static_cast<int64_t>(kFaultsShown))
    std::cout << fmt::format("  … {} more\n", faults.count - static_cast<int64_t>(kFaultsShown));
}

void print_checks(const TillBook& book, const Summary& s) {
  const auto& c = book.counts();
  std::cout << fmt::format("\nMessages: {}, of them {} repeated, {} changed (the later one holds), {} out of order\n",
                           c.messages, c.repeated, c.replaced, c.out_of_order);
  for (size_t i = 0; i < book.replaced().size() && i < 5; ++i)
    std::cout << fmt::format("  changed: {}\n", to_string(book.replaced()[i]));
  std::cout << fmt::format("Post-voids: {} transactions undone, {} post-voids name none that is here\n", c.undone,
                           c.post_voids_without_target);
  std::cout << fmt::format("Suspended: {} taken up again, {} never\n", c.resumed, c.never_resumed);
  std::cout << fmt::format("Totals: {} agree with their lines, {} do not\n", s.totals_agree, s.totals_differ.size());
  for (size_t i = 0; i < s.totals_differ.size() && i < 5; ++i) {
    const auto balance = balance_of(*s.totals_differ[i]);
    std::cout << fmt::format("  {}: lines {:.2f}, line discounts {:.2f}, discounts {:.2f}, total {:.2f}\n",
                             to_string(s.totals_differ[i]->key), balance.lines.value(), balance.line_discounts.value(),
                             balance.discounts.value(), balance.total->value());
  }
  if (s.training > 0) std::cout << fmt::format("Training: {} transactions, counted nowhere below\n", s.training);
  if (s.day_assumed > 0)
    std::cout << fmt::format("{} transactions name no business day; their calendar day stands in\n", s.day_assumed);
  if (s.backwards > 0)
    std::cout << fmt::format("{} transactions end before they begin: was the till's clock set back?\n", s.backwards);
  if (s.without_time > 0) std::cout << fmt::format("{} transactions have no time\n", s.without_time);
}

void print(const TillBook& book, const TillTally& tally, const TillArgs& args) {
  const auto s = summary_of(book);
  std::cout << fmt::format("{} transactions with {} lines of {} tills, business days {} to {}", book.all().size(),
                           s.lines, s.tills.size(), s.first_day, s.last_day);
  if (!s.first_calendar_day.empty())
    std::cout << fmt::format(" (calendar days {} to {})", s.first_calendar_day, s.last_calendar_day);
  std::cout << '\n';
  if (args.zone.empty())
    std::cout << "Times without an offset were read as UTC: --zone says which zone is the store's\n";
  print_kinds(s);
  print_tills(s);
  print_gaps(s);
  print_checks(book, s);
  print_faults("transactions were left out", tally.rejected);
  print_faults("notes", tally.notes);
}

ordered_json json_of_key(const std::optional<TillKey>& key) {
  if (!key) return nullptr;
  return {{"store", key->store}, {"till", key->till}, {"business_day", key->business_day}, {"sequence", key->sequence}};
}

void print_json(const TillBook& book, const TillTally& tally) {
  for (const auto& [key, booked] : book.all()) {
    auto object = json_of(booked.transaction);
    object["undone_by"] = json_of_key(booked.undone_by);
    object["undoes"] = json_of_key(booked.undoes);
    object["resumed_by"] = json_of_key(booked.resumed_by);
    object["resumes"] = json_of_key(booked.resumes);
    std::cout << object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  }
  const auto& c = book.counts();
  std::cerr << fmt::format("{} messages: {} repeated, {} replaced, {} out of order, {} left out\n", c.messages,
                           c.repeated, c.replaced, c.out_of_order, tally.rejected.count);
  for (const auto& fault : tally.rejected.first)
    std::cerr << fmt::format("left out: {}: {}\n", fault.place, fault.what);
}

/// "34,9/35" as {"34", "9/35"}.
std::set<std::string> tills_of(std::string_view list) {
  std::set<std::string> tills;
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    if (comma > 0) tills.emplace(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return tills;
}

void print_result(const TillBook& book, const TillTally& tally, const TillArgs& args) {
  if (args.json && !args.exceptions) return print_json(book, tally);
  const ExceptionOptions options;
  if (args.json) {
    const auto found = json_of(till_exceptions(book, options), options);
    std::cout << found.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
    return;
  }
  print(book, tally, args);
  if (args.exceptions) print_exceptions(till_exceptions(book, options), options);
}

Result<void> sense_till(const TillArgs& args) {
  TillContext context;
  if (!args.zone.empty()) context.zone = args.zone;
  if (!zone_exists(context.zone))
    return bad_input(fmt::format("--zone: found '{}', expected an IANA name such as Europe/Paris", args.zone));
  context.self_checkout = tills_of(args.self_checkout);
  context.operators = OperatorNames(args.names ? OperatorNames::Show::ids : OperatorNames::Show::pseudonyms);
  TillReader reader(std::move(context));
  TillBook book;
  Progress progress("transactions", 0);
  for (const auto& file : args.files) {
    TRY_VOID(reader.read(file, [&](TillTransaction transaction) {
      book.add(std::move(transaction));
      progress.at(book.counts().messages);
    }));
  }
  progress.finish();
  book.link();
  const auto& tally = reader.tally();
  if (tally.transactions == 0) {
    const auto& first = tally.rejected.first;
    return bad_input(first.empty() ? fmt::format("{}: no transaction of a till is in it", args.files.front())
                                   : fmt::format("no transaction could be read; {} were left out, the first: {}: {}",
                                                 tally.rejected.count, first[0].place, first[0].what));
  }
  print_result(book, tally, args);
  return {};
}

}  // namespace

void add_sense_till(CLI::App& sense, int& exit_code) {
  auto args = std::make_shared<TillArgs>();
  CLI::App* command = sense.add_subcommand(
      "till",
      "Read what tills logged: ARTS POSLog (XML), JSON or CSV lines, EPCIS events of selling (docs/tills.md).\n"
      "A message that comes twice counts once; what cannot be read is left out, counted and named. Operators are "
      "shown\n"
      "as pseudonyms of this one run. Card numbers, customers and loyalty accounts are never read.");
  command->add_option("FILES", args->files, "Files of any of these formats")->required();
  command->add_option("--zone", args->zone,
                      "The store's time zone (IANA), for times without an offset; UTC if not said");
  command->add_option("--self-checkout", args->self_checkout,
                      "Tills without a cashier, as 34 or STORE/34, with commas between them; all others are staffed");
  command->add_flag("--exceptions", args->exceptions,
                    "Compare operators, and self-checkout tills, with their peers, and list possible exceptions");
  command->add_flag("--names", args->names, "Show operators by the till's own ids: know what the law allows you");
  command->add_flag("--json", args->json,
                    "Print JSON: an object a transaction and line, or with --exceptions one object");
  command->footer("Example: shrike sense till poslog.xml --zone Europe/Paris --exceptions");
  command->callback([args, &exit_code] { exit_code = finish_command("sense till", sense_till(*args)); });
}

}  // namespace shrike
