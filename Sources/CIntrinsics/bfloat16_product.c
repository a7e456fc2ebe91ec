// C, because Swift has no names for the instructions: VDPBF16PS multiplies 32 pairs of bfloat16 and adds
// each two of them to a float, VCVTNEPS2BF16 rounds floats to bfloat16.

#include "CIntrinsics.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#define MIEN_TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16")))
#define MIEN_INLINE static inline __attribute__((always_inline))

int mien_has_bfloat16(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bf16");
}

// Two numbers of a row, in all lanes.
MIEN_TARGET MIEN_INLINE __m512bh both(const uint16_t *x) {
  int32_t pair;
  memcpy(&pair, x, sizeof pair);
  return (__m512bh)_mm512_set1_epi32(pair);
}

// `rows` is a constant wherever this is inlined, so that the sums stay in registers.
MIEN_TARGET MIEN_INLINE void block(const int rows, size_t pairs, const uint16_t *x, size_t stride,
                                   const uint16_t *w, float *sums) {
  __m512 first[12], second[12];
#pragma clang loop unroll(full)
  for (int row = 0; row < rows; row++) first[row] = second[row] = _mm512_setzero_ps();
  for (size_t pair = 0; pair < pairs; pair++) {
    const __m512bh w0 = (__m512bh)_mm512_loadu_si512(w + pair * 64);
    const __m512bh w1 = (__m512bh)_mm512_loadu_si512(w + pair * 64 + 32);
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) {
      const __m512bh numbers = both(x + row * stride + 2 * pair);
      first[row] = _mm512_dpbf16_ps(first[row], numbers, w0);
      second[row] = _mm512_dpbf16_ps(second[row], numbers, w1);
    }
  }
#pragma clang loop unroll(full)
  for (int row = 0; row < rows; row++) {
    _mm512_storeu_ps(sums + row * 32, first[row]);
    _mm512_storeu_ps(sums + row * 32 + 16, second[row]);
  }
}

MIEN_TARGET void mien_bfloat16_product(size_t rows, size_t pairs, const uint16_t *x, size_t stride,
                                       const uint16_t *w, float *sums) {
  size_t row = 0;
  for (; rows - row >= 12; row += 12) block(12, pairs, x + row * stride, stride, w, sums + row * 32);
  // Nine are the tiles of a 12x12 image.
  for (; rows - row >= 9; row += 9) block(9, pairs, x + row * stride, stride, w, sums + row * 32);
  for (; rows - row >= 4; row += 4) block(4, pairs, x + row * stride, stride, w, sums + row * 32);
  for (; row < rows; row++) block(1, pairs, x + row * stride, stride, w, sums + row * 32);
}

MIEN_TARGET void mien_round_to_bfloat16(size_t groups, size_t count, const float *source,
                                        uint16_t *target, size_t stride) {
  const __mmask16 some = (__mmask16)((1u << count) - 1);
  for (size_t group = 0; group < groups; group++) {
    const __m512 numbers = _mm512_maskz_loadu_ps(some, source + group * 16);
    _mm256_mask_storeu_epi16(target + group * stride, some, (__m256i)_mm512_cvtneps_pbh(numbers));
  }
}

#else

int mien_has_bfloat16(void) { return 0; }

void mien_bfloat16_product(size_t rows, size_t pairs, const uint16_t *x, size_t stride,
                           const uint16_t *w, float *sums) {
  (void)rows, (void)pairs, (void)x, (void)stride, (void)w, (void)sums;
}

void mien_round_to_bfloat16(size_t groups, size_t count, const float *source, uint16_t *target,
                            size_t stride) {
  (void)groups, (void)count, (void)source, (void)target, (void)stride;
}

#endif
