// What a GET costs while many browsers listen to events: 0 or 200 of them, each told 20 events a second. The list of
// incidents is read from a real store, over a real socket. Goal: 200 listeners make a GET at most twice as long.

#include <algorithm>
#include <atomic>
#include <benchmark/benchmark.h>
#include <filesystem>
#include <poll.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "base/ulid.h"
#include "hub/api.h"
#include "hub/test_client.h"
#include "video/wait.h"

namespace shrike {
namespace {

/// Reads whatever comes on many streams, as 200 browsers would, and counts whole events.
class Listeners {
 public:
  Listeners(int port, size_t n) {
    for (size_t i = 0; i < n; ++i) {
      clients_.emplace_back(port);
      clients_.back().send_bytes("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
      clients_.back().read_until("event: hello");
    }
    thread_ = std::thread([this] { run(); });
  }
  ~Listeners() {
    stop_ = true;
    thread_.join();
  }
  Listeners(const Listeners&) = delete;
  Listeners& operator=(const Listeners&) = delete;

  [[nodiscard]] uint64_t bytes() const { return bytes_; }

 private:
  void run() {
    std::vector<pollfd> sockets;
    for (const auto& client : clients_) sockets.push_back({client.handle(), POLLIN, 0});
    std::vector<char> piece(1 << 16);
    while (!stop_) {
      poll(sockets.data(), sockets.size(), 20);
      for (const auto& socket : sockets) {
        if ((socket.revents & POLLIN) == 0) continue;
        const auto got = read(socket.fd, piece.data(), piece.size());
        if (got > 0) bytes_ += static_cast<uint64_t>(got);
      }
    }
  }

  std::vector<TestClient> clients_;
  std::atomic<bool> stop_ = false;
  std::atomic<uint64_t> bytes_ = 0;
  std::thread thread_;
};

Incident example(Timestamp time) {
  Incident incident;
  incident.event_id = new_ulid(time);
  incident.type = "LOITERING";
  incident.camera = "door";
  incident.time = incident.from = incident.to = time;
  incident.risk = 0.7;
  incident.summary = "34 s in razors";
  incident.evidence = {{{"loitering", time, time, "door", "razors", 2.5, "34 s in razors"}, 1, 2.5}};
  return incident;
}

double p99_of_no_listeners_us = 0;

void get(benchmark::State& state) {
  std::string name = (std::filesystem::temp_directory_path() / "shrike_bench_XXXXXX").string();
  SiteConfig site;
  site.data_dir = mkdtemp(name.data());
  site.hub.port = 0;
  auto store = IncidentStore::open(site.data_dir);
  LiveBoard board;
  prometheus::Registry registry;
  auto hub = Hub::start({site, *store, board, registry});
  if (!store || !hub) return state.SkipWithError("no hub");
  for (int i = 0; i < 100; ++i) static_cast<void>(store->save(example(now_utc())));

  std::vector<double> latencies_us;
  uint64_t bytes = 0;
  {
    Listeners listeners(hub->port(), static_cast<size_t>(state.range(0)));
    // With or without listeners: the work of keeping incidents is no cost of telling them.
    std::jthread news([&](const std::stop_token& stop) {
      do static_cast<void>(store->save(example(now_utc())));
      while (wait_for(0.05, stop));
    });
    TestClient client(hub->port());
    for (auto _ : state) {
      const double began_s = monotonic_s();
      if (client.get("/api/v1/incidents?limit=20").status != 200) state.SkipWithError("no answer");
      latencies_us.push_back((monotonic_s() - began_s) * 1e6);
    }
    news.request_stop();
    news.join();
    bytes = listeners.bytes();
  }
  std::sort(latencies_us.begin(), latencies_us.end());
  const double p99_us = latencies_us[latencies_us.size() * 99 / 100];
  state.counters["median_us"] = latencies_us[latencies_us.size() / 2];
  state.counters["p99_us"] = p99_us;
  state.counters["told_mb"] = static_cast<double>(bytes) * 1e-6;
  if (state.range(0) == 0) p99_of_no_listeners_us = p99_us;
  if (p99_of_no_listeners_us > 0) state.counters["p99_ratio"] = p99_us / p99_of_no_listeners_us;
  hub->stop();
  std::filesystem::remove_all(site.data_dir);
}
BENCHMARK(get)
    ->Name("get_with_listeners")
    ->Arg(0)
    ->Arg(200)
    ->Iterations(2000)
    ->Unit(benchmark::kMicrosecond)
    ->UseRealTime();

}  // namespace
}  // namespace shrike

BENCHMARK_MAIN();
