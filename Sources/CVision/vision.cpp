#include "CVision.h"

#include <cstdio>
#include <exception>
#include <memory>

#include <opencv2/core.hpp>
#include <opencv2/objdetect.hpp>

struct mien_cascade {
  cv::CascadeClassifier classifier;
};

static int fail(char *message, const char *reason) {
  std::snprintf(message, MIEN_VISION_MESSAGE_SIZE, "%s", reason);
  return MIEN_VISION_FAILED;
}

int mien_cascade_open(const char *path, mien_cascade **cascade, char *message) {
  try {
    auto made = std::make_unique<mien_cascade>();
    if (!made->classifier.load(path)) return fail(message, "it holds no cascade");
    *cascade = made.release();
    return MIEN_VISION_OK;
  } catch (const std::exception &error) {
    return fail(message, error.what());
  } catch (...) {
    return fail(message, "an unknown exception");
  }
}

void mien_cascade_close(mien_cascade *cascade) { delete cascade; }
