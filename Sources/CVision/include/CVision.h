#ifndef MIEN_VISION_H
#define MIEN_VISION_H

#include <stddef.h>
#include <stdint.h>

// OpenCV behind functions that return: its C++ exceptions must never cross Swift. Every function
// that can fail returns 0, or another number and a message; what it allocates is freed with
// mien_vision_free.

#ifdef __cplusplus
extern "C" {
#endif

enum { MIEN_VISION_OK = 0, MIEN_VISION_FAILED = 1, MIEN_VISION_NO_CODECS = 2 };

enum { MIEN_VISION_MESSAGE_SIZE = 240 };

typedef struct mien_cascade mien_cascade;

typedef struct {
  int32_t x, y, width, height;
} mien_box;

typedef struct {
  int32_t width, height;
  int32_t channels;  // 1 grey or 3 RGB, interleaved
  uint8_t *pixels;   // width * height * channels bytes, or null
} mien_vision_image;

/// Reads a trained cascade (Viola and Jones 2001, DOI 10.1109/CVPR.2001.990517) from XML. One
/// cascade serves one thread at a time.
int mien_cascade_open(const char *path, mien_cascade **cascade, char *message);

void mien_cascade_close(mien_cascade *cascade);

/// Looks for what the cascade was trained on in an 8-bit grey image, in windows from `min_size`
/// upwards, each `scale_factor` larger than the one before; what fewer than `min_neighbours` + 1
/// similar windows agree on is left out. The boxes are largest first, then from the top, then from
/// the left.
int mien_cascade_detect(mien_cascade *cascade, const uint8_t *grey, int32_t width, int32_t height,
                        double scale_factor, int32_t min_neighbours, int32_t min_size,
                        mien_box **boxes, size_t *count, char *message);

typedef struct mien_yunet mien_yunet;

typedef struct {
  float x, y;
} mien_point;

/// A face that YuNet found, in pixels; right and left are the person's.
typedef struct {
  float x, y, width, height;
  mien_point right_eye, left_eye, nose, right_mouth, left_mouth;
  float score;  // 0 to 1
} mien_yunet_face;

/// Reads the network YuNet (Wu et al. 2023, DOI 10.1007/s11633-023-1423-y) from ONNX: the file of March
/// 2022 before OpenCV 4.7, that of March 2023 from then on. One serves one thread at a time.
int mien_yunet_open(const char *path, mien_yunet **yunet, char *message);

void mien_yunet_close(mien_yunet *yunet);

/// Looks for faces in an 8-bit grey image; those below `least_score` are left out, and of two that
/// share more than `most_overlap` of what both cover the less sure one. The surest comes first.
int mien_yunet_detect(mien_yunet *yunet, const uint8_t *grey, int32_t width, int32_t height,
                      float least_score, float most_overlap, mien_yunet_face **faces,
                      size_t *count, char *message);

/// Decodes a file with OpenCV's imdecode to 8-bit grey or RGB: 16 bits become 8, alpha is laid over
/// white (`is_premultiplied`: the colours hold it already). `MIEN_VISION_NO_CODECS` where
/// OpenCV's library of codecs, which is loaded at the first call, is not installed. The caller has
/// looked at the declared size: OpenCV allocates what the file asks for.
int mien_vision_decode(const uint8_t *data, size_t count, int is_premultiplied,
                       mien_vision_image *image, char *message);

enum {
  MIEN_DENOISE_NONE = 0,
  MIEN_DENOISE_MEDIAN = 1,
  MIEN_DENOISE_GAUSSIAN = 2,
  MIEN_DENOISE_BILATERAL = 3
};

enum { MIEN_EQUALISE_NONE = 0, MIEN_EQUALISE_HISTOGRAM = 1, MIEN_EQUALISE_CLAHE = 2 };

typedef struct {
  int32_t denoising;
  int32_t size;        // of the median's and the bilateral filter's window, odd
  double sigma;        // of the Gaussian and the bilateral filter, in pixels
  double level_sigma;  // of the bilateral filter, in grey levels
  int32_t equalisation;
  double clip_limit;  // of CLAHE
  int32_t tiles;      // of CLAHE, along each side
} mien_preprocessing;

/// Takes noise away from `count` 8-bit grey images of one size and then spreads their levels; those
/// in `result`, which is other memory, lie as in `pixels`, one after another.
int mien_vision_preprocess(const mien_preprocessing *settings, const uint8_t *pixels,
                           uint8_t *result, int32_t width, int32_t height, size_t count,
                           char *message);

/// A square of a picture by its middle and its side, in pixels; it may reach beyond the picture's border,
/// whose pixels are then repeated.
typedef struct {
  double x, y, side;
} mien_square;

/// A square of an 8-bit grey image as `size` x `size` pixels, each the mean of what it covers.
int mien_vision_patch(const uint8_t *grey, int32_t width, int32_t height, mien_square square,
                      int32_t size, uint8_t *patch, char *message);

/// Looks for a patch of `size` x `size` pixels around a square, up to `reach` of its side away and a little
/// smaller or larger; gives the square that it resembles most and the correlation coefficient of the
/// two, -1 to 1, 0 where one of them has a single grey level.
int mien_vision_follow(const uint8_t *grey, int32_t width, int32_t height, const uint8_t *patch,
                       int32_t size, double reach, mien_square *square, double *correlation,
                       char *message);

void mien_vision_free(void *memory);

#ifdef __cplusplus
}
#endif

#endif
