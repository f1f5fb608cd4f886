#if defined(__linux__)

#define _GNU_SOURCE
#include "internal.h"

#include <dlfcn.h>
#include <stdlib.h>

// libcurl writes the keys of all TLS connections to the file that SSLKEYLOGFILE names, which is a help to those who look
// at packets and a leak where somebody else sets the environment. There is no option against it, and the environment is
// the process's; but libcurl shows each TLS context before it is used, and the function that writes can be taken out.

enum { OPTION_SSL_CTX_FUNCTION = 20108 };

/// OpenSSL's, since 1.1.1. Null where nothing is written, and with another TLS library.
static void (*set_keylog_callback)(void *context, void (*callback)(const void *connection, const char *line));

static int take_keylog_out(CURL *easy, void *context, void *unused) {
    (void)easy;
    (void)unused;
    set_keylog_callback(context, NULL);
    return 0;
}

void clibcurl_find_keylog(void *function) {
    // libcurl looks at it once, too.
    Dl_info info;
    if (!getenv("SSLKEYLOGFILE") || !dladdr(function, &info) || !info.dli_fname) { return; }
    // By libcurl's own dependencies: a process may have several libraries for TLS.
    void *library = dlopen(info.dli_fname, RTLD_NOW | RTLD_NOLOAD);
    if (!library) { return; }
    void *symbol = dlsym(library, "SSL_CTX_set_keylog_callback");
    set_keylog_callback = (void (*)(void *, void (*)(const void *, const char *)))symbol;
}

void clibcurl_keep_keys(CURL *easy) {
    // Refused by a libcurl that has another library for TLS.
    if (set_keylog_callback) { curl.easy_setopt(easy, OPTION_SSL_CTX_FUNCTION, take_keylog_out); }
}

#endif
