// KISS FFT on frames of real numbers, the other side of docs/decisions/0019-fourier-over-frames.md:
//
//     cc -O3 -march=native kissfft.c -o kissfft $(pkg-config --cflags --libs kissfft-float) && ./kissfft

#include <kiss_fftr.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return 1e9 * time.tv_sec + time.tv_nsec;
}

int main(void) {
  const int lengths[] = {512, 2048};
  for (int i = 0; i < 2; i++) {
    const int length = lengths[i];
    kiss_fftr_cfg plan = kiss_fftr_alloc(length, 0, NULL, NULL);
    float *frame = malloc(sizeof(float) * length);
    kiss_fft_cpx *spectrum = malloc(sizeof(kiss_fft_cpx) * (length / 2 + 1));
    for (int j = 0; j < length; j++) frame[j] = rand() / (float)RAND_MAX - 0.5f;
    double best = 1e18;
    for (int round = 0; round < 50; round++) {
      const double start = now();
      for (int k = 0; k < 500; k++) kiss_fftr(plan, frame, spectrum);
      const double time = (now() - start) / 500;
      if (time < best) best = time;
    }
    printf("%d samples: %.0f ns a frame\n", length, best);
    free(frame);
    free(spectrum);
    kiss_fftr_free(plan);
  }
}
