// An RTSP camera for tests: serves one GStreamer pipeline at rtsp://127.0.0.1:PORT/cam and prints that URL.
// usage: shrike_rtsp_server [--port N] [--user NAME --password WORD] '( PIPELINE with an RTP payloader named pay0 )'
// A program of its own, so that a test can kill or stop it in the middle of a stream as if its plug were pulled.

#include <csignal>
#include <cstdio>
#include <cstring>
#include <gst/gst.h>
#include <gst/rtsp-server/rtsp-server.h>
#include <string>
#include <sys/prctl.h>

namespace {

struct Arguments {
  std::string port = "0", user, password, pipeline;
};

Arguments parse(int argc, char** argv) {
  Arguments a;
  for (int i = 1; i < argc; ++i) {
    const bool has_value = i + 1 < argc;
    if (std::strcmp(argv[i], "--port") == 0 && has_value) {
      a.port = argv[++i];
    } else if (std::strcmp(argv[i], "--user") == 0 && has_value) {
      a.user = argv[++i];
    } else if (std::strcmp(argv[i], "--password") == 0 && has_value) {
      a.password = argv[++i];
    } else {
      a.pipeline = argv[i];
    }
  }
  return a;
}

void ask_for_password(GstRTSPServer* server, GstRTSPMediaFactory* factory, const Arguments& a) {
  gst_rtsp_media_factory_add_role(factory, "viewer", GST_RTSP_PERM_MEDIA_FACTORY_ACCESS, G_TYPE_BOOLEAN, TRUE,
                                  GST_RTSP_PERM_MEDIA_FACTORY_CONSTRUCT, G_TYPE_BOOLEAN, TRUE, nullptr);
  GstRTSPAuth* auth = gst_rtsp_auth_new();
  GstRTSPToken* token = gst_rtsp_token_new(GST_RTSP_TOKEN_MEDIA_FACTORY_ROLE, G_TYPE_STRING, "viewer", nullptr);
  gchar* basic = gst_rtsp_auth_make_basic(a.user.c_str(), a.password.c_str());
  gst_rtsp_auth_add_basic(auth, basic, token);
  g_free(basic);
  gst_rtsp_token_unref(token);
  gst_rtsp_server_set_auth(server, auth);
  g_object_unref(auth);
}

}  // namespace

int main(int argc, char** argv) {
  // Never outlives the test, however that ends.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  gst_init(&argc, &argv);
  const Arguments arguments = parse(argc, argv);
  if (arguments.pipeline.empty()) {
    std::fprintf(stderr, "usage: %s [--port N] [--user NAME --password WORD] '( PIPELINE )'\n", argv[0]);
    return 2;
  }
  GstRTSPServer* server = gst_rtsp_server_new();
  gst_rtsp_server_set_address(server, "127.0.0.1");
  gst_rtsp_server_set_service(server, arguments.port.c_str());
  GstRTSPMediaFactory* factory = gst_rtsp_media_factory_new();
  gst_rtsp_media_factory_set_launch(factory, arguments.pipeline.c_str());
  gst_rtsp_media_factory_set_shared(factory, TRUE);
  if (!arguments.user.empty()) ask_for_password(server, factory, arguments);
  GstRTSPMountPoints* mounts = gst_rtsp_server_get_mount_points(server);
  gst_rtsp_mount_points_add_factory(mounts, "/cam", factory);
  g_object_unref(mounts);
  if (gst_rtsp_server_attach(server, nullptr) == 0) {
    std::fprintf(stderr, "cannot listen on port %s\n", arguments.port.c_str());
    return 1;
  }
  std::printf("rtsp://127.0.0.1:%d/cam\n", gst_rtsp_server_get_bound_port(server));
  std::fflush(stdout);
  g_main_loop_run(g_main_loop_new(nullptr, FALSE));
  return 0;
}
