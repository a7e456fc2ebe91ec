#include "guarded.h"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace {

void denoise(const mien_preprocessing &settings, const cv::Mat &from, cv::Mat &to) {
  switch (settings.denoising) {
    case MIEN_DENOISE_MEDIAN:
      cv::medianBlur(from, to, settings.size);
      break;
    case MIEN_DENOISE_GAUSSIAN:
      cv::GaussianBlur(from, to, cv::Size(), settings.sigma, 0, cv::BORDER_REFLECT_101);
      break;
    case MIEN_DENOISE_BILATERAL:
      cv::bilateralFilter(from, to, settings.size, settings.level_sigma, settings.sigma,
                          cv::BORDER_REFLECT_101);
      break;
    default:
      from.copyTo(to);
  }
}

}  // namespace

int mien_vision_preprocess(const mien_preprocessing *settings, const uint8_t *pixels,
                           uint8_t *result, int32_t width, int32_t height, size_t count,
                           char *message) {
  return guarded(message, [&] {
    // The caller works on many pictures at once.
    static const bool is_serial = (cv::setNumThreads(1), true);
    (void)is_serial;
    cv::Ptr<cv::CLAHE> clahe;
    if (settings->equalisation == MIEN_EQUALISE_CLAHE)
      clahe = cv::createCLAHE(settings->clip_limit, cv::Size(settings->tiles, settings->tiles));
    const size_t size = size_t(width) * size_t(height);
    cv::Mat clean;
    for (size_t i = 0; i < count; i++) {
      const cv::Mat from(height, width, CV_8UC1, const_cast<uint8_t *>(pixels + i * size));
      cv::Mat to(height, width, CV_8UC1, result + i * size);
      const bool is_last = settings->equalisation == MIEN_EQUALISE_NONE;
      denoise(*settings, from, is_last ? to : clean);
      if (settings->equalisation == MIEN_EQUALISE_HISTOGRAM) cv::equalizeHist(clean, to);
      if (clahe) clahe->apply(clean, to);
      if (to.data != result + i * size) return fail(message, "OpenCV put the result elsewhere");
    }
    return int(MIEN_VISION_OK);
  });
}
