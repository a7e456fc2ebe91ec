#ifndef MIEN_STRETCH_H
#define MIEN_STRETCH_H

#include <stddef.h>
#include <stdint.h>

// SoundTouch behind a function that returns: its C++ exceptions must never cross Swift.

#ifdef __cplusplus
extern "C" {
#endif

enum { MIEN_STRETCH_OK = 0, MIEN_STRETCH_FAILED = 1 };

enum { MIEN_STRETCH_MESSAGE_SIZE = 240 };

/// Changes how fast a mono sound goes and how high it is, each without the other.
///
/// `tempo` is the new speed as a factor; `semitones` is how much higher the pitch becomes. The result has
/// round(count / tempo) samples, or as many as there were: what SoundTouch gives beyond is cut, what it
/// keeps to itself is silence. It is freed with mien_stretch_free. Returns MIEN_STRETCH_OK, or another
/// number and a message.
int mien_stretch(const float *samples, size_t count, uint32_t sample_rate, double tempo,
                 double semitones, float **result, size_t *result_count, char *message);

void mien_stretch_free(float *samples);

#ifdef __cplusplus
}
#endif

#endif
