#ifndef CLIBCURL_INTERNAL_H
#define CLIBCURL_INTERNAL_H

#if defined(__linux__)

#include "CLibcurl.h"

#include <sys/socket.h>

// What libcurl's own headers would say.

typedef void CURL;
typedef void CURLM;
typedef void CURLSH;

struct curl_slist {
    char *data;
    struct curl_slist *next;
};

struct curl_blob {
    void *data;
    size_t len;
    unsigned int flags;
};

struct curl_sockaddr {
    int family, socktype, protocol;
    unsigned int addrlen;
    struct sockaddr addr;
};

typedef struct {
    int msg;
    CURL *easy_handle;
    union {
        void *whatever;
        int result;
    } data;
} CURLMsg;

/// The functions of libcurl. Those that end in `...` there are called through pointers of the same kind.
typedef struct {
    int (*global_init)(long flags);
    const char *(*easy_strerror)(int code);
    CURL *(*easy_init)(void);
    void (*easy_cleanup)(CURL *easy);
    int (*easy_setopt)(CURL *easy, int option, ...);
    int (*easy_getinfo)(CURL *easy, int info, ...);
    int (*easy_pause)(CURL *easy, int bits);
    struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
    void (*slist_free_all)(struct curl_slist *list);
    CURLSH *(*share_init)(void);
    int (*share_setopt)(CURLSH *share, int option, ...);
    int (*share_cleanup)(CURLSH *share);
    CURLM *(*multi_init)(void);
    int (*multi_cleanup)(CURLM *multi);
    int (*multi_setopt)(CURLM *multi, int option, ...);
    int (*multi_add_handle)(CURLM *multi, CURL *easy);
    int (*multi_remove_handle)(CURLM *multi, CURL *easy);
    int (*multi_socket_action)(CURLM *multi, int socket, int events, int *running);
    CURLMsg *(*multi_info_read)(CURLM *multi, int *left);
} curl_functions;

/// Set once, by clibcurl_load.
extern curl_functions curl;

struct clibcurl_transfer {
    /// Made for one request and freed after it: libcurl 7.83 to 8.0.1 keep a pointer into the header lines of a handle's
    /// previous response, and write there when the next one begins with a folded line. A handle without a past has
    /// nothing of the kind, whatever the version.
    CURL *easy;
    clibcurl_loop *loop;
    void *owner;
    clibcurl_callbacks callbacks;
    /// The descriptor that libcurl last waited for; -1 for none.
    int socket;
    /// Whether it has opened a socket of which nothing has been received yet.
    bool has_opened;
    struct curl_slist *list;
    /// The header lines one after the other, each with its end, and where each begins.
    char *lines;
    size_t lines_size, lines_capacity;
    struct curl_slist *nodes;
    size_t nodes_count, nodes_capacity;
    char *body;
    size_t body_capacity;
    bool is_resolving, is_given_up;
    char error[256];
};

/// Lets the loop open and close the transfer's sockets, and keep the addresses that it looks up.
void clibcurl_loop_adopt(clibcurl_loop *loop, clibcurl_transfer *transfer);

/// The transfer of an easy handle; NULL for one of libcurl's own.
clibcurl_transfer *clibcurl_transfer_of(CURL *easy);

// ---- Sockets --------------------------------------------------------------------------------------------------------

enum { WANTS_IN = 1, WANTS_OUT = 2 };

/// What is spoken on a connection; known with the first response.
typedef enum { SPEAKS_UNKNOWN, SPEAKS_HTTP1, SPEAKS_HTTP2 } clibcurl_speech;

/// What is known of a descriptor.
typedef struct {
    /// What libcurl wants to hear of, and what epoll has been asked for. They differ while a connection is idle: the
    /// next request asks for the same again, and two system calls a request are saved.
    uint8_t wanted, watched;
    /// A clibcurl_speech.
    uint8_t speech;
    /// Whether it is a socket of ours: only then is its end known before its number is used again.
    bool is_ours;
    /// Whether the connection was ended on this side; libcurl has yet to come across it.
    bool is_ended;
    /// The port on this side; 0 for none, as on a unix socket.
    uint16_t port;
    /// Who opened it, until the first response; who uses it, or has paused on it.
    clibcurl_transfer *opener, *user;
    /// OpenSSL's session; NULL without TLS, and for another library's.
    void *tls;
} clibcurl_socket;

struct clibcurl_sockets {
    int poll;
    /// By descriptor.
    clibcurl_socket *all;
    int count;
    /// The end of a connection that has no other end: it takes the place of a connection that must not be used again.
    int dead;
};

typedef struct clibcurl_sockets clibcurl_sockets;

bool clibcurl_sockets_begin(clibcurl_sockets *sockets);
void clibcurl_sockets_end(clibcurl_sockets *sockets);
/// What is known of a descriptor; NULL when there is no memory.
clibcurl_socket *clibcurl_sockets_at(clibcurl_sockets *sockets, int descriptor);
/// Asks epoll for events.
void clibcurl_sockets_watch(clibcurl_sockets *sockets, int descriptor, uint8_t events);
/// Whether the connection is kept for later, as far as is known, and nobody has paused on it.
bool clibcurl_sockets_is_idle(const clibcurl_socket *socket);
/// Whether nothing has come that nobody asked for, nor the connection's end.
bool clibcurl_sockets_is_quiet(clibcurl_sockets *sockets, int descriptor);
/// Ends a connection now. libcurl finds it closed.
void clibcurl_sockets_close(clibcurl_sockets *sockets, int descriptor);
/// Something has come on an idle connection of HTTP/1, or it is to be looked at: it ends unless that was nothing but
/// TLS's own.
void clibcurl_sockets_check(clibcurl_sockets *sockets, int descriptor);
/// Whether a request may go on a kept connection that has this port on our side.
bool clibcurl_sockets_may_use(clibcurl_sockets *sockets, clibcurl_transfer *transfer, int port);
/// The first response is here: what its connection speaks, and with whose TLS.
void clibcurl_sockets_introduce(
    clibcurl_sockets *sockets, clibcurl_transfer *transfer, clibcurl_speech speech, void *tls);
/// A transfer lets go of its sockets.
void clibcurl_sockets_leave(clibcurl_sockets *sockets, clibcurl_transfer *transfer);

/// The sockets of a loop.
clibcurl_sockets *clibcurl_loop_sockets(clibcurl_loop *loop);

// ---- TLS ------------------------------------------------------------------------------------------------------------

/// Finds the OpenSSL that libcurl uses, from one of libcurl's functions. Without it, what comes on an idle connection
/// over TLS cannot be told from a response.
void clibcurl_load_openssl(void *function);
/// The session of the transfer's connection; NULL for none of OpenSSL's.
void *clibcurl_tls_session(const clibcurl_transfer *transfer);
/// Reads what TLS itself has to say (tickets, new keys). Whether there was nothing else, and the session goes on.
bool clibcurl_tls_is_quiet(void *session, int descriptor);

/// Finds what keeps TLS keys out of files, from one of libcurl's functions.
void clibcurl_find_keylog(void *function);

/// Keeps the keys of a transfer's TLS connections out of the file that SSLKEYLOGFILE names.
void clibcurl_keep_keys(CURL *easy);

/// Finds zlib. False when there is none.
bool clibcurl_load_zlib(void);

#endif
#endif
