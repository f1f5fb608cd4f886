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
    CURL *easy;
    clibcurl_loop *loop;
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

/// Finds zlib. False when there is none.
bool clibcurl_load_zlib(void);

#endif
#endif
