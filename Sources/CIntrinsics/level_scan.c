// C, because Swift has no name for the instruction that this is about: VPCOMPRESSB moves the bytes
// whose bits are set in a mask to the front, which is what is left to do when every place of a block
// has the number that ends before it. All else would be as fast in Swift.

#include "CIntrinsics.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define MIEN_TARGET \
  __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi,bmi2,popcnt")))

int mien_can_scan_levels(void) {
  return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("bmi2");
}

// The lowest `count` bits.
static inline uint64_t lowest(size_t count) { return count < 64 ? (1ull << count) - 1 : ~0ull; }

// 64 bytes from `text + place - back` on, digits as their values; what lies outside of the text is
// blank and not touched.
MIEN_TARGET static inline __m512i edge(const uint8_t *text, size_t length, size_t place, size_t back) {
  const uint64_t before = place < back ? lowest(back - place) : 0;
  const size_t rest = length + back - place;
  const __m512i spaces = _mm512_set1_epi8(' ' - '0');
  return _mm512_mask_sub_epi8(
      spaces, lowest(rest) & ~before,
      _mm512_maskz_loadu_epi8(lowest(rest) & ~before, text + (ptrdiff_t)place - (ptrdiff_t)back),
      _mm512_set1_epi8('0'));
}

MIEN_TARGET static inline __m512i inside(const uint8_t *text, size_t place, size_t back) {
  return _mm512_sub_epi8(_mm512_loadu_si512(text + place - back), _mm512_set1_epi8('0'));
}

MIEN_TARGET int mien_scan_levels(const uint8_t *text, size_t length, uint8_t *levels, size_t count) {
  // Ten and a hundred times a digit; three hundred and more is too much whatever follows.
  const __m512i tenfold = _mm512_broadcast_i32x4(
      _mm_setr_epi8(0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 0, 0, 0, 0, 0, 0));
  const __m512i hundredfold = _mm512_broadcast_i32x4(
      _mm_setr_epi8(0, 100, (char)200, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  const __m512i ten = _mm512_set1_epi8(10), two = _mm512_set1_epi8(2);
  const __m512i space = _mm512_set1_epi8(' ' - '0');
  uint64_t before = 0;  // where the block before has digits
  uint64_t doubts = 0;
  size_t found = 0;
  // One place more than the text: the last number ends before it.
  for (size_t place = 0; place <= length; place += 64) {
    __m512i here, last, second, third;
    if (place >= 3 && place + 64 <= length) {
      here = inside(text, place, 0);
      last = inside(text, place, 1);
      second = inside(text, place, 2);
      third = inside(text, place, 3);
    } else {
      here = edge(text, length, place, 0);
      last = edge(text, length, place, 1);
      second = edge(text, length, place, 2);
      third = edge(text, length, place, 3);
    }
    const uint64_t digits = _mm512_cmplt_epu8_mask(here, ten);
    doubts |= ~(digits | _mm512_cmpeq_epi8_mask(here, space));
    // A number ends before a place that has no digit behind one that does.
    const uint64_t ends = ~digits & (digits << 1 | before >> 63);
    const uint64_t hasTwo = ends & (digits << 2 | before >> 62);
    const uint64_t hasThree = hasTwo & (digits << 3 | before >> 61);
    doubts |= hasThree & (digits << 4 | before >> 60);
    before = digits;

    const __m512i pair = _mm512_add_epi8(last, _mm512_maskz_shuffle_epi8(hasTwo, tenfold, second));
    const __m512i hundreds = _mm512_maskz_shuffle_epi8(hasThree, hundredfold, third);
    const __m512i value = _mm512_add_epi8(pair, hundreds);
    doubts |= _mm512_mask_cmpgt_epu8_mask(hasThree, third, two);
    doubts |= _mm512_mask_cmplt_epu8_mask(hasThree, value, hundreds);

    // No more than 32 numbers end in 64 bytes.
    const __m256i packed = _mm512_castsi512_si256(_mm512_maskz_compress_epi8(ends, value));
    const size_t more = (size_t)_mm_popcnt_u64(ends);
    if (count - found >= 32) {
      // Those beyond the last are written over by the next block.
      _mm256_storeu_si256((__m256i *)(levels + found), packed);
    } else {
      if (more > count - found) return 0;
      _mm256_mask_storeu_epi8(levels + found, (__mmask32)lowest(more), packed);
    }
    found += more;
  }
  return found == count && doubts == 0;
}

#else

int mien_can_scan_levels(void) { return 0; }

int mien_scan_levels(const uint8_t *text, size_t length, uint8_t *levels, size_t count) {
  (void)text, (void)length, (void)levels, (void)count;
  return 0;
}

#endif
