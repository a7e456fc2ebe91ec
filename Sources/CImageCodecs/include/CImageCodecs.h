#ifndef MIEN_IMAGE_CODECS_H
#define MIEN_IMAGE_CODECS_H

#include <stddef.h>
#include <stdint.h>

// libpng and libjpeg report errors by longjmp, which must never cross Swift. Every function here
// returns 0, or another number and a message; what it allocates is freed with mien_codec_free.

enum { MIEN_CODEC_OK = 0, MIEN_CODEC_BAD_DATA = 1, MIEN_CODEC_TOO_LARGE = 2, MIEN_CODEC_NO_MEMORY = 3 };

enum { MIEN_CODEC_MESSAGE_SIZE = 240 };

typedef struct {
  int32_t width, height;
  int32_t channels;  // 1 grey or 3 RGB, interleaved
  uint8_t *pixels;   // width * height * channels bytes, or null
} mien_codec_image;

typedef struct {
  uint8_t *bytes;
  size_t count;
} mien_codec_bytes;

/// Decodes a whole PNG of any kind to 8-bit grey or RGB; alpha is laid over white.
int mien_png_decode(const uint8_t *data, size_t count, uint64_t pixel_limit,
                    mien_codec_image *image, char *message);

/// Decodes a whole JPEG to 8-bit grey or RGB; CMYK and YCCK are converted.
int mien_jpeg_decode(const uint8_t *data, size_t count, uint64_t pixel_limit,
                     mien_codec_image *image, char *message);

/// Encodes 8-bit grey (channels 1) or RGB (3) as PNG.
int mien_png_encode(const mien_codec_image *image, mien_codec_bytes *out, char *message);

/// Encodes 8-bit grey (channels 1) or RGB (3) as baseline JPEG, quality 1 to 100.
int mien_jpeg_encode(const mien_codec_image *image, int quality, mien_codec_bytes *out,
                     char *message);

void mien_codec_free(void *memory);

#endif
