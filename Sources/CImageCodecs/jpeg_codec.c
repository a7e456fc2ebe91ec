#include "CImageCodecs.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

typedef struct {
  struct jpeg_error_mgr manager;  // first, so that libjpeg's pointer is also ours
  jmp_buf escape;
  char *message;
} error_state;

static void on_error(j_common_ptr jpeg) {
  error_state *state = (error_state *)jpeg->err;
  char text[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, text);
  snprintf(state->message, MIEN_CODEC_MESSAGE_SIZE, "%s", text);
  longjmp(state->escape, 1);
}

/// libjpeg fills what is missing with grey and merely warns; for us a damaged file is an error.
/// Stray bytes between segments are harmless and common.
static void on_message(j_common_ptr jpeg, int level) {
  if (level >= 0 || jpeg->err->msg_code == JWRN_EXTRANEOUS_DATA) return;
  on_error(jpeg);
}

static void set_error_handlers(error_state *state, char *message) {
  jpeg_std_error(&state->manager);
  state->manager.error_exit = on_error;
  state->manager.emit_message = on_message;
  state->message = message;
  message[0] = 0;
}

/// Ink to light. Adobe's files hold the inks inverted.
static void convert_cmyk(const uint8_t *inks, uint8_t *rgb, size_t width, int inverted) {
  for (size_t x = 0; x < width; x++) {
    unsigned black = inverted ? inks[4 * x + 3] : 255u - inks[4 * x + 3];
    for (int c = 0; c < 3; c++) {
      unsigned light = inverted ? inks[4 * x + c] : 255u - inks[4 * x + c];
      rgb[3 * x + c] = (uint8_t)((light * black + 127) / 255);
    }
  }
}

static int decode(struct jpeg_decompress_struct *jpeg, error_state *state, const uint8_t *data,
                  size_t count, uint64_t pixel_limit, mien_codec_image *image) {
  if (setjmp(state->escape)) return MIEN_CODEC_BAD_DATA;
  jpeg_create_decompress(jpeg);
  jpeg_mem_src(jpeg, data, count);
  jpeg_read_header(jpeg, TRUE);
  uint64_t pixels = (uint64_t)jpeg->image_width * jpeg->image_height;
  if (pixels > pixel_limit) {
    snprintf(state->message, MIEN_CODEC_MESSAGE_SIZE, "%ux%u pixels", jpeg->image_width,
             jpeg->image_height);
    return MIEN_CODEC_TOO_LARGE;
  }
  switch (jpeg->jpeg_color_space) {
    case JCS_GRAYSCALE: jpeg->out_color_space = JCS_GRAYSCALE; break;
    case JCS_RGB:
    case JCS_YCbCr: jpeg->out_color_space = JCS_RGB; break;
    case JCS_CMYK:
    case JCS_YCCK: jpeg->out_color_space = JCS_CMYK; break;
    default:
      snprintf(state->message, MIEN_CODEC_MESSAGE_SIZE,
               "a JPEG of %d components in no known colour space", jpeg->num_components);
      return MIEN_CODEC_BAD_DATA;
  }
  int channels = jpeg->out_color_space == JCS_GRAYSCALE ? 1 : 3;
  size_t stride = (size_t)jpeg->image_width * channels;
  image->pixels = calloc(jpeg->image_height, stride);
  if (!image->pixels) {
    snprintf(state->message, MIEN_CODEC_MESSAGE_SIZE, "out of memory");
    return MIEN_CODEC_NO_MEMORY;
  }
  jpeg_start_decompress(jpeg);
  JSAMPARRAY inks = NULL;  // owned by libjpeg's pool
  if (jpeg->out_color_space == JCS_CMYK)
    inks = jpeg->mem->alloc_sarray((j_common_ptr)jpeg, JPOOL_IMAGE, 4 * jpeg->output_width, 1);
  while (jpeg->output_scanline < jpeg->output_height) {
    uint8_t *row = image->pixels + jpeg->output_scanline * stride;
    if (inks) {
      jpeg_read_scanlines(jpeg, inks, 1);
      convert_cmyk(inks[0], row, jpeg->output_width, jpeg->saw_Adobe_marker);
    } else {
      jpeg_read_scanlines(jpeg, &row, 1);
    }
  }
  image->width = (int32_t)jpeg->output_width;
  image->height = (int32_t)jpeg->output_height;
  image->channels = channels;
  jpeg_finish_decompress(jpeg);
  return MIEN_CODEC_OK;
}

int mien_jpeg_decode(const uint8_t *data, size_t count, uint64_t pixel_limit,
                     mien_codec_image *image, char *message) {
  struct jpeg_decompress_struct jpeg;
  error_state state;
  memset(image, 0, sizeof *image);
  memset(&jpeg, 0, sizeof jpeg);
  set_error_handlers(&state, message);
  jpeg.err = &state.manager;
  int status = decode(&jpeg, &state, data, count, pixel_limit, image);
  jpeg_destroy_decompress(&jpeg);
  if (status != MIEN_CODEC_OK) {
    free(image->pixels);
    image->pixels = NULL;
  }
  return status;
}

static int encode(struct jpeg_compress_struct *jpeg, error_state *state,
                  const mien_codec_image *image, int quality, unsigned char **bytes,
                  unsigned long *count) {
  if (setjmp(state->escape)) return MIEN_CODEC_BAD_DATA;
  jpeg_create_compress(jpeg);
  jpeg_mem_dest(jpeg, bytes, count);
  jpeg->image_width = (JDIMENSION)image->width;
  jpeg->image_height = (JDIMENSION)image->height;
  jpeg->input_components = image->channels;
  jpeg->in_color_space = image->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(jpeg);
  jpeg_set_quality(jpeg, quality, TRUE);
  jpeg_start_compress(jpeg, TRUE);
  size_t stride = (size_t)image->width * image->channels;
  while (jpeg->next_scanline < jpeg->image_height) {
    JSAMPROW row = image->pixels + jpeg->next_scanline * stride;
    jpeg_write_scanlines(jpeg, &row, 1);
  }
  jpeg_finish_compress(jpeg);
  return MIEN_CODEC_OK;
}

int mien_jpeg_encode(const mien_codec_image *image, int quality, mien_codec_bytes *out,
                     char *message) {
  struct jpeg_compress_struct jpeg;
  error_state state;
  unsigned char *bytes = NULL;
  unsigned long count = 0;
  memset(&jpeg, 0, sizeof jpeg);
  set_error_handlers(&state, message);
  jpeg.err = &state.manager;
  int status = encode(&jpeg, &state, image, quality, &bytes, &count);
  jpeg_destroy_compress(&jpeg);
  if (status == MIEN_CODEC_OK) {
    *out = (mien_codec_bytes){.bytes = bytes, .count = count};
  } else {
    free(bytes);
  }
  return status;
}
