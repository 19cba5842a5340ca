#include <atomic>
#include <chrono>
#include <thread>

#include "ledger/epcis.h"
#include "watch/sensors.h"

namespace shrike {
namespace {

constexpr std::chrono::milliseconds kLook{200};

class InboxLine : public SensorLine {
 public:
  InboxLine(std::shared_ptr<PushInbox> inbox, ProductOfGtin product_of, SensorEars ears)
      : inbox_(std::move(inbox)),
        product_of_(std::move(product_of)),
        ears_(std::move(ears)),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

  [[nodiscard]] std::vector<SensorStatus> statuses() const override {
    // A shop that does not push has no such sensor.
    if (taken_ == 0) return {};
    return {{.name = "till-webhook",
             .sort = "tills",
             .state = "live",
             .messages = taken_ + unknown_,
             .events = taken_,
             .left_out = unknown_}};
  }

 private:
  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      auto pushed = inbox_->pop_for(kLook);
      if (!pushed) continue;
      auto* piece = std::get_if<ItemEvent>(&*pushed);
      if (piece != nullptr && !know(*piece)) {
        ++unknown_;
        continue;
      }
      ++taken_;
      const bool heard =
          piece != nullptr ? ears_.item(std::move(*piece)) : ears_.till(std::get<TillTransaction>(std::move(*pushed)));
      if (!heard) return;
    }
  }

  /// Says which product a tag is; false where the shop has no such product.
  [[nodiscard]] bool know(ItemEvent& piece) const {
    for (ItemGuess& guess : piece.guesses) {
      const auto gtin = gtin_of(guess.serial);
      if (!gtin) return false;
      guess.product = product_of_ ? product_of_(*gtin) : *gtin;
      if (guess.product.empty()) return false;
    }
    return true;
  }

  const std::shared_ptr<PushInbox> inbox_;
  const ProductOfGtin product_of_;
  const SensorEars ears_;
  std::atomic<uint64_t> taken_ = 0, unknown_ = 0;
  std::jthread thread_;
};

}  // namespace

std::unique_ptr<SensorLine> start_inbox_line(std::shared_ptr<PushInbox> inbox, const Planogram& planogram,
                                             const SensorEars& ears) {
  return std::make_unique<InboxLine>(std::move(inbox), product_of_gtin(planogram), ears);
}

}  // namespace shrike
