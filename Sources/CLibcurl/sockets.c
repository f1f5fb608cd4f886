#if defined(__linux__)

#define _GNU_SOURCE
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

bool clibcurl_sockets_begin(clibcurl_sockets *sockets) {
    int ends[2];
    sockets->poll = epoll_create1(EPOLL_CLOEXEC);
    sockets->dead = -1;
    if (sockets->poll < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) {
        return false;
    }
    sockets->dead = ends[0];
    close(ends[1]);
    return true;
}

void clibcurl_sockets_end(clibcurl_sockets *sockets) {
    if (sockets->poll >= 0) { close(sockets->poll); }
    if (sockets->dead >= 0) { close(sockets->dead); }
    free(sockets->all);
}

clibcurl_socket *clibcurl_sockets_at(clibcurl_sockets *sockets, int descriptor) {
    if (descriptor >= sockets->count) {
        int count = descriptor * 2 + 64;
        clibcurl_socket *larger = realloc(sockets->all, (size_t)count * sizeof *larger);
        if (!larger) { return NULL; }
        memset(larger + sockets->count, 0, (size_t)(count - sockets->count) * sizeof *larger);
        sockets->all = larger;
        sockets->count = count;
    }
    return &sockets->all[descriptor];
}

void clibcurl_sockets_watch(clibcurl_sockets *sockets, int descriptor, uint8_t events) {
    clibcurl_socket *socket = &sockets->all[descriptor];
    struct epoll_event event = {
        .events = (events & WANTS_IN ? EPOLLIN : 0) | (events & WANTS_OUT ? EPOLLOUT : 0),
        .data.fd = descriptor,
    };
    if (events == 0) {
        epoll_ctl(sockets->poll, EPOLL_CTL_DEL, descriptor, NULL);
    } else if (epoll_ctl(sockets->poll, socket->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, &event) != 0) {
        // It was closed and opened again behind our back.
        epoll_ctl(sockets->poll, errno == ENOENT ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event);
    }
    socket->watched = events;
}

// ---- Idle connections -----------------------------------------------------------------------------------------------

bool clibcurl_sockets_is_idle(const clibcurl_socket *socket) {
    return socket->is_ours && socket->wanted == 0 && !socket->user && !socket->opener && !socket->is_ended;
}

bool clibcurl_sockets_is_quiet(clibcurl_sockets *sockets, int descriptor) {
    const clibcurl_socket *socket = &sockets->all[descriptor];
    if (socket->is_ended) { return false; }
    if (socket->tls) { return clibcurl_tls_is_quiet(socket->tls, descriptor); }
    char byte;
    return recv(descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EINTR);
}

void clibcurl_sockets_close(clibcurl_sockets *sockets, int descriptor) {
    clibcurl_socket *socket = &sockets->all[descriptor];
    if (socket->watched) { clibcurl_sockets_watch(sockets, descriptor, 0); }
    socket->is_ended = true;
    socket->tls = NULL;
    // A shutdown would leave what has come to be read, and libcurl takes that for a sign of life.
    if (dup3(sockets->dead, descriptor, O_CLOEXEC) < 0) { shutdown(descriptor, SHUT_RDWR); }
}

void clibcurl_sockets_check(clibcurl_sockets *sockets, int descriptor) {
    if (clibcurl_sockets_is_quiet(sockets, descriptor)) { return; }
    clibcurl_sockets_close(sockets, descriptor);
}

bool clibcurl_sockets_may_use(clibcurl_sockets *sockets, clibcurl_transfer *transfer, int port) {
    for (int descriptor = 0; descriptor < sockets->count; descriptor++) {
        clibcurl_socket *socket = &sockets->all[descriptor];
        if (socket->speech != SPEAKS_HTTP1) { continue; }
        // Where there are no ports, any connection may be meant that nobody waits for. To be wrong costs a connection.
        bool is_meant = port > 0 ? socket->port == port : socket->wanted == 0;
        if (!is_meant) { continue; }
        if (!clibcurl_sockets_is_quiet(sockets, descriptor)) { return false; }
        if (port > 0) {
            // libcurl may want the same of the socket as before, and then says nothing of who wants it now.
            socket->user = transfer;
            transfer->socket = descriptor;
        }
    }
    return true;
}

// ---- Who uses them --------------------------------------------------------------------------------------------------

static uint16_t local_port(int descriptor) {
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    if (getsockname(descriptor, (struct sockaddr *)&address, &size) != 0) { return 0; }
    if (address.ss_family == AF_INET) { return ntohs(((struct sockaddr_in *)&address)->sin_port); }
    if (address.ss_family == AF_INET6) { return ntohs(((struct sockaddr_in6 *)&address)->sin6_port); }
    return 0;
}

void clibcurl_sockets_introduce(
    clibcurl_sockets *sockets, clibcurl_transfer *transfer, clibcurl_speech speech, void *tls) {
    transfer->has_opened = false;
    for (int descriptor = 0; descriptor < sockets->count; descriptor++) {
        clibcurl_socket *socket = &sockets->all[descriptor];
        if (socket->opener != transfer) { continue; }
        // Of those that were tried at once, only the one that is used is still open.
        socket->opener = NULL;
        socket->user = transfer;
        transfer->socket = descriptor;
        socket->speech = (uint8_t)speech;
        socket->port = local_port(descriptor);
        socket->tls = tls;
    }
}

void clibcurl_sockets_leave(clibcurl_sockets *sockets, clibcurl_transfer *transfer) {
    for (int descriptor = 0; transfer->has_opened && descriptor < sockets->count; descriptor++) {
        if (sockets->all[descriptor].opener == transfer) { sockets->all[descriptor].opener = NULL; }
    }
    transfer->has_opened = false;
    int descriptor = transfer->socket;
    transfer->socket = -1;
    if (descriptor < 0 || sockets->all[descriptor].user != transfer) { return; }
    clibcurl_socket *socket = &sockets->all[descriptor];
    // As long as something is wanted of it, somebody else has taken it over already.
    static clibcurl_transfer somebody;
    socket->user = socket->wanted ? &somebody : NULL;
    if (socket->speech != SPEAKS_HTTP1 || !clibcurl_sockets_is_idle(socket)) { return; }
    // What came with the response was decrypted with it, and no socket tells of it any more.
    if (socket->tls) { clibcurl_sockets_check(sockets, descriptor); }
    if (!socket->is_ended && socket->watched != WANTS_IN) { clibcurl_sockets_watch(sockets, descriptor, WANTS_IN); }
}

#endif
