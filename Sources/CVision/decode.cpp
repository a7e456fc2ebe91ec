#include "guarded.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <streambuf>
#include <string>

#include <dlfcn.h>
#include <opencv2/core.hpp>
#include <opencv2/core/version.hpp>
#include <opencv2/imgproc.hpp>

namespace {

/// OpenCV tells why it cannot decode on std::cerr only. In place of its buffer this one listens on
/// threads that are decoding and lets all others pass.
class Listener : public std::streambuf {
 public:
  static thread_local std::string *heard;

  explicit Listener(std::streambuf *next) : next_(next) {}

 protected:
  int overflow(int c) override {
    if (c == traits_type::eof()) return traits_type::not_eof(c);
    if (!heard) return next_->sputc(char(c));
    heard->push_back(char(c));
    return c;
  }

  std::streamsize xsputn(const char *text, std::streamsize count) override {
    if (!heard) return next_->sputn(text, count);
    heard->append(text, size_t(count));
    return count;
  }

  int sync() override { return heard ? 0 : next_->pubsync(); }

 private:
  std::streambuf *next_;
};

thread_local std::string *Listener::heard = nullptr;

using Imdecode = cv::Mat (*)(const cv::_InputArray &, int);

/// cv::imdecode, or null and why not. The library is not linked: it brings 140 others with it,
/// which would cost every start of the program; see docs/decisions/0011.
struct Codecs {
  Imdecode imdecode = nullptr;
  std::string problem;

  Codecs() {
    char name[64];
    std::snprintf(name, sizeof name, "libopencv_imgcodecs.so.%d%02d", CV_VERSION_MAJOR,
                  CV_VERSION_MINOR);
    void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    void *symbol = library ? dlsym(library, "_ZN2cv8imdecodeERKNS_11_InputArrayEi") : nullptr;
    if (!symbol) {
      const char *error = dlerror();
      problem = error ? error : name;
      return;
    }
    imdecode = reinterpret_cast<Imdecode>(symbol);
    cv::setNumThreads(1);
    std::cerr.rdbuf(new Listener(std::cerr.rdbuf()));  // for good: std::cerr is never destroyed
  }
};

const Codecs &codecs() {
  static const Codecs loaded;
  return loaded;
}

/// The reason within OpenCV's "… error: (-2:Unspecified error) REASON in function 'F'".
std::string reason(const std::string &heard) {
  size_t start = heard.find("error: (");
  if (start != std::string::npos) start = heard.find(") ", start);
  if (start == std::string::npos) return "OpenCV cannot decode it";
  const size_t end = heard.find(" in function", start);
  std::string text = heard.substr(start + 2, end == std::string::npos ? end : end - start - 2);
  return text.empty() ? "OpenCV cannot decode it" : text.substr(0, text.find('\n'));
}

/// BGR with alpha over white, as RGB.
void flatten(const cv::Mat &from, cv::Mat &to, bool is_premultiplied) {
  for (int y = 0; y < from.rows; y++) {
    const uint8_t *in = from.ptr(y);
    uint8_t *out = to.ptr(y);
    for (int x = 0; x < from.cols; x++, in += 4, out += 3) {
      const unsigned alpha = in[3], white = 255 * (255 - alpha);
      for (int c = 0; c < 3; c++) {
        const unsigned colour = in[2 - c] * (is_premultiplied ? 255 : alpha);
        out[c] = uint8_t(std::min(255u, (colour + white + 127) / 255));
      }
    }
  }
}

}  // namespace

int mien_vision_decode(const uint8_t *data, size_t count, int is_premultiplied,
                       mien_vision_image *image, char *message) {
  *image = mien_vision_image{};
  const int status = guarded(message, [&] {
    if (!codecs().imdecode) {
      fail(message, codecs().problem.c_str());
      return int(MIEN_VISION_NO_CODECS);
    }
    if (count > INT32_MAX) return fail(message, "more than 2 GiB");
    const cv::Mat file(1, int(count), CV_8UC1, const_cast<uint8_t *>(data));
    std::string heard;
    cv::Mat found;
    Listener::heard = &heard;
    try {
      found = codecs().imdecode(file, -1);  // IMREAD_UNCHANGED
    } catch (...) {
      Listener::heard = nullptr;
      throw;
    }
    Listener::heard = nullptr;
    if (found.empty()) return fail(message, reason(heard).c_str());
    if (found.depth() == CV_16U) {
      cv::Mat levels;
      found.convertTo(levels, CV_8U, 1 / 257.0);
      found = levels;
    }
    if (found.depth() != CV_8U) return fail(message, "its samples are not of 8 or 16 bits");
    const int channels = found.channels();
    if (channels == 2 || channels > 4) return fail(message, "neither grey nor in colours");
    image->width = found.cols;
    image->height = found.rows;
    image->channels = channels == 1 ? 1 : 3;
    image->pixels = static_cast<uint8_t *>(std::malloc(found.total() * image->channels));
    if (!image->pixels) return fail(message, "out of memory");
    cv::Mat out(found.rows, found.cols, CV_8UC(image->channels), image->pixels);
    if (channels == 1) {
      found.copyTo(out);
    } else if (channels == 3) {
      cv::cvtColor(found, out, cv::COLOR_BGR2RGB);
    } else {
      flatten(found, out, is_premultiplied);
    }
    return int(MIEN_VISION_OK);
  });
  if (status != MIEN_VISION_OK) {
    std::free(image->pixels);
    image->pixels = nullptr;
  }
  return status;
}
