#include "guarded.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <tuple>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/objdetect.hpp>

struct mien_cascade {
  cv::CascadeClassifier classifier;
};

int mien_cascade_open(const char *path, mien_cascade **cascade, char *message) {
  return guarded(message, [&] {
    // Mien works on many files at once; threads within one would only get in their way.
    cv::setNumThreads(1);
    auto made = std::make_unique<mien_cascade>();
    if (!made->classifier.load(path)) return fail(message, "it holds no cascade");
    *cascade = made.release();
    return int(MIEN_VISION_OK);
  });
}

void mien_cascade_close(mien_cascade *cascade) { delete cascade; }

int mien_cascade_detect(mien_cascade *cascade, const uint8_t *grey, int32_t width, int32_t height,
                        double scale_factor, int32_t min_neighbours, int32_t min_size,
                        mien_box **boxes, size_t *count, char *message) {
  return guarded(message, [&] {
    const cv::Mat image(height, width, CV_8UC1, const_cast<uint8_t *>(grey));
    std::vector<cv::Rect> found;
    cascade->classifier.detectMultiScale(image, found, scale_factor, min_neighbours, 0,
                                         cv::Size(min_size, min_size));
    std::sort(found.begin(), found.end(), [](const cv::Rect &a, const cv::Rect &b) {
      return std::make_tuple(-a.area(), a.y, a.x) < std::make_tuple(-b.area(), b.y, b.x);
    });
    const size_t room = std::max<size_t>(1, found.size()) * sizeof(mien_box);
    auto *out = static_cast<mien_box *>(std::malloc(room));
    if (!out) return fail(message, "out of memory");
    std::transform(found.begin(), found.end(), out, [](const cv::Rect &box) {
      return mien_box{box.x, box.y, box.width, box.height};
    });
    *boxes = out;
    *count = found.size();
    return int(MIEN_VISION_OK);
  });
}

void mien_vision_free(void *memory) { std::free(memory); }
