#include "CCurlLoop.h"

#if defined(__linux__)

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

// As short as a user of libcurl would write it from its documentation, without a header of its own.

typedef struct {
    int msg;
    void *easy;
    union {
        void *whatever;
        int result;
    } data;
} message;

static void *(*easy_init)(void);
static void (*easy_reset)(void *), (*easy_cleanup)(void *);
static int (*easy_setopt)(void *, int, ...), (*easy_getinfo)(void *, int, ...);
static void *(*multi_init)(void);
static int (*multi_cleanup)(void *), (*multi_setopt)(void *, int, ...), (*multi_add)(void *, void *);
static int (*multi_remove)(void *, void *), (*multi_action)(void *, int, int, int *);
static message *(*multi_read)(void *, int *);

static bool find_functions(void) {
    void *library = dlopen("libcurl.so.4", RTLD_NOW);
    if (!library) { return false; }
    easy_init = dlsym(library, "curl_easy_init");
    easy_reset = dlsym(library, "curl_easy_reset");
    easy_cleanup = dlsym(library, "curl_easy_cleanup");
    easy_setopt = dlsym(library, "curl_easy_setopt");
    easy_getinfo = dlsym(library, "curl_easy_getinfo");
    multi_init = dlsym(library, "curl_multi_init");
    multi_cleanup = dlsym(library, "curl_multi_cleanup");
    multi_setopt = dlsym(library, "curl_multi_setopt");
    multi_add = dlsym(library, "curl_multi_add_handle");
    multi_remove = dlsym(library, "curl_multi_remove_handle");
    multi_action = dlsym(library, "curl_multi_socket_action");
    multi_read = dlsym(library, "curl_multi_info_read");
    return multi_read && multi_action;
}

static int poller;
static long long due;

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static int on_socket(void *easy, int descriptor, int what, void *user, void *known) {
    (void)easy;
    struct epoll_event event = {
        .events = (what & 1 ? EPOLLIN : 0) | (what & 2 ? EPOLLOUT : 0), .data.fd = descriptor};
    if (what == 4) {
        epoll_ctl(poller, EPOLL_CTL_DEL, descriptor, NULL);
    } else {
        epoll_ctl(poller, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, &event);
        int (*multi_assign)(void *, int, void *) = dlsym(RTLD_DEFAULT, "curl_multi_assign");
        if (!known && multi_assign) { multi_assign(user, descriptor, &poller); }
    }
    return 0;
}

static int on_timer(void *multi, long milliseconds, void *user) {
    (void)multi, (void)user;
    due = milliseconds < 0 ? -1 : now() + milliseconds;
    return 0;
}

static size_t on_bytes(char *bytes, size_t one, size_t size, void *user) {
    (void)bytes, (void)one, (void)user;
    return size;
}

static void start(void *multi, void *easy, const char *url) {
    easy_reset(easy);
    easy_setopt(easy, 10002, url);
    easy_setopt(easy, 20011, on_bytes);
    easy_setopt(easy, 99, 1L);
    easy_setopt(easy, 10004, "");
    multi_add(multi, easy);
}

int bare_curl_loop(const char *url, int in_flight, int requests) {
    if (!find_functions()) { return -1; }
    poller = epoll_create1(EPOLL_CLOEXEC);
    due = -1;
    void *multi = multi_init();
    multi_setopt(multi, 20001, on_socket);
    multi_setopt(multi, 10002, multi);
    multi_setopt(multi, 20004, on_timer);
    void **handles = calloc((size_t)in_flight, sizeof *handles);
    int started = 0, ended = 0, answered = 0, running;
    for (; started < in_flight && started < requests; started++) {
        handles[started] = easy_init();
        start(multi, handles[started], url);
    }
    while (ended < requests) {
        struct epoll_event events[64];
        long long left = due < 0 ? 1000 : due - now();
        int count = epoll_wait(poller, events, 64, left < 0 ? 0 : (int)left);
        for (int index = 0; index < count; index++) {
            int what = (events[index].events & EPOLLIN ? 1 : 0) | (events[index].events & EPOLLOUT ? 2 : 0)
                | (events[index].events & (EPOLLERR | EPOLLHUP) ? 4 : 0);
            multi_action(multi, events[index].data.fd, what, &running);
        }
        if (due >= 0 && due <= now()) {
            due = -1;
            multi_action(multi, -1, 0, &running);
        }
        message *done;
        int rest;
        while ((done = multi_read(multi, &rest))) {
            if (done->msg != 1) { continue; }
            void *easy = done->easy;
            long status = 0;
            easy_getinfo(easy, 0x200002, &status);
            answered += done->data.result == 0 && status == 200;
            ended++;
            multi_remove(multi, easy);
            if (started < requests) {
                start(multi, easy, url);
                started++;
            }
        }
    }
    for (int index = 0; index < in_flight; index++) {
        if (handles[index]) { easy_cleanup(handles[index]); }
    }
    multi_cleanup(multi);
    free(handles);
    close(poller);
    return answered;
}

#else

int bare_curl_loop(const char *url, int in_flight, int requests) {
    (void)url, (void)in_flight, (void)requests;
    return -1;
}

#endif
