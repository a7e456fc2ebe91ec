#include "CImageCodecs.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  const uint8_t *data;
  size_t count, position;
  mien_codec_bytes out;
  size_t capacity;
  char *message;
} png_state;

static void on_error(png_structp png, png_const_charp text) {
  png_state *state = png_get_error_ptr(png);
  snprintf(state->message, MIEN_CODEC_MESSAGE_SIZE, "%s", text);
  longjmp(png_jmpbuf(png), 1);
}

static void on_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

static void read_bytes(png_structp png, png_bytep into, size_t count) {
  png_state *state = png_get_io_ptr(png);
  if (count > state->count - state->position) png_error(png, "the file ends too early");
  memcpy(into, state->data + state->position, count);
  state->position += count;
}

static void write_bytes(png_structp png, png_bytep from, size_t count) {
  png_state *state = png_get_io_ptr(png);
  if (count > state->capacity - state->out.count) {
    size_t capacity = 2 * state->capacity + count;
    uint8_t *grown = realloc(state->out.bytes, capacity);
    if (!grown) png_error(png, "out of memory");
    state->out.bytes = grown;
    state->capacity = capacity;
  }
  memcpy(state->out.bytes + state->out.count, from, count);
  state->out.count += count;
}

static void flush_bytes(png_structp png) { (void)png; }

/// Lays samples with alpha (2 or 4 channels) over white, in place.
static void flatten(uint8_t *pixels, size_t count, int channels) {
  int colours = channels - 1;
  for (size_t i = 0; i < count; i++) {
    unsigned alpha = pixels[i * channels + colours];
    for (int c = 0; c < colours; c++) {
      unsigned blend = pixels[i * channels + c] * alpha + 255 * (255 - alpha);
      pixels[i * colours + c] = (uint8_t)((blend + 127) / 255);
    }
  }
}

static int decode(png_structp png, png_infop info, uint64_t pixel_limit, mien_codec_image *image,
                  char *message) {
  if (setjmp(png_jmpbuf(png))) return MIEN_CODEC_BAD_DATA;
  png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);  // the pixel limit below is the real one
  png_read_info(png, info);
  uint64_t width = png_get_image_width(png, info), height = png_get_image_height(png, info);
  if (width * height > pixel_limit) {
    snprintf(message, MIEN_CODEC_MESSAGE_SIZE, "%llux%llu pixels", (unsigned long long)width,
             (unsigned long long)height);
    return MIEN_CODEC_TOO_LARGE;
  }
  png_set_expand(png);
  png_set_scale_16(png);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  int channels = png_get_channels(png, info);
  size_t stride = (size_t)width * channels;
  if (png_get_rowbytes(png, info) != stride) png_error(png, "unexpected row size");
  image->pixels = calloc(height, stride);
  if (!image->pixels) {
    snprintf(message, MIEN_CODEC_MESSAGE_SIZE, "out of memory");
    return MIEN_CODEC_NO_MEMORY;
  }
  for (int pass = 0; pass < passes; pass++)
    for (uint64_t y = 0; y < height; y++) png_read_row(png, image->pixels + y * stride, NULL);
  png_read_end(png, NULL);
  if (channels == 2 || channels == 4) flatten(image->pixels, width * height, channels);
  image->width = (int32_t)width;
  image->height = (int32_t)height;
  image->channels = channels < 3 ? 1 : 3;
  return MIEN_CODEC_OK;
}

int mien_png_decode(const uint8_t *data, size_t count, uint64_t pixel_limit,
                    mien_codec_image *image, char *message) {
  png_state state = {.data = data, .count = count, .message = message};
  memset(image, 0, sizeof *image);
  message[0] = 0;
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &state, on_error, on_warning);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  int status = MIEN_CODEC_NO_MEMORY;
  if (info) {
    png_set_read_fn(png, &state, read_bytes);
    status = decode(png, info, pixel_limit, image, message);
  }
  png_destroy_read_struct(&png, &info, NULL);
  if (status != MIEN_CODEC_OK) {
    free(image->pixels);
    image->pixels = NULL;
  }
  return status;
}

static int encode(png_structp png, png_infop info, const mien_codec_image *image) {
  if (setjmp(png_jmpbuf(png))) return MIEN_CODEC_BAD_DATA;
  png_set_IHDR(png, info, image->width, image->height, 8,
               image->channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB,
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  size_t stride = (size_t)image->width * image->channels;
  for (int32_t y = 0; y < image->height; y++) png_write_row(png, image->pixels + y * stride);
  png_write_end(png, info);
  return MIEN_CODEC_OK;
}

int mien_png_encode(const mien_codec_image *image, mien_codec_bytes *out, char *message) {
  png_state state = {.message = message};
  message[0] = 0;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &state, on_error, on_warning);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  int status = MIEN_CODEC_NO_MEMORY;
  if (info) {
    png_set_write_fn(png, &state, write_bytes, flush_bytes);
    status = encode(png, info, image);
  }
  png_destroy_write_struct(&png, &info);
  if (status == MIEN_CODEC_OK) {
    *out = state.out;
  } else {
    free(state.out.bytes);
  }
  return status;
}

void mien_codec_free(void *memory) { free(memory); }
