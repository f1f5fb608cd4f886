#if defined(__linux__)

#define _GNU_SOURCE
#include "internal.h"

#include <dlfcn.h>
#include <stdio.h>

curl_functions curl;

static clibcurl_version loaded;
static char problem[256];

/// The beginning of curl_version_info_data, which never changes.
struct version_info {
    int age;
    const char *version;
    unsigned int number;
    const char *host;
    int features;
};

enum { FEATURE_TLS = 1 << 2, FEATURE_ASYNCHRONOUS_DNS = 1 << 7, FEATURE_HTTP2 = 1 << 16, FEATURE_UNIX_SOCKETS = 1 << 19 };

/// The library that the process has already, else a new one: `symbol` says where it is looked for.
static void *library(void) {
    // What FoundationNetworking was linked with: its functions are the process's own.
    if (dlsym(RTLD_DEFAULT, "curl_multi_socket_action")) { return RTLD_DEFAULT; }
    void *handle = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    // Where there is only the one of GnuTLS, which has the same functions.
    if (!handle) { handle = dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL); }
    return handle;
}

static const char *missing;

static void *find(void *library, const char *name) {
    void *symbol = dlsym(library, name);
    if (!symbol) { missing = name; }
    return symbol;
}

#define FIND(member) curl.member = find(from, "curl_" #member)

static bool find_functions(void *from) {
    FIND(global_init);
    FIND(easy_strerror);
    FIND(easy_init);
    FIND(easy_cleanup);
    FIND(easy_setopt);
    FIND(easy_getinfo);
    FIND(easy_pause);
    FIND(slist_append);
    FIND(slist_free_all);
    FIND(share_init);
    FIND(share_setopt);
    FIND(share_cleanup);
    FIND(multi_init);
    FIND(multi_cleanup);
    FIND(multi_setopt);
    FIND(multi_add_handle);
    FIND(multi_remove_handle);
    FIND(multi_socket_action);
    FIND(multi_info_read);
    return !missing;
}

const char *clibcurl_load(void) {
    // RTLD_DEFAULT is a null pointer, too.
    dlerror();
    void *from = library();
    if (!from && !dlsym(RTLD_DEFAULT, "curl_multi_socket_action")) {
        const char *reason = dlerror();
        snprintf(problem, sizeof problem, "libcurl.so.4 was not found (%s)", reason ? reason : "no reason is given");
        return problem;
    }
    if (!find_functions(from)) {
        snprintf(problem, sizeof problem, "libcurl has no %s", missing);
        return problem;
    }
    struct version_info *(*version_info)(int) = (struct version_info * (*)(int)) find(from, "curl_version_info");
    if (!version_info) { return "libcurl does not tell its version"; }
    struct version_info *info = version_info(0);
    loaded.number = info->number;
    loaded.text = info->version;
    loaded.has_tls = info->features & FEATURE_TLS;
    loaded.has_http2 = info->features & FEATURE_HTTP2;
    loaded.has_threaded_resolver = info->features & FEATURE_ASYNCHRONOUS_DNS;
    loaded.has_unix_sockets = info->features & FEATURE_UNIX_SOCKETS;
    // 3: everything, as curl_global_init is documented. Repeated calls are counted.
    if (curl.global_init(3) != 0) { return "libcurl could not be initialised"; }
    loaded.has_zlib = clibcurl_load_zlib();
    clibcurl_load_openssl((void *)curl.multi_socket_action);
    clibcurl_find_keylog((void *)curl.multi_socket_action);
    return NULL;
}

clibcurl_version clibcurl_loaded_version(void) {
    return loaded;
}

const char *clibcurl_error_text(int code) {
    return curl.easy_strerror(code);
}

#endif
