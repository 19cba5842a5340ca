#include "video/resolve.h"

#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <fmt/format.h>
#include <memory>
#include <netdb.h>
#include <optional>
#include <thread>

#include "base/queue.h"
#include "base/time.h"

namespace shrike {

Result<void> wait_for_address(const std::string& host, double timeout_s, const std::stop_token& stop) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  if (inet_pton(AF_INET, host.c_str(), address.data()) == 1 || inet_pton(AF_INET6, host.c_str(), address.data()) == 1) {
    return {};
  }
  // getaddrinfo() cannot be called off, so its thread is left behind when nobody waits any more; the queue lives as
  // long as either of the two.
  const auto answer = std::make_shared<BoundedQueue<int>>(1, WhenFull::drop_oldest);
  std::thread([host, answer] {
    addrinfo* found = nullptr;
    const int error = getaddrinfo(host.c_str(), nullptr, nullptr, &found);
    if (error == 0) freeaddrinfo(found);
    answer->push(error);
  }).detach();
  const std::stop_callback wake(stop, [&] { answer->close(); });
  const auto error = answer->pop_for(std::chrono::duration<double>(timeout_s));
  if (!error) {
    return unavailable(
        fmt::format("no name server said within {:g} s where '{}' is; an address such as 192.168.1.20 "
                    "needs none",
                    timeout_s, host));
  }
  if (*error != 0) {
    return unavailable(fmt::format("the name '{}' is not known here ({}); check it, or use the camera's address", host,
                                   gai_strerror(*error)));
  }
  return {};
}

}  // namespace shrike
