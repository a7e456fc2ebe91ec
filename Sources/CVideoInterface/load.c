#include "CVideoInterface.h"

#include <dlfcn.h>
#include <stdio.h>

typedef const mien_video_functions *(*entry)(void);

const mien_video_functions *mien_video_load(const char *path, char *message) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  void *symbol = library ? dlsym(library, MIEN_VIDEO_ENTRY) : NULL;
  if (!symbol) {
    const char *error = dlerror();
    snprintf(message, MIEN_VIDEO_MESSAGE_SIZE, "%s", error ? error : path);
    return NULL;
  }
  return ((entry)symbol)();
}
