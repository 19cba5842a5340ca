#include "video/parameter_watch.h"

#include <cstring>

namespace shrike {
namespace {

struct FreeParser {
  void operator()(AVCodecParserContext* p) const { av_parser_close(p); }
};

/// MP4 and Matroska carry parameter sets apart (first byte 1); RTSP and MPEG-TS have them between start codes.
bool sets_come_in_packets(const AVCodecParameters& p) {
  const bool has_sets = p.codec_id == AV_CODEC_ID_H264 || p.codec_id == AV_CODEC_ID_HEVC;
  return has_sets && (p.extradata_size == 0 || p.extradata[0] == 0);
}

void set_extradata(AVCodecParameters& p, const uint8_t* data, size_t size) {
  av_freep(&p.extradata);
  p.extradata = static_cast<uint8_t*>(av_mallocz(size + AV_INPUT_BUFFER_PADDING_SIZE));
  std::memcpy(p.extradata, data, size);
  p.extradata_size = static_cast<int>(size);
}

/// Size of the picture in `packet`, taken from its parameter sets; left as it was where they do not say.
void read_size(const AVPacket& packet, AVCodecParameters& p) {
  const std::unique_ptr<AVCodecParserContext, FreeParser> parser(av_parser_init(p.codec_id));
  const ff::CodecPtr context(avcodec_alloc_context3(nullptr));
  if (!parser || avcodec_parameters_to_context(context.get(), &p) < 0) return;
  parser->flags |= PARSER_FLAG_COMPLETE_FRAMES;
  uint8_t* out = nullptr;
  int out_size = 0;
  av_parser_parse2(parser.get(), context.get(), &out, &out_size, packet.data, packet.size, packet.pts, packet.dts, 0);
  if (parser->width > 0 && parser->height > 0) {
    p.width = parser->width;
    p.height = parser->height;
  }
}

}  // namespace

SharedParameters copy_of(const AVCodecParameters& parameters) {
  std::unique_ptr<AVCodecParameters, ff::Free> copy(avcodec_parameters_alloc());
  avcodec_parameters_copy(copy.get(), &parameters);
  return {copy.release(), [](const AVCodecParameters* p) { ff::Free()(const_cast<AVCodecParameters*>(p)); }};
}

ParameterWatch::ParameterWatch(SharedParameters parameters) : parameters_(std::move(parameters)) {
  if (!sets_come_in_packets(*parameters_)) return;
  AVBSFContext* filter = nullptr;
  if (av_bsf_alloc(av_bsf_get_by_name("extract_extradata"), &filter) < 0) return;
  extract_.reset(filter);
  avcodec_parameters_copy(filter->par_in, parameters_.get());
  if (av_bsf_init(filter) < 0) extract_.reset();
}

const SharedParameters& ParameterWatch::look(const AVPacket& packet) {
  size_t size = 0;
  if (const uint8_t* data = av_packet_get_side_data(&packet, AV_PKT_DATA_NEW_EXTRADATA, &size); data != nullptr) {
    change(packet, data, size);
  } else if (extract_ && (packet.flags & AV_PKT_FLAG_KEY) != 0) {
    ff::PacketPtr copy(av_packet_clone(&packet));
    if (copy && av_bsf_send_packet(extract_.get(), copy.get()) >= 0) {
      while (av_bsf_receive_packet(extract_.get(), copy.get()) >= 0) {
        data = av_packet_get_side_data(copy.get(), AV_PKT_DATA_NEW_EXTRADATA, &size);
        if (data != nullptr) change(packet, data, size);
      }
    }
  }
  return parameters_;
}

void ParameterWatch::change(const AVPacket& packet, const uint8_t* extradata, size_t size) {
  const AVCodecParameters& old = *parameters_;
  if (static_cast<size_t>(old.extradata_size) == size && std::memcmp(old.extradata, extradata, size) == 0) return;
  SharedParameters changed = copy_of(old);
  auto& p = const_cast<AVCodecParameters&>(*changed);  // ours alone until it is handed out
  set_extradata(p, extradata, size);
  read_size(packet, p);
  parameters_ = std::move(changed);
}

}  // namespace shrike
