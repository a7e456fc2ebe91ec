#include "CStretch.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <limits>

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

#include <soundtouch/SoundTouch.h>

static_assert(sizeof(soundtouch::SAMPLETYPE) == sizeof(float),
              "SoundTouch has to be built for floats");

// Debian's SoundTouch is built with -ffast-math, and so switches the processor to flush small numbers to
// zero as soon as it is loaded, in the thread that loads it and all that come from it: 1e-310 would be 0
// everywhere in the program. It is loaded before the program's own constructors run; this one takes it back.
__attribute__((constructor)) static void keep_small_numbers() {
#if defined(__SSE2__)
  constexpr unsigned flush_to_zero = 0x8000, denormals_are_zero = 0x0040;
  _mm_setcsr(_mm_getcsr() & ~(flush_to_zero | denormals_are_zero));
#elif defined(__aarch64__)
  uint64_t control;
  asm volatile("mrs %0, fpcr" : "=r"(control));
  asm volatile("msr fpcr, %0" : : "r"(control & ~(uint64_t(1) << 24)));
#endif
}

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
