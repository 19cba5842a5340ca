#include "sense/till_message.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "ledger/epcis.h"
#include "sense/bounded_json.h"
#include "sense/till_epcis.h"
#include "sense/till_json.h"

namespace shrike {
namespace {

constexpr size_t kBody_bytes_max = size_t{8} << 20;
constexpr size_t kTransactions_max = 10'000;

void take(Result<TillTransaction> transaction, size_t number, TillMessage& message) {
  if (transaction) {
    message.transactions.push_back(std::move(*transaction));
  } else {
    message.rejected.add(fmt::format("transaction {}", number), transaction.error().message);
  }
}

}  // namespace

Result<TillMessage> read_till_message(std::string_view body, TillContext& context) {
  TRY(const auto document, parse_bounded_json(body, kBody_bytes_max));
  TillMessage message;
  size_t number = 0;
  if (is_epcis(document)) {
    auto events = shop_events_of_epcis(document, context);
    message.others = events.others;
    message.doors = std::move(events.doors);
    for (auto& sale : events.transactions) take(std::move(sale), ++number, message);
    return message;
  }
  const bool wraps = document.is_object() && document.contains("transactions");
  const auto& list = wraps ? document["transactions"] : document;
  if (list.is_object()) {
    take(till_from_json(list, context), 1, message);
    return message;
  }
  if (!list.is_array())
    return bad_input(fmt::format("found {}, expected a transaction or a list of them", shown_json(document)));
  if (list.size() > kTransactions_max)
    return bad_input(fmt::format("found {} transactions, expected at most {}", list.size(), kTransactions_max));
  for (const auto& each : list) {
    ++number;
    take(each.is_object()
             ? till_from_json(each, context)
             : Result<TillTransaction>(bad_input(fmt::format("found {}, expected an object", shown_json(each)))),
         number, message);
  }
  return message;
}

}  // namespace shrike
