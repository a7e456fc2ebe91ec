#include "guarded.h"

#include <algorithm>
#include <cmath>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace {

/// A square of a picture at another size; beyond the border its pixels are repeated.
cv::Mat cut(const cv::Mat &image, const mien_square &square, int size) {
  const int side = std::max(1, int(std::lround(square.side)));
  const int x = int(std::lround(square.x - square.side / 2));
  const int y = int(std::lround(square.y - square.side / 2));
  const cv::Rect wanted(x, y, side, side);
  const cv::Rect inside = wanted & cv::Rect(0, 0, image.cols, image.rows);
  cv::Mat part;
  if (inside == wanted) {
    part = image(wanted);
  } else {
    // At least a pixel of the border, for squares that lie outside altogether.
    const int left = std::clamp(x, 0, image.cols - 1), top = std::clamp(y, 0, image.rows - 1);
    const int right = std::clamp(x + side, left + 1, image.cols);
    const int bottom = std::clamp(y + side, top + 1, image.rows);
    const int before = std::clamp(left - x, 0, side - 1), above = std::clamp(top - y, 0, side - 1);
    cv::Mat kept = image(cv::Rect(left, top, std::min(right - left, side - before),
                                  std::min(bottom - top, side - above)));
    cv::copyMakeBorder(kept, part, above, side - above - kept.rows, before,
                       side - before - kept.cols, cv::BORDER_REPLICATE);
  }
  cv::Mat resized;
  cv::resize(part, resized, cv::Size(size, size), 0, 0,
             side > size ? cv::INTER_AREA : cv::INTER_LINEAR);
  return resized;
}

/// How far the top of a parabola through three values at -1, 0 and 1 lies from 0.
double top(double before, double middle, double after) {
  const double curvature = before - 2 * middle + after;
  if (!(curvature < 0)) return 0;
  return std::clamp((before - after) / (2 * curvature), -0.5, 0.5);
}

}  // namespace

int mien_vision_patch(const uint8_t *grey, int32_t width, int32_t height, mien_square square,
                      int32_t size, uint8_t *patch, char *message) {
  return guarded(message, [&] {
    const cv::Mat image(height, width, CV_8UC1, const_cast<uint8_t *>(grey));
    cut(image, square, size).copyTo(cv::Mat(size, size, CV_8UC1, patch));
    return int(MIEN_VISION_OK);
  });
}

int mien_vision_follow(const uint8_t *grey, int32_t width, int32_t height, const uint8_t *patch,
                       int32_t size, double reach, mien_square *square, double *correlation,
                       char *message) {
  return guarded(message, [&] {
    const cv::Mat image(height, width, CV_8UC1, const_cast<uint8_t *>(grey));
    const cv::Mat wanted(size, size, CV_8UC1, const_cast<uint8_t *>(patch));
    const mien_square start = *square;
    double best = -2;
    for (const double scale : {1.0, 0.95, 1.05}) {
      const double side = start.side * scale;
      const int room = int(std::lround(size * (1 + 2 * reach)));
      const mien_square region{start.x, start.y, side * room / size};
      cv::Mat scores;
      cv::matchTemplate(cut(image, region, room), wanted, scores, cv::TM_CCOEFF_NORMED);
      cv::patchNaNs(scores, 0);
      double score;
      cv::Point place;
      cv::minMaxLoc(scores, nullptr, &score, nullptr, &place);
      // Another scale has to be plainly better, or the square would breathe.
      if (!(score > best + (scale == 1.0 ? 0 : 0.01))) continue;
      best = score;
      const auto at = [&](int dx, int dy) {
        return double(scores.at<float>(std::clamp(place.y + dy, 0, scores.rows - 1),
                                       std::clamp(place.x + dx, 0, scores.cols - 1)));
      };
      const double x = place.x + top(at(-1, 0), at(0, 0), at(1, 0));
      const double y = place.y + top(at(0, -1), at(0, 0), at(0, 1));
      const double pixel = side / size, middle = (room - size) / 2.0;
      *square = mien_square{start.x + (x - middle) * pixel, start.y + (y - middle) * pixel, side};
    }
    // A single grey level gives what is no correlation.
    *correlation = std::isfinite(best) && best <= 1.0001 && best >= -1.0001 ? best : 0;
    return int(MIEN_VISION_OK);
  });
}
