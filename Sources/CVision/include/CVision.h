#ifndef MIEN_VISION_H
#define MIEN_VISION_H

#include <stddef.h>
#include <stdint.h>

// OpenCV behind functions that return: its C++ exceptions must never cross Swift. Every function
// that can fail returns 0, or another number and a message.

#ifdef __cplusplus
extern "C" {
#endif

enum { MIEN_VISION_OK = 0, MIEN_VISION_FAILED = 1 };

enum { MIEN_VISION_MESSAGE_SIZE = 240 };

typedef struct mien_cascade mien_cascade;

/// Reads a trained cascade (Viola and Jones 2001, DOI 10.1109/CVPR.2001.990517) from XML.
int mien_cascade_open(const char *path, mien_cascade **cascade, char *message);

void mien_cascade_close(mien_cascade *cascade);

#ifdef __cplusplus
}
#endif

#endif
