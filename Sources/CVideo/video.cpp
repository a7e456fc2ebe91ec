#include "CVideo.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>

#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>

struct mien_video_reader {
  cv::VideoCapture capture;
  std::string path;
  cv::Mat bgr, rgb;
};

struct mien_video_writer {
  cv::VideoWriter writer;
  std::string path;
  int width, height;
  cv::Mat bgr;
};

namespace {

int fail(char *message, const char *reason) {
  std::snprintf(message, MIEN_VIDEO_MESSAGE_SIZE, "%s", reason);
  return MIEN_VIDEO_FAILED;
}

/// Runs the body; an exception becomes a message.
template <typename Body>
int guarded(char *message, Body body) {
  try {
    return body();
  } catch (const std::exception &error) {
    return fail(message, error.what());
  } catch (...) {
    return fail(message, "an unknown exception");
  }
}

/// Frames larger than this are not worth their memory to anybody who looks for faces.
constexpr double kMostPixels = 8192.0 * 8192.0;

int opened(std::unique_ptr<mien_video_reader> made, mien_video_reader **reader,
           mien_video_info *info, char *message) {
  cv::VideoCapture &capture = made->capture;
  const double width = capture.get(cv::CAP_PROP_FRAME_WIDTH);
  const double height = capture.get(cv::CAP_PROP_FRAME_HEIGHT);
  if (!(width >= 1 && height >= 1)) return fail(message, "it has no pictures");
  if (width * height > kMostPixels) return fail(message, "its pictures are too large");
  const double rate = capture.get(cv::CAP_PROP_FPS);
  const double count = capture.get(cv::CAP_PROP_FRAME_COUNT);
  *info = mien_video_info{int32_t(width), int32_t(height), rate > 0 && rate < 1e6 ? rate : 0,
                          count > 0 && count < 1e12 ? int64_t(count) : 0};
  *reader = made.release();
  return MIEN_VIDEO_OK;
}

int open_file(const char *path, mien_video_reader **reader, mien_video_info *info, char *message) {
  return guarded(message, [&] {
    auto made = std::make_unique<mien_video_reader>();
    made->path = path;
    if (!made->capture.open(path, cv::CAP_FFMPEG)) return fail(message, "no video in it can be read");
    return opened(std::move(made), reader, info, message);
  });
}

int open_camera(const char *device, mien_video_reader **reader, mien_video_info *info,
                char *message) {
  return guarded(message, [&] {
    auto made = std::make_unique<mien_video_reader>();
    if (!made->capture.open(device, cv::CAP_V4L2)) return fail(message, "it gives no pictures");
    // The newest picture counts, not one that has waited.
    made->capture.set(cv::CAP_PROP_BUFFERSIZE, 1);
    return opened(std::move(made), reader, info, message);
  });
}

int advance(mien_video_reader *reader, double *milliseconds, char *message) {
  return guarded(message, [&] {
    if (!reader->capture.grab()) return int(MIEN_VIDEO_END);
    *milliseconds = reader->capture.get(cv::CAP_PROP_POS_MSEC);
    return int(MIEN_VIDEO_OK);
  });
}

int picture(mien_video_reader *reader, mien_video_picture *picture, char *message) {
  return guarded(message, [&] {
    if (!reader->capture.retrieve(reader->bgr) || reader->bgr.empty())
      return fail(message, "a picture cannot be decoded");
    if (double(reader->bgr.cols) * reader->bgr.rows > kMostPixels)
      return fail(message, "its pictures are too large");
    if (reader->bgr.type() == CV_8UC1)
      cv::cvtColor(reader->bgr, reader->rgb, cv::COLOR_GRAY2RGB);
    else if (reader->bgr.type() == CV_8UC3)
      cv::cvtColor(reader->bgr, reader->rgb, cv::COLOR_BGR2RGB);
    else
      return fail(message, "its pictures are neither grey nor RGB of 8 bits");
    *picture = mien_video_picture{reader->rgb.data, reader->rgb.cols, reader->rgb.rows};
    return int(MIEN_VIDEO_OK);
  });
}

int skip(mien_video_reader *reader, double milliseconds, int64_t *next, char *message) {
  return guarded(message, [&] {
    cv::VideoCapture &capture = reader->capture;
    *next = 0;
    const double rate = capture.get(cv::CAP_PROP_FPS);
    if (!(rate > 0)) return int(MIEN_VIDEO_OK);
    capture.set(cv::CAP_PROP_POS_FRAMES, std::floor(milliseconds * rate / 1000));
    if (capture.grab() && capture.get(cv::CAP_PROP_POS_MSEC) <= milliseconds) {
      const double number = capture.get(cv::CAP_PROP_POS_FRAMES);
      if (number >= 1 && number < 1e12) {
        *next = int64_t(number);
        return int(MIEN_VIDEO_OK);
      }
    }
    return capture.open(reader->path, cv::CAP_FFMPEG)
               ? int(MIEN_VIDEO_OK)
               : fail(message, "it could be opened once, but not again");
  });
}

void close_reader(mien_video_reader *reader) { delete reader; }

int create(const char *path, const char *codec, double frames_per_second, int32_t width,
           int32_t height, mien_video_writer **writer, char *message) {
  return guarded(message, [&] {
    auto made = std::make_unique<mien_video_writer>();
    made->path = path;
    made->width = width;
    made->height = height;
    const int letters = cv::VideoWriter::fourcc(codec[0], codec[1], codec[2], codec[3]);
    if (!made->writer.open(path, cv::CAP_FFMPEG, letters, frames_per_second,
                           cv::Size(width, height), true))
      return fail(message, "the video cannot be begun");
    *writer = made.release();
    return int(MIEN_VIDEO_OK);
  });
}

int write_frame(mien_video_writer *writer, const uint8_t *rgb, char *message) {
  return guarded(message, [&] {
    const cv::Mat picture(writer->height, writer->width, CV_8UC3, const_cast<uint8_t *>(rgb));
    cv::cvtColor(picture, writer->bgr, cv::COLOR_RGB2BGR);
    writer->writer.write(writer->bgr);
    return int(MIEN_VIDEO_OK);
  });
}

int close_writer(mien_video_writer *writer, char *message) {
  const std::unique_ptr<mien_video_writer> owned(writer);
  return guarded(message, [&] {
    owned->writer.release();
    return int(MIEN_VIDEO_OK);
  });
}

const mien_video_functions functions = {open_file,    open_camera, advance,     picture,     skip,
                                        close_reader, create,      write_frame, close_writer};

}  // namespace

const mien_video_functions *mien_video(void) {
  static const bool prepared = [] {
    // What FFmpeg and OpenCV have to say comes back as a status; they would print it, too.
    setenv("OPENCV_FFMPEG_LOGLEVEL", "-8", 0);
    // A playlist must not make a local file a way into the network.
    setenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", "protocol_whitelist;file", 0);
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    // Mien shares the work out itself.
    cv::setNumThreads(1);
    return true;
  }();
  (void)prepared;
  return &functions;
}
