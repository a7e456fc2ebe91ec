#ifndef MIEN_VIDEO_INTERFACE_H
#define MIEN_VIDEO_INTERFACE_H

#include <stdint.h>

// What the library of CVideo offers. It is not linked but loaded when a video is to be read: OpenCV's
// reader brings Debian's FFmpeg with it, a GPL build of 200 libraries, which neither a program that
// embeds Mien nor the start of `mien` should have to carry.

#ifdef __cplusplus
extern "C" {
#endif

enum { MIEN_VIDEO_OK = 0, MIEN_VIDEO_FAILED = 1, MIEN_VIDEO_END = 2 };

enum { MIEN_VIDEO_MESSAGE_SIZE = 240 };

typedef struct mien_video_reader mien_video_reader;
typedef struct mien_video_writer mien_video_writer;

typedef struct {
  int32_t width, height;
  double frames_per_second;  // 0 where it is not known
  int64_t frame_count;       // what the file says; 0 where it does not
} mien_video_info;

typedef struct {
  const uint8_t *rgb;  // height rows of 3 * width bytes without gaps; good until the next call
  int32_t width, height;
} mien_video_picture;

/// Functions that can fail give a status and then a message of at most MIEN_VIDEO_MESSAGE_SIZE bytes.
/// A reader and a writer serve one thread at a time.
typedef struct {
  /// Opens a file.
  int (*open_file)(const char *path, mien_video_reader **reader, mien_video_info *info,
                   char *message);
  /// Opens a camera by its device, such as /dev/video0.
  int (*open_camera)(const char *device, mien_video_reader **reader, mien_video_info *info,
                     char *message);
  /// Goes on by a frame and gives its time in milliseconds, as the file tells it.
  int (*advance)(mien_video_reader *reader, double *milliseconds, char *message);
  /// The frame's picture; a frame whose picture is not asked for costs less.
  int (*picture)(mien_video_reader *reader, mien_video_picture *picture, char *message);
  /// Goes on to a frame at or before a time of a file that was just opened, and gives the number of
  /// the frame behind it, counted at the file's rate; where the file cannot do that it is at its start
  /// again, and the number is 0.
  int (*skip)(mien_video_reader *reader, double milliseconds, int64_t *next, char *message);
  void (*close_reader)(mien_video_reader *reader);

  /// Begins a file whose codec is told by four letters, such as mp4v.
  int (*create)(const char *path, const char *codec, double frames_per_second, int32_t width,
                int32_t height, mien_video_writer **writer, char *message);
  /// Adds a frame of the size that the file was begun with, RGB without gaps.
  int (*write)(mien_video_writer *writer, const uint8_t *rgb, char *message);
  /// Ends the file.
  int (*close_writer)(mien_video_writer *writer, char *message);
} mien_video_functions;

/// The name of the function in the loaded library that gives them:
/// `const mien_video_functions *mien_video(void)`.
#define MIEN_VIDEO_ENTRY "mien_video"

/// Loads the library at a path and gives its functions, which stay for good; null and a message where
/// that fails.
const mien_video_functions *mien_video_load(const char *path, char *message);

#ifdef __cplusplus
}
#endif

#endif
