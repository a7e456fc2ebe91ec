#ifndef MIEN_GUARDED_H
#define MIEN_GUARDED_H

#include "CVision.h"

#include <cstdio>
#include <exception>

static inline int fail(char *message, const char *reason) {
  std::snprintf(message, MIEN_VISION_MESSAGE_SIZE, "%s", reason);
  return MIEN_VISION_FAILED;
}

/// Runs the body; an exception becomes a message.
template <typename Body>
int guarded(char *message, Body body) {
  try {
    return body();
  } catch (const std::exception &error) {
    return fail(message, error.what());
  } catch (...) {
    return fail(message, "an unknown exception");
  }
}

#endif
