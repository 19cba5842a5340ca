#include "video/mp4_file.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace shrike {
namespace {

constexpr AVRational kMicroseconds{1, 1'000'000};
constexpr AVRational kMp4Unit{1, 90'000};

/// Makes the file (or the folder's list of names) survive a power cut. 0 or a negative errno.
int sync(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return AVERROR(errno);
  const int error = ::fsync(fd) == 0 ? 0 : AVERROR(errno);
  ::close(fd);
  return error;
}

}  // namespace

Result<Mp4File> Mp4File::create(const std::filesystem::path& path, const AVCodecParameters& video) {
  ff::keep_quiet();
  Mp4File file;
  file.path_ = path;
  file.part_ = path.string() + ".part";
  // "file:" keeps FFmpeg from taking a colon in the name for a protocol; moving the index opens this name once more.
  const std::string url = "file:" + file.part_.string();
  AVFormatContext* output = nullptr;
  int error = avformat_alloc_output_context2(&output, nullptr, "mp4", url.c_str());
  if (error < 0) return file.failed(error);
  file.output_.reset(output);
  AVStream* stream = avformat_new_stream(output, nullptr);
  error = avcodec_parameters_copy(stream->codecpar, &video);
  stream->codecpar->codec_tag = 0;
  stream->time_base = kMp4Unit;
  if (error >= 0) error = avio_open2(&output->pb, url.c_str(), AVIO_FLAG_WRITE, nullptr, nullptr);
  AVDictionary* options = nullptr;
  av_dict_set(&options, "movflags", "+faststart", 0);
  if (error >= 0) error = avformat_write_header(output, &options);
  av_dict_free(&options);
  if (error < 0) return file.failed(error);
  return file;
}

Mp4File::~Mp4File() {
  if (!output_) return;
  const bool opened = output_->pb != nullptr;
  output_.reset();
  if (opened) ::unlink(part_.c_str());
}

Result<void> Mp4File::write(const AVPacket& packet) {
  const AVRational unit = output_->streams[0]->time_base;
  if (!base_us_) base_us_ = packet.dts;
  ff::PacketPtr copy(av_packet_clone(&packet));
  if (!copy) return failed(AVERROR(ENOMEM));
  copy->stream_index = 0;
  copy->pos = -1;
  copy->dts = std::max(av_rescale_q(packet.dts - *base_us_, kMicroseconds, unit), last_dts_ + 1);
  copy->pts = std::max(av_rescale_q(packet.pts - *base_us_, kMicroseconds, unit), copy->dts);
  copy->duration = av_rescale_q(packet.duration, kMicroseconds, unit);
  last_dts_ = copy->dts;
  const int error = av_write_frame(output_.get(), copy.get());
  if (error < 0) return failed(error);
  return {};
}

Result<int64_t> Mp4File::finish() {
  int error = av_write_trailer(output_.get());
  if (error >= 0) error = output_->pb->error;
  if (const int closed = avio_closep(&output_->pb); error >= 0) error = closed;
  if (error >= 0) error = sync(part_);
  struct stat about {};
  if (error >= 0 && ::stat(part_.c_str(), &about) != 0) error = AVERROR(errno);
  if (error >= 0 && ::rename(part_.c_str(), path_.c_str()) != 0) error = AVERROR(errno);
  output_.reset();
  if (error < 0) {
    ::unlink(part_.c_str());
    return failed(error);
  }
  const auto folder = path_.parent_path();
  error = sync(folder.empty() ? "." : folder);
  if (error < 0) return failed(error);
  return about.st_size;
}

tl::unexpected<Error> Mp4File::failed(int error) const {
  return unavailable(fmt::format("{}: cannot be written: {}", path_.string(), ff::message(error)));
}

}  // namespace shrike
