#pragma once
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace shrike {

/// A TCP socket that listens on a port of 127.0.0.1 which the kernel chose; nobody accepts. The caller closes it.
struct LoopbackListener {
  int fd = -1, port = 0;
};
inline LoopbackListener listen_on_loopback() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(listen(fd, 8), 0);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return {fd, ntohs(address.sin_port)};
}

/// A port that nobody had a moment ago.
inline int free_port() {
  const auto [fd, port] = listen_on_loopback();
  close(fd);
  return port;
}

}  // namespace shrike
