#pragma once
// One client's server-sent events: where whoever has news meets the connection that sends them.

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace shrike {

/// Thread-safe. A client that does not keep up is cut off, not slowed and not left with holes: it comes back with
/// Last-Event-ID and is given what it missed.
class EventStream {
 public:
  using Text = std::shared_ptr<const std::string>;  ///< one or more whole events, shared by every client

  /// Queues `text`. False, and nothing queued, once the stream is closed; a stream holding more than 4 MiB closes.
  bool push(Text text);
  /// What is queued goes out, then the connection ends.
  void close();
  [[nodiscard]] bool closed() const;

  /// For the connection: everything queued, oldest first.
  [[nodiscard]] std::vector<Text> take();
  /// For the connection: called, from any thread, whenever there is something to take or the stream has closed.
  void on_change(std::function<void()> wake);

 private:
  mutable std::mutex mutex_;
  std::vector<Text> queued_;
  size_t queued_bytes_ = 0;
  bool closed_ = false;
  std::function<void()> wake_;
};

/// An event in the stream's form; `id` is left out where it is 0.
[[nodiscard]] std::string format_event(const std::string& name, int64_t id, const std::string& one_line);

}  // namespace shrike
