#ifndef MIEN_VIDEO_H
#define MIEN_VIDEO_H

#include <CVideoInterface.h>

#ifdef __cplusplus
extern "C" {
#endif

/// OpenCV's reader and writer of videos behind functions that return.
const mien_video_functions *mien_video(void);

#ifdef __cplusplus
}
#endif

#endif
