#ifndef MIEN_LEVEL_SCAN_H
#define MIEN_LEVEL_SCAN_H

#include <stddef.h>
#include <stdint.h>

/// Whether this processor has what mien_scan_levels is made of (AVX-512 with VBMI2).
int mien_can_scan_levels(void);

/// Reads exactly `count` decimal numbers 0...255 from `length` bytes of text, 64 at a time. 1 where the
/// text is digits and spaces and holds so many numbers, each of at most three digits; 0 otherwise, and
/// `levels` then holds something or other. Only where mien_can_scan_levels() is not 0.
int mien_scan_levels(const uint8_t *text, size_t length, uint8_t *levels, size_t count);

#endif
