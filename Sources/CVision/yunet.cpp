#include "guarded.h"

#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/core/version.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect/face.hpp>

// OpenCV's FaceDetectorYN reads the network's answers without a look at how many there are. The file
// is a user's, so that is looked at here first, once for each size of picture.

struct mien_yunet {
  std::string path;
  cv::dnn::Net net;
  cv::Ptr<cv::FaceDetectorYN> detector;
  cv::Size size;
};

namespace {

/// The numbers of values that FaceDetectorYN reads from each output, by their names.
std::vector<std::pair<std::string, size_t>> expected_outputs(cv::Size size) {
#if CV_VERSION_MAJOR == 4 && CV_VERSION_MINOR < 7
  const size_t boxes[] = {3, 2, 2, 3};  // a place has, at strides of 8, 16, 32 and 64
  size_t width = (size.width + 1) / 2 / 2, height = (size.height + 1) / 2 / 2, count = 0;
  for (const size_t each : boxes) count += each * (width /= 2) * (height /= 2);
  return {{"loc", 14 * count}, {"conf", 2 * count}, {"iou", count}};
#else
  std::vector<std::pair<std::string, size_t>> outputs;
  for (const int stride : {8, 16, 32}) {
    const auto places = [&](int side) { return size_t((side + 31) / 32 * 32 / stride); };
    const size_t count = places(size.width) * places(size.height);
    const std::string end = "_" + std::to_string(stride);
    for (const auto &part : {std::make_pair("cls", 1), {"obj", 1}, {"bbox", 4}, {"kps", 10}})
      outputs.emplace_back(part.first + end, part.second * count);
  }
  return outputs;
#endif
}

const char *const wanted =
#if CV_VERSION_MAJOR == 4 && CV_VERSION_MINOR < 7
    "face_detection_yunet_2022mar.onnx";
#else
    "face_detection_yunet_2023mar.onnx";
#endif

int unsuited(char *message, const std::string &problem) {
  return fail(message, ("OpenCV " CV_VERSION " needs YuNet as in " + std::string(wanted) + "; " +
                        problem)
                           .c_str());
}

/// Whether the network answers with as much as will be read; a message where it does not.
int check(mien_yunet *yunet, cv::Size size, char *message) {
  const auto outputs = expected_outputs(size);
  std::vector<cv::String> names;
  for (const auto &output : outputs) names.push_back(output.first);
  cv::Size padded = size;
#if CV_VERSION_MAJOR > 4 || CV_VERSION_MINOR >= 7
  padded = cv::Size((size.width + 31) / 32 * 32, (size.height + 31) / 32 * 32);
#endif
  std::vector<cv::Mat> found;
  yunet->net.setInput(cv::dnn::blobFromImage(cv::Mat::zeros(padded, CV_8UC3)));
  try {
    yunet->net.forward(found, names);
  } catch (const cv::Exception &error) {
    return unsuited(message, "this network does not give its answers: " + error.err);
  }
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (found[i].total() != outputs[i].second || found[i].type() != CV_32F)
      return unsuited(message, "this network's output " + outputs[i].first + " has " +
                                   std::to_string(found[i].total()) + " values for " +
                                   std::to_string(size.width) + "x" + std::to_string(size.height) +
                                   " pixels, not " + std::to_string(outputs[i].second));
  }
  return MIEN_VISION_OK;
}

}  // namespace

int mien_yunet_open(const char *path, mien_yunet **yunet, char *message) {
  return guarded(message, [&] {
    cv::setNumThreads(1);
    // What is wrong goes into the message, not to the standard error.
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    auto made = std::make_unique<mien_yunet>();
    made->path = path;
    try {
      made->net = cv::dnn::readNetFromONNX(path);
    } catch (const cv::Exception &) {
      return unsuited(message, "this file holds no network in ONNX's form");
    }
    // A size that both files take.
    const int status = check(made.get(), cv::Size(320, 320), message);
    if (status == MIEN_VISION_OK) *yunet = made.release();
    return status;
  });
}

void mien_yunet_close(mien_yunet *yunet) { delete yunet; }

int mien_yunet_detect(mien_yunet *yunet, const uint8_t *grey, int32_t width, int32_t height,
                      float least_score, float most_overlap, mien_yunet_face **faces,
                      size_t *count, char *message) {
  return guarded(message, [&] {
    const cv::Size size(width, height);
    if (yunet->size != size) {
      yunet->size = cv::Size();
      const int status = check(yunet, size, message);
      if (status != MIEN_VISION_OK) return status;
      yunet->detector = cv::FaceDetectorYN::create(yunet->path, "", size);
      yunet->size = size;
    }
    yunet->detector->setScoreThreshold(least_score);
    yunet->detector->setNMSThreshold(most_overlap);
    cv::Mat image, found;
    cv::cvtColor(cv::Mat(size, CV_8UC1, const_cast<uint8_t *>(grey)), image, cv::COLOR_GRAY2BGR);
    yunet->detector->detect(image, found);
    static_assert(sizeof(mien_yunet_face) == 15 * sizeof(float), "as a row of OpenCV's answer");
    if (found.rows > 0 && (found.cols != 15 || found.type() != CV_32F || !found.isContinuous()))
      return fail(message, "OpenCV's answer has another form");
    const size_t bytes = size_t(found.rows) * sizeof(mien_yunet_face);
    auto *out = static_cast<mien_yunet_face *>(std::malloc(bytes + 1));
    if (!out) return fail(message, "out of memory");
    if (bytes > 0) std::memcpy(out, found.data, bytes);
    *faces = out;
    *count = size_t(found.rows);
    return int(MIEN_VISION_OK);
  });
}
