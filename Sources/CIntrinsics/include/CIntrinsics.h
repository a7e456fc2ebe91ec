#ifndef MIEN_INTRINSICS_H
#define MIEN_INTRINSICS_H

#include <stddef.h>
#include <stdint.h>

// Loops that are about an instruction for which Swift has no name. Each has a twin in Swift for other
// processors, and is called only where the function beside it says that this one can.

/// Whether this processor has what mien_scan_levels is made of (AVX-512 with VBMI2).
int mien_can_scan_levels(void);

/// Reads exactly `count` decimal numbers 0...255 from `length` bytes of text, 64 at a time. 1 where the
/// text is digits and spaces and holds so many numbers, each of at most three digits; 0 otherwise, and
/// `levels` then holds something or other.
int mien_scan_levels(const uint8_t *text, size_t length, uint8_t *levels, size_t count);

/// Whether this processor has what the functions below are made of (AVX-512 with BF16).
int mien_has_bfloat16(void);

/// sums [rows][32] = x [rows][2 pairs], whose rows are `stride` apart, times w [pairs][32][2], both in
/// bfloat16. A row's sums do not depend on the others.
void mien_bfloat16_product(size_t rows, size_t pairs, const uint16_t *x, size_t stride,
                           const uint16_t *w, float *sums);

/// Rounds groups of `count` floats, at most 16, to nearest even. A group begins 16 floats behind the one
/// before it, and `stride` numbers in the target. Numbers below the normal ones become 0.
void mien_round_to_bfloat16(size_t groups, size_t count, const float *source, uint16_t *target,
                            size_t stride);

#endif
