#if defined(__linux__)

#define _GNU_SOURCE
#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum {
    OPTION_SHARE = 10100,
    OPTION_OPENSOCKETFUNCTION = 20163,
    OPTION_OPENSOCKETDATA = 10164,
    OPTION_CLOSESOCKETFUNCTION = 20208,
    OPTION_CLOSESOCKETDATA = 10209,
    OPTION_RESOLVER_START_FUNCTION = 20272,
    OPTION_RESOLVER_START_DATA = 10273,
    MULTI_SOCKETFUNCTION = 20001,
    MULTI_SOCKETDATA = 10002,
    MULTI_PIPELINING = 3,
    MULTI_TIMERFUNCTION = 20004,
    MULTI_TIMERDATA = 10005,
    MULTI_MAXCONNECTS = 6,
    MULTI_MAX_HOST_CONNECTIONS = 7,
    MULTI_MAX_TOTAL_CONNECTIONS = 13,
    // Values of libcurl.
    MESSAGE_DONE = 1,
    POLL_REMOVE = 4,
    SELECT_ERR = 4,
    SOCKET_TIMEOUT = -1,
    PIPE_MULTIPLEX = 2,
    NO_SOCKET = -1,
    // Of ours: how many sockets are served at a time.
    MOST_EVENTS = 128,
};

struct clibcurl_loop {
    CURLM *multi;
    /// The addresses that were looked up or given, which outlive the connections.
    CURLSH *share;
    clibcurl_limits limits;
    int wake;
    clibcurl_sockets sockets;
    /// The sockets that were readable at the last wait and are in use.
    int seen[MOST_EVENTS], seen_count, look_from;
    /// The certificates to trust, for all transfers.
    void *certificates;
    size_t certificates_count;
    /// When libcurl's timer is due, in nanoseconds; -1 for never.
    int64_t due;
};

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

// ---- Sockets --------------------------------------------------------------------------------------------------------

clibcurl_sockets *clibcurl_loop_sockets(clibcurl_loop *loop) {
    return &loop->sockets;
}

/// libcurl wants to hear of other events of a socket than before.
static int on_socket(CURL *easy, int descriptor, int what, void *user, void *socket_user) {
    (void)socket_user;
    clibcurl_loop *loop = user;
    clibcurl_socket *socket = clibcurl_sockets_at(&loop->sockets, descriptor);
    if (!socket) { return -1; }
    socket->wanted = what == POLL_REMOVE ? 0 : (uint8_t)what;
    if (socket->wanted) {
        clibcurl_transfer *transfer = clibcurl_transfer_of(easy);
        socket->user = transfer;
        if (transfer) { transfer->socket = descriptor; }
    }
    // An idle connection is watched on: nothing should come.
    bool stays = socket->wanted == 0 && socket->is_ours && socket->watched == WANTS_IN;
    if (!stays && socket->wanted != socket->watched) {
        clibcurl_sockets_watch(&loop->sockets, descriptor, socket->wanted);
    }
    return 0;
}

static int on_open(void *user, int purpose, struct curl_sockaddr *address) {
    (void)purpose;
    clibcurl_transfer *transfer = user;
    transfer->is_resolving = false;
    if (transfer->is_given_up) { return NO_SOCKET; }
    int descriptor = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (descriptor < 0) { return descriptor; }
    clibcurl_socket *socket = clibcurl_sockets_at(&transfer->loop->sockets, descriptor);
    if (socket) {
        *socket = (clibcurl_socket){.is_ours = true, .opener = transfer};
        transfer->has_opened = true;
    }
    return descriptor;
}

static int on_close(void *user, int descriptor) {
    clibcurl_loop *loop = user;
    // epoll forgets it by itself.
    if (descriptor < loop->sockets.count) { loop->sockets.all[descriptor] = (clibcurl_socket){0}; }
    return close(descriptor);
}

static int on_resolve(void *state, void *reserved, void *user) {
    (void)state, (void)reserved;
    ((clibcurl_transfer *)user)->is_resolving = true;
    return 0;
}

void clibcurl_loop_adopt(clibcurl_loop *loop, clibcurl_transfer *transfer) {
    curl.easy_setopt(transfer->easy, OPTION_SHARE, loop->share);
    curl.easy_setopt(transfer->easy, OPTION_OPENSOCKETFUNCTION, on_open);
    curl.easy_setopt(transfer->easy, OPTION_OPENSOCKETDATA, transfer);
    curl.easy_setopt(transfer->easy, OPTION_CLOSESOCKETFUNCTION, on_close);
    curl.easy_setopt(transfer->easy, OPTION_CLOSESOCKETDATA, loop);
    curl.easy_setopt(transfer->easy, OPTION_RESOLVER_START_FUNCTION, on_resolve);
    curl.easy_setopt(transfer->easy, OPTION_RESOLVER_START_DATA, transfer);
}

// ---- Life -----------------------------------------------------------------------------------------------------------

static int on_timer(CURLM *multi, long milliseconds, void *user) {
    (void)multi;
    ((clibcurl_loop *)user)->due = milliseconds < 0 ? -1 : milliseconds == 0 ? 0 : now() + milliseconds * 1000000;
    return 0;
}

static CURLM *make_multi(clibcurl_loop *loop) {
    CURLM *multi = curl.multi_init();
    if (!multi) { return NULL; }
    curl.multi_setopt(multi, MULTI_SOCKETFUNCTION, on_socket);
    curl.multi_setopt(multi, MULTI_SOCKETDATA, loop);
    curl.multi_setopt(multi, MULTI_TIMERFUNCTION, on_timer);
    curl.multi_setopt(multi, MULTI_TIMERDATA, loop);
    curl.multi_setopt(multi, MULTI_PIPELINING, (long)PIPE_MULTIPLEX);
    curl.multi_setopt(multi, MULTI_MAX_TOTAL_CONNECTIONS, loop->limits.max_connections);
    curl.multi_setopt(multi, MULTI_MAX_HOST_CONNECTIONS, loop->limits.max_per_host);
    return multi;
}

static CURLSH *make_share(void) {
    enum { SHARE = 1, DATA_DNS = 3, DATA_TLS_SESSIONS = 4 };
    CURLSH *share = curl.share_init();
    // Without locks: one thread uses it. Sessions of TLS, too, because a handle lives for one request.
    if (share) {
        curl.share_setopt(share, SHARE, DATA_DNS);
        curl.share_setopt(share, SHARE, DATA_TLS_SESSIONS);
    }
    return share;
}

/// libcurl takes 16 KB for each request and gives them back at its end. malloc returns what is free at the end of its
/// heap to the system, from a size on that it raises by itself when a larger piece is given back; before that, a loop
/// with some requests at once asks for the same pages again and again.
static void teach_malloc(void) {
    void *volatile piece = malloc(1 << 20);
    free(piece);
}

clibcurl_loop *clibcurl_loop_create(clibcurl_limits limits) {
    teach_malloc();
    clibcurl_loop *loop = calloc(1, sizeof *loop);
    if (!loop) { return NULL; }
    loop->due = -1;
    loop->limits = limits;
    bool has_sockets = clibcurl_sockets_begin(&loop->sockets);
    loop->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    loop->multi = make_multi(loop);
    loop->share = make_share();
    // On edges, so that nobody has to read the counter.
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.fd = loop->wake};
    if (!has_sockets || loop->wake < 0 || !loop->multi || !loop->share
        || epoll_ctl(loop->sockets.poll, EPOLL_CTL_ADD, loop->wake, &event) != 0) {
        clibcurl_loop_free(loop);
        return NULL;
    }
    return loop;
}

void clibcurl_loop_free(clibcurl_loop *loop) {
    if (loop->multi) { curl.multi_cleanup(loop->multi); }
    if (loop->share) { curl.share_cleanup(loop->share); }
    free(loop->certificates);
    clibcurl_sockets_end(&loop->sockets);
    if (loop->wake >= 0) { close(loop->wake); }
    free(loop);
}

bool clibcurl_loop_renew(clibcurl_loop *loop) {
    CURLM *multi = make_multi(loop);
    if (!multi) { return false; }
    curl.multi_cleanup(loop->multi);
    loop->multi = multi;
    loop->due = -1;
    return true;
}

void clibcurl_loop_trim(clibcurl_loop *loop, long idle) {
    for (int descriptor = 0; descriptor < loop->sockets.count; descriptor++) {
        if (!clibcurl_sockets_is_idle(&loop->sockets.all[descriptor]) || idle-- > 0) { continue; }
        clibcurl_sockets_close(&loop->sockets, descriptor);
    }
}

void clibcurl_loop_check_idle(clibcurl_loop *loop) {
    for (int descriptor = 0; descriptor < loop->sockets.count; descriptor++) {
        const clibcurl_socket *socket = &loop->sockets.all[descriptor];
        if (socket->speech == SPEAKS_HTTP1 && clibcurl_sockets_is_idle(socket)) {
            clibcurl_sockets_check(&loop->sockets, descriptor);
        }
    }
}

void clibcurl_loop_keep(clibcurl_loop *loop, long connections) {
    curl.multi_setopt(loop->multi, MULTI_MAXCONNECTS, connections);
}

// ---- Turning --------------------------------------------------------------------------------------------------------

void clibcurl_loop_wake(const clibcurl_loop *loop) {
    uint64_t one = 1;
    // It cannot fail but for a counter that is full, and then the loop wakes, too.
    ssize_t written = write(loop->wake, &one, sizeof one);
    (void)written;
}

void clibcurl_loop_run(clibcurl_loop *loop) {
    // Bounded: what libcurl wants done at once again and again must not keep the sockets waiting.
    for (int round = 0; round < 4; round++) {
        if (loop->due < 0 || (loop->due > 0 && loop->due > now())) { return; }
        int running;
        loop->due = -1;
        curl.multi_socket_action(loop->multi, SOCKET_TIMEOUT, 0, &running);
    }
}

static int timeout(const clibcurl_loop *loop, int milliseconds) {
    if (loop->due < 0) { return milliseconds; }
    int64_t left = loop->due == 0 ? 0 : (loop->due - now() + 999999) / 1000000;
    if (left < 0) { left = 0; }
    return milliseconds < 0 || left < milliseconds ? (int)left : milliseconds;
}

int clibcurl_loop_wait(clibcurl_loop *loop, int milliseconds) {
    struct epoll_event events[MOST_EVENTS];
    int count = epoll_wait(loop->sockets.poll, events, MOST_EVENTS, timeout(loop, milliseconds));
    loop->seen_count = 0;
    for (int index = 0; index < count; index++) {
        int descriptor = events[index].data.fd;
        if (descriptor == loop->wake || descriptor >= loop->sockets.count) { continue; }
        const clibcurl_socket *socket = &loop->sockets.all[descriptor];
        if (socket->wanted == 0) {
            if (socket->speech == SPEAKS_HTTP1 && clibcurl_sockets_is_idle(socket)) {
                // The server has ended an idle connection, or speaks out of turn.
                clibcurl_sockets_check(&loop->sockets, descriptor);
            } else if (socket->watched) {
                // For HTTP/2 libcurl sees to it at the next request; a transfer that has paused does not want it yet.
                clibcurl_sockets_watch(&loop->sockets, descriptor, 0);
            }
            continue;
        }
        uint32_t seen = events[index].events;
        int what = (seen & (EPOLLIN | EPOLLHUP) ? WANTS_IN : 0) | (seen & EPOLLOUT ? WANTS_OUT : 0)
            | (seen & EPOLLERR ? SELECT_ERR : 0);
        int running;
        curl.multi_socket_action(loop->multi, descriptor, what, &running);
        if (what & WANTS_IN) { loop->seen[loop->seen_count++] = descriptor; }
    }
    clibcurl_loop_run(loop);
    return count;
}

int clibcurl_trust(clibcurl_transfer *transfer, const void *bytes, size_t count) {
    clibcurl_loop *loop = transfer->loop;
    if (!loop->certificates) {
        loop->certificates = malloc(count);
        if (!loop->certificates) { return 27; }
        memcpy(loop->certificates, bytes, count);
        loop->certificates_count = count;
    }
    // 0: not copied.
    struct curl_blob blob = {loop->certificates, loop->certificates_count, 0};
    return curl.easy_setopt(transfer->easy, CLIBCURL_CAINFO_BLOB, &blob);
}

int clibcurl_loop_add(clibcurl_loop *loop, clibcurl_transfer *transfer) {
    return curl.multi_add_handle(loop->multi, transfer->easy);
}

void clibcurl_loop_remove(clibcurl_loop *loop, clibcurl_transfer *transfer) {
    curl.multi_remove_handle(loop->multi, transfer->easy);
    clibcurl_sockets_leave(&loop->sockets, transfer);
}

void clibcurl_loop_look(clibcurl_loop *loop, bool everywhere) {
    clibcurl_sockets *sockets = &loop->sockets;
    if (everywhere) {
        loop->seen_count = 0;
        // One after the other, also where there are more than can be looked at.
        for (int count = 0; count < sockets->count && loop->seen_count < MOST_EVENTS; count++) {
            int descriptor = loop->look_from = (loop->look_from + 1) % sockets->count;
            if (sockets->all[descriptor].wanted & WANTS_IN) { loop->seen[loop->seen_count++] = descriptor; }
        }
    }
    for (int index = 0; index < loop->seen_count; index++) {
        int descriptor = loop->seen[index], running;
        if ((sockets->all[descriptor].wanted & WANTS_IN) == 0) { continue; }
        curl.multi_socket_action(loop->multi, descriptor, WANTS_IN, &running);
    }
}

void *clibcurl_loop_next_ended(clibcurl_loop *loop, int *code) {
    int left;
    CURLMsg *message;
    while ((message = curl.multi_info_read(loop->multi, &left))) {
        if (message->msg != MESSAGE_DONE) { continue; }
        clibcurl_transfer *transfer = clibcurl_transfer_of(message->easy_handle);
        if (!transfer) { continue; }
        *code = message->data.result;
        return transfer->owner;
    }
    return NULL;
}

#endif
