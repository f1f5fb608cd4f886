#if defined(__linux__)

#define _GNU_SOURCE
#include "internal.h"

#include <dlfcn.h>
#include <errno.h>

// What is needed of OpenSSL (1.1 and later, and what is compatible with it), written down for the same reason as
// libcurl's prototypes.

typedef void SSL;
typedef void SSL_CTX;
typedef void BIO;
typedef int (*session_callback)(SSL *ssl, void *session);

static struct {
    int (*SSL_has_pending)(const SSL *ssl);
    int (*SSL_peek)(SSL *ssl, void *bytes, int count);
    int (*SSL_get_error)(const SSL *ssl, int result);
    BIO *(*SSL_get_rbio)(const SSL *ssl);
    BIO *(*SSL_get_wbio)(const SSL *ssl);
    void (*SSL_set0_rbio)(SSL *ssl, BIO *bio);
    void (*SSL_set0_wbio)(SSL *ssl, BIO *bio);
    SSL_CTX *(*SSL_get_SSL_CTX)(const SSL *ssl);
    session_callback (*SSL_CTX_sess_get_new_cb)(SSL_CTX *context);
    void (*SSL_CTX_sess_set_new_cb)(SSL_CTX *context, session_callback callback);
    BIO *(*BIO_new_socket)(int descriptor, int closes);
    int (*BIO_up_ref)(BIO *bio);
    void (*ERR_clear_error)(void);
} openssl;

static bool is_loaded;

#define FIND(name) ((openssl.name = dlsym(library, #name)) != NULL)

void clibcurl_load_openssl(void *function) {
    Dl_info info;
    if (!dladdr(function, &info) || !info.dli_fname) { return; }
    // A look-up in libcurl's own handle finds the library that it was linked with, whichever others there are.
    void *library = dlopen(info.dli_fname, RTLD_NOW | RTLD_NOLOAD);
    if (!library) { return; }
    is_loaded = FIND(SSL_has_pending) && FIND(SSL_peek) && FIND(SSL_get_error) && FIND(SSL_get_rbio)
        && FIND(SSL_get_wbio) && FIND(SSL_set0_rbio) && FIND(SSL_set0_wbio) && FIND(SSL_get_SSL_CTX)
        && FIND(SSL_CTX_sess_get_new_cb) && FIND(SSL_CTX_sess_set_new_cb) && FIND(BIO_new_socket) && FIND(BIO_up_ref)
        && FIND(ERR_clear_error);
}

void *clibcurl_tls_session(const clibcurl_transfer *transfer) {
    // CURLINFO_TLS_SSL_PTR, CURLSSLBACKEND_OPENSSL.
    enum { INFO_TLS_SESSION = 0x40002D, OPENSSL = 1 };
    const struct {
        int backend;
        void *session;
    } *info = NULL;
    if (!is_loaded || curl.easy_getinfo(transfer->easy, INFO_TLS_SESSION, &info) != 0 || !info) { return NULL; }
    return info->backend == OPENSSL ? info->session : NULL;
}

bool clibcurl_tls_is_quiet(void *session, int descriptor) {
    enum { WANTS_READ = 2 };
    char byte;
    if (!openssl.SSL_has_pending(session) && recv(descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0
        && (errno == EAGAIN || errno == EINTR)) {
        return true;
    }
    // TLS 1.3 hides what a record is for, so the session itself has to look: at the socket, without libcurl, which is
    // not prepared for being called at this time.
    BIO *bio = openssl.BIO_new_socket(descriptor, 0);
    if (!bio) { return false; }
    SSL_CTX *context = openssl.SSL_get_SSL_CTX(session);
    session_callback on_session = openssl.SSL_CTX_sess_get_new_cb(context);
    BIO *input = openssl.SSL_get_rbio(session), *output = openssl.SSL_get_wbio(session);
    openssl.BIO_up_ref(input);
    openssl.BIO_up_ref(output);
    openssl.BIO_up_ref(bio);
    openssl.SSL_CTX_sess_set_new_cb(context, NULL);
    openssl.SSL_set0_rbio(session, bio);
    openssl.SSL_set0_wbio(session, bio);
    openssl.ERR_clear_error();
    int count = openssl.SSL_peek(session, &byte, 1);
    // A part of a record may become a response.
    bool is_quiet = count <= 0 && openssl.SSL_get_error(session, count) == WANTS_READ
        && !openssl.SSL_has_pending(session);
    openssl.SSL_set0_rbio(session, input);
    openssl.SSL_set0_wbio(session, output);
    openssl.SSL_CTX_sess_set_new_cb(context, on_session);
    openssl.ERR_clear_error();
    return is_quiet;
}

#endif
