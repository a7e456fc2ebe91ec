#include "CStretch.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <limits>

#include <soundtouch/SoundTouch.h>

static_assert(sizeof(soundtouch::SAMPLETYPE) == sizeof(float),
              "SoundTouch has to be built for floats");

#if defined(__SSE__)
#include <xmmintrin.h>

/// Debian builds SoundTouch with -ffast-math, which makes the loader switch numbers below the normal ones off
/// for the whole program: sums come out different, and JSON with such a number is refused. Ours runs
/// after the library's, and switches them on again.
__attribute__((constructor)) static void keep_subnormal_numbers() {
  constexpr unsigned kFlushToZero = 0x8000, kDenormalsAreZero = 0x0040;
  _mm_setcsr(_mm_getcsr() & ~(kFlushToZero | kDenormalsAreZero));
}
#endif

static int fail(char *message, const char *reason) {
  std::snprintf(message, MIEN_STRETCH_MESSAGE_SIZE, "%s", reason);
  return MIEN_STRETCH_FAILED;
}

int mien_stretch(const float *samples, size_t count, uint32_t sample_rate, double tempo,
                 double semitones, float **result, size_t *result_count, char *message) {
  try {
    if (count > std::numeric_limits<unsigned>::max()) return fail(message, "the sound is too long");
    const size_t wanted = std::max<size_t>(1, size_t(std::llround(double(count) / tempo)));
    auto *out = static_cast<float *>(std::calloc(wanted, sizeof(float)));
    if (!out) return fail(message, "out of memory");
    size_t filled = 0;
    try {
      soundtouch::SoundTouch touch;
      touch.setSampleRate(sample_rate);
      touch.setChannels(1);
      touch.setTempo(tempo);
      touch.setPitchSemiTones(semitones);
      const auto take = [&] {
        while (filled < wanted) {
          const auto room = unsigned(std::min<size_t>(wanted - filled, 1 << 16));
          const unsigned got = touch.receiveSamples(out + filled, room);
          if (got == 0) break;
          filled += got;
        }
      };
      // In pieces, so that what is kept between input and output stays small.
      for (size_t start = 0; start < count; start += 1 << 16) {
        touch.putSamples(samples + start, unsigned(std::min<size_t>(count - start, 1 << 16)));
        take();
      }
      touch.flush();
      take();
    } catch (...) {
      std::free(out);
      throw;
    }
    *result = out;
    *result_count = wanted;
    return MIEN_STRETCH_OK;
  } catch (const std::exception &error) {
    return fail(message, error.what());
  } catch (...) {
    return fail(message, "an unknown exception");
  }
}

void mien_stretch_free(float *samples) { std::free(samples); }
