#include "video/source.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fmt/format.h>
#include <string_view>

extern "C" {
#include <libavdevice/avdevice.h>
}

#include "base/time.h"
#include "video/resolve.h"
#include "video/wait.h"

namespace shrike {
namespace {

/// Containers of moving pictures, and raw streams of them. Others that FFmpeg would open (play lists, subtitles, SDP)
/// name further files or are no video at all.
constexpr std::array<std::string_view, 21> kVideoFormats{"mov,mp4,m4a,3gp,3g2,mj2",
                                                         "matroska,webm",
                                                         "avi",
                                                         "mpegts",
                                                         "mpeg",
                                                         "mpegvideo",
                                                         "h264",
                                                         "hevc",
                                                         "m4v",
                                                         "flv",
                                                         "asf",
                                                         "ogg",
                                                         "mjpeg",
                                                         "gif",
                                                         "ivf",
                                                         "mxf",
                                                         "nut",
                                                         "dv",
                                                         "yuv4mpegpipe",
                                                         "mpjpeg",
                                                         "rm"};

std::string streams_found(const AVFormatContext& input) {
  std::string list;
  for (unsigned i = 0; i < input.nb_streams; ++i) {
    const auto& p = *input.streams[i]->codecpar;
    const char* kind = av_get_media_type_string(p.codec_type);
    list += fmt::format("{}{} ({})", list.empty() ? "" : ", ", kind != nullptr ? kind : "unknown",
                        avcodec_get_name(p.codec_id));
  }
  return list.empty() ? "nothing" : list;
}

/// Options for FFmpeg; what it did not take is freed here.
class Dictionary {
 public:
  Dictionary() = default;
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;
  ~Dictionary() { av_dict_free(&d_); }
  void set(const char* key, const std::string& value) { av_dict_set(&d_, key, value.c_str(), 0); }
  AVDictionary** get() { return &d_; }

 private:
  AVDictionary* d_ = nullptr;
};

std::string microseconds(double s) { return std::to_string(static_cast<int64_t>(s * 1e6)); }

}  // namespace

void Source::Patience::renew() { deadline_s = monotonic_s() + timeout_s; }
bool Source::Patience::out() const { return stop.stop_requested() || monotonic_s() > deadline_s; }

Result<Source> Source::open(const SourceOptions& options, std::stop_token stop) {
  ff::keep_quiet();
  TRY(const SourceKind kind, source_kind(options.url));
  Source source;
  source.kind_ = kind;
  source.name_ = mask_credentials(options.url);
  source.had_credentials_ = has_credentials(options.url);
  source.patience_ = std::make_unique<Patience>(Patience{std::move(stop), options.timeout_s, 0});
  source.patience_->renew();
  switch (kind) {
    case SourceKind::file:
      TRY_VOID(source.open_file(options));
      break;
    case SourceKind::rtsp:
      TRY_VOID(source.open_rtsp(options));
      break;
    case SourceKind::device:
      TRY_VOID(source.open_device(options));
      break;
  }
  TRY_VOID(source.find_video());
  return source;
}

Result<void> Source::open_file(const SourceOptions& options) {
  std::error_code error;
  const std::filesystem::path path(options.url);
  if (!std::filesystem::exists(path, error)) return bad_input(name_ + ": there is no such file");
  if (std::filesystem::is_directory(path, error)) return bad_input(name_ + ": is a folder, not a video");
  if (std::filesystem::is_regular_file(path, error) && std::filesystem::file_size(path, error) == 0) {
    return bad_input(name_ + ": is empty (0 bytes)");
  }
  const AVIOInterruptCB patience{[](void* p) { return static_cast<Patience*>(p)->out() ? 1 : 0; }, patience_.get()};
  AVIOContext* io = nullptr;
  if (const int e = avio_open2(&io, ("file:" + options.url).c_str(), AVIO_FLAG_READ, &patience, nullptr); e < 0) {
    return bad_input(fmt::format("{}: cannot be opened: {}", name_, ff::message(e)));
  }
  file_.reset(io);
  // The name is kept from the probe: what the bytes say counts, not what the file is called.
  const AVInputFormat* format = nullptr;
  const int probed = av_probe_input_buffer2(file_.get(), &format, "", nullptr, 0, 1 << 20);
  if (probed < 0 || std::find(kVideoFormats.begin(), kVideoFormats.end(), format->name) == kVideoFormats.end()) {
    return bad_input(name_ + ": is not a video" +
                     (probed < 0 ? std::string(" (its first bytes are those of no known format)")
                                 : fmt::format(" (it looks like {})", format->long_name)));
  }
  Dictionary none;
  return connect(format, "", none.get());
}

Result<void> Source::open_rtsp(const SourceOptions& options) {
  const HostPort where = host_of(options.url);
  if (where.host.empty()) return bad_input(name_ + ": names no host; expected rtsp://HOST:PORT/PATH");
  if (auto known = wait_for_address(where.host, options.timeout_s, patience_->stop); !known) {
    return fail(std::move(known.error()), name_);
  }
  patience_->renew();
  Dictionary rtsp;
  rtsp.set("rtsp_transport", options.transport == RtspTransport::tcp ? "tcp" : "udp");
  rtsp.set("allowed_media_types", "video");
  rtsp.set("timeout", microseconds(options.timeout_s));
  rtsp.set("max_delay", "500000");     // UDP: how long to wait for a packet that was overtaken
  rtsp.set("buffer_size", "2097152");  // UDP: a key frame of 4K comes as a burst of a thousand packets
  rtsp.set("analyzeduration", "2000000");
  rtsp.set("fpsprobesize", "2");
  rtsp.set("user_agent", "Shrike");
  return connect(nullptr, options.url, rtsp.get());
}

Result<void> Source::open_device(const SourceOptions& options) {
  avdevice_register_all();
  const AVInputFormat* v4l2 = av_find_input_format("v4l2");
  if (v4l2 == nullptr) return bad_input(name_ + ": this FFmpeg was built without V4L2");
  // Compressed first: raw pictures would fill the packet ring within seconds.
  for (const char* wanted : {"h264", "mjpeg", ""}) {
    Dictionary v4l;
    if (*wanted != '\0') v4l.set("input_format", wanted);
    auto opened = connect(v4l2, options.url, v4l.get());
    if (opened || *wanted == '\0') return opened;
  }
  return {};
}

Result<void> Source::connect(const AVInputFormat* format, const std::string& url, AVDictionary** options) {
  AVFormatContext* context = avformat_alloc_context();
  context->interrupt_callback = {[](void* p) { return static_cast<Patience*>(p)->out() ? 1 : 0; }, patience_.get()};
  context->pb = file_.get();
  context->max_streams = 64;
  // A V4L2 read that blocks asks nobody; so it does not block, and read() waits.
  if (kind_ == SourceKind::device) context->flags |= AVFMT_FLAG_NONBLOCK;
  context->flags |= AVFMT_FLAG_DISCARD_CORRUPT;
  av_dict_set(options, "protocol_whitelist",
              kind_ == SourceKind::file ? "file" : "rtsp,rtsps,rtp,rtcp,udp,tcp,tls,http", 0);
  if (const int e = avformat_open_input(&context, url.c_str(), format, options); e < 0) {
    if (kind_ == SourceKind::file && e != AVERROR_EXIT) {
      return bad_input(
          fmt::format("{}: is a {} file, but cut off or damaged ({})", name_, format->long_name,
                      e == AVERROR_INVALIDDATA || e == AVERROR_EOF ? "its index is missing" : ff::message(e)));
    }
    return explain(e);
  }
  input_.reset(context);
  return {};
}

Result<void> Source::find_video() {
  patience_->renew();
  const int found = avformat_find_stream_info(input_.get(), nullptr);
  // Out of patience is no failure where the camera's description says enough: the picture may just come late.
  if (patience_->stop.stop_requested()) return explain(AVERROR_EXIT);
  for (unsigned i = 0; i < input_->nb_streams; ++i) {
    AVStream* s = input_->streams[i];
    const bool video = s->codecpar->codec_type == AVMEDIA_TYPE_VIDEO && s->codecpar->codec_id != AV_CODEC_ID_NONE &&
                       (s->disposition & AV_DISPOSITION_ATTACHED_PIC) == 0;
    if (video && stream_ == nullptr) {
      stream_ = s;
    } else {
      s->discard = AVDISCARD_ALL;
    }
  }
  if (stream_ == nullptr) {
    if (patience_->out()) return explain(AVERROR_EXIT);
    return bad_input(fmt::format("{}: has no video stream; found: {}", name_, streams_found(*input_)));
  }
  const AVCodecParameters& p = *stream_->codecpar;
  if (p.width > 0 && p.height > 0) {
    if (auto size = ff::check_size(p.width, p.height); !size) return fail(std::move(size.error()), name_);
  } else if (found < 0 || kind_ == SourceKind::file) {
    return kind_ == SourceKind::file
               ? bad_input(fmt::format("{}: is cut off or damaged: {} video without one whole picture", name_,
                                       avcodec_get_name(p.codec_id)))
               : explain(found < 0 ? found : AVERROR_EXIT);
  }
  parameters_ = copy_of(p);
  return {};
}

Result<ff::PacketPtr> Source::read() {
  patience_->renew();
  for (ff::PacketPtr packet = ff::new_packet();;) {
    const int e = av_read_frame(input_.get(), packet.get());
    if (patience_->stop.stop_requested() || (e == AVERROR_EOF && kind_ == SourceKind::file)) return ff::PacketPtr();
    if (e == AVERROR(EAGAIN) && !patience_->out()) {
      // V4L2 only: nothing there yet, and nothing that could be waited on, so look again soon.
      wait_for(0.005, patience_->stop);
      continue;
    }
    if (e < 0) return explain(e == AVERROR(EAGAIN) ? AVERROR_EXIT : e);
    if (packet->stream_index == stream_->index) return packet;
    av_packet_unref(packet.get());
    if (patience_->out()) return explain(AVERROR_EXIT);
  }
}

double Source::frame_s() const {
  for (const AVRational rate : {stream_->avg_frame_rate, stream_->r_frame_rate}) {
    const double fps = rate.den > 0 ? av_q2d(rate) : 0;
    if (fps >= 0.1 && fps <= 240) return 1 / fps;
  }
  return 1.0 / 25;
}

double Source::duration_s() const {
  if (kind_ != SourceKind::file) return 0;
  // For a cut-off file FFmpeg may guess the duration from the bytes that are left; the number of frames stays.
  const double counted_s = static_cast<double>(stream_->nb_frames) * frame_s();
  if (stream_->duration > 0) {
    return std::max(counted_s, static_cast<double>(stream_->duration) * av_q2d(stream_->time_base));
  }
  return std::max(counted_s, input_->duration > 0 ? static_cast<double>(input_->duration) / AV_TIME_BASE : 0.0);
}

tl::unexpected<Error> Source::explain(int error) const {
  const auto no = [&](const std::string& why) { return unavailable(name_ + ": " + why); };
  const auto wrong = [&](const std::string& why) { return bad_input(name_ + ": " + why); };
  // What FFmpeg makes of being interrupted depends on where that happened.
  const bool interrupted = error != AVERROR_HTTP_UNAUTHORIZED && patience_->out();
  switch (interrupted ? AVERROR_EXIT : error) {
    case AVERROR_EXIT:
    case AVERROR(ETIMEDOUT):
      if (patience_->stop.stop_requested()) return no("stopped");
      return no(fmt::format("stalled: nothing came for {:g} s; is the camera overloaded, or the network?",
                            patience_->timeout_s));
    case AVERROR(ECONNREFUSED):
      return no(
          fmt::format("refused the connection on port {}; is RTSP switched on in the camera, and is this its port?",
                      host_of(name_).port));
    case AVERROR(EHOSTUNREACH):
    case AVERROR(ENETUNREACH):
      return no("cannot be reached; does it have power, and is it in this network?");
    case AVERROR_HTTP_UNAUTHORIZED:
    case AVERROR_HTTP_FORBIDDEN:
      return wrong(had_credentials_ ? "does not accept this user name and password (401 Unauthorized)"
                                    : "asks for a user name and password (401 Unauthorized); write them as "
                                      "rtsp://USER:PASSWORD@HOST/PATH");
    case AVERROR_HTTP_NOT_FOUND:
      return wrong("has no stream of this name (404 Not Found); check what follows the host");
    case AVERROR(ENOENT):
    case AVERROR(ENODEV):
    case AVERROR(ENXIO):
      return no("there is no such device; is the camera plugged in?");
    case AVERROR(EBUSY):
      return no("is in use by another program");
    case AVERROR(EACCES):
      return wrong("may not be opened by this user (permission denied)");
    case AVERROR_EOF:
    case AVERROR(EIO):
    case AVERROR(EPIPE):
    case AVERROR(ECONNRESET):
      return no("closed the connection");
    case AVERROR_INVALIDDATA:
    case AVERROR_PROTOCOL_NOT_FOUND:
      return kind_ == SourceKind::file ? wrong("is damaged from here on") : no("sends what is not RTSP video");
    default:
      return no(ff::message(error));
  }
}

}  // namespace shrike
