#include "video/packet_ring.h"

#include <algorithm>
#include <chrono>

#include "video/ffmpeg.h"

namespace shrike {
namespace {

size_t bytes_of(const RingPacket& p) { return static_cast<size_t>(p.packet->size) + sizeof(RingPacket); }

}  // namespace

void PacketRing::push(RingPacket packet) {
  {
    std::lock_guard lock(mutex_);
    if (closed_ || (packets_.empty() && !packet.key)) return;
    bytes_ += bytes_of(packet);
    packets_.push_back(std::move(packet));
    while (has_old_group()) drop_oldest_group();
    // A group of pictures that is too large alone goes too; the ring fills again from the next key frame.
    while (bytes_ > options_.bytes_max) drop_oldest_group();
  }
  more_.notify_all();
}

void PacketRing::close() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  more_.notify_all();
}

/// Whether the ring would still reach back far enough without its oldest group.
bool PacketRing::has_old_group() const {
  const Timestamp oldest_needed = packets_.back().time.plus_s(-options_.seconds);
  const auto second = std::find_if(packets_.begin() + 1, packets_.end(), [](const RingPacket& p) { return p.key; });
  return second != packets_.end() && second->time <= oldest_needed;
}

void PacketRing::drop_oldest_group() {
  do {
    bytes_ -= bytes_of(packets_.front());
    packets_.pop_front();
    ++first_;
  } while (!packets_.empty() && !packets_.front().key);
}

uint64_t PacketRing::first_wanted(Timestamp from) const {
  uint64_t found = first_;
  for (size_t i = 0; i < packets_.size(); ++i) {
    if (packets_[i].key && packets_[i].time <= from) found = first_ + i;
  }
  return found;
}

std::vector<RingPacket> PacketRing::collect(Timestamp from, Timestamp to, double patience_s) const {
  const auto deadline =
      std::chrono::steady_clock::now() +
      std::chrono::duration_cast<std::chrono::steady_clock::duration>(std::chrono::duration<double>(patience_s));
  std::vector<RingPacket> taken;
  size_t bytes = 0;
  std::unique_lock lock(mutex_);
  uint64_t next = first_wanted(from);
  for (;;) {
    // What was lost from the old end before it could be taken leaves a gap, which ends with a key frame.
    next = std::max(next, first_);
    for (; next < first_ + packets_.size(); ++next) {
      const RingPacket& p = packets_[next - first_];
      bytes += bytes_of(p);
      if (p.decoded_at > to || bytes > 2 * options_.bytes_max) return taken;
      taken.push_back(p);
    }
    if (closed_) return taken;
    const uint64_t known = first_ + packets_.size();
    if (!more_.wait_until(lock, deadline, [&] { return closed_ || first_ + packets_.size() > known; })) return taken;
  }
}

std::optional<PacketRing::Span> PacketRing::span() const {
  std::lock_guard lock(mutex_);
  if (packets_.empty()) return std::nullopt;
  return Span{packets_.front().time, packets_.back().time, packets_.size(), bytes_};
}

std::shared_ptr<const AVCodecParameters> PacketRing::newest_parameters() const {
  std::lock_guard lock(mutex_);
  return packets_.empty() ? nullptr : packets_.back().parameters;
}

}  // namespace shrike
