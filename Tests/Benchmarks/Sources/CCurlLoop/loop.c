#include "CCurlLoop.h"

#include <stdlib.h>

#if defined(__linux__)

#include <string.h>

// The shim is no product of the package; its functions come along with the transport that stands on it.
#include "../../../../Sources/CLibcurl/include/CLibcurl.h"

enum { INFO_RESPONSE_CODE = 0x200002 };

typedef struct {
    clibcurl_transfer *transfer;
    c_curl_result *result;
} slot;

struct c_curl_loop {
    clibcurl_loop *loop;
    int connections;
};

static size_t on_header(char *bytes, size_t one, size_t size, void *owner) {
    (void)bytes, (void)one, (void)owner;
    return size;
}

static size_t on_body(char *bytes, size_t one, size_t size, void *owner) {
    (void)bytes, (void)one;
    ((slot *)owner)->result->bytes += size;
    return size;
}

static size_t on_upload(char *bytes, size_t one, size_t size, void *owner) {
    (void)bytes, (void)one, (void)size, (void)owner;
    return CLIBCURL_ABORT;
}

static int on_rewind(void *owner, int64_t offset, int origin) {
    (void)owner, (void)offset, (void)origin;
    return 1;
}

static int on_sending(void *owner, char *peer, char *local, int peer_port, int local_port) {
    (void)owner, (void)peer, (void)local, (void)peer_port, (void)local_port;
    return 0;
}

static const clibcurl_callbacks callbacks = {on_header, on_body, on_upload, on_rewind, on_sending};

c_curl_loop *c_curl_loop_create(int connections) {
    if (clibcurl_loaded_version().number == 0 && clibcurl_load()) { return NULL; }
    c_curl_loop *made = calloc(1, sizeof *made);
    made->loop = clibcurl_loop_create((clibcurl_limits){connections, connections});
    made->connections = connections;
    clibcurl_loop_keep(made->loop, connections);
    return made;
}

/// What stays the same over all requests of a slot.
static void prepare(slot *slot, const c_curl_work *work) {
    static const char type[] = "Content-Type", json[] = "application/json";
    clibcurl_transfer *transfer = slot->transfer;
    clibcurl_transfer_tell(transfer, &callbacks, slot);
    clibcurl_transfer_begin(transfer);
    clibcurl_set_long(transfer, CLIBCURL_NOSIGNAL, 1);
    clibcurl_set_long(transfer, CLIBCURL_NOPROGRESS, 1);
    clibcurl_set_text(transfer, CLIBCURL_PROXY, "");
    clibcurl_set_text(transfer, CLIBCURL_URL, work->url);
    if (work->keeps_nothing) {
        clibcurl_set_long(transfer, CLIBCURL_FORBID_REUSE, 1);
        clibcurl_set_long(transfer, CLIBCURL_DNS_CACHE_TIMEOUT, 0);
    }
    if (work->body) {
        clibcurl_set_body(transfer, work->body, strlen(work->body));
        clibcurl_add_header(transfer, (const uint8_t *)type, sizeof type - 1, (const uint8_t *)json, sizeof json - 1);
        clibcurl_set_headers(transfer);
    }
}

c_curl_result c_curl_loop_run(c_curl_loop *made, c_curl_work work) {
    c_curl_result result = {0, 0};
    int slots = work.in_flight < work.requests ? work.in_flight : work.requests;
    slot *all = calloc((size_t)slots, sizeof *all);
    int started = 0, ended = 0;
    for (; started < slots; started++) {
        all[started] = (slot){clibcurl_transfer_create(made->loop), &result};
        prepare(&all[started], &work);
        clibcurl_loop_add(made->loop, all[started].transfer);
    }
    while (ended < work.requests) {
        // What has just been added may be answered at once.
        clibcurl_loop_run(made->loop);
        bool has_ended = false;
        slot *done;
        int code;
        while ((done = clibcurl_loop_next_ended(made->loop, &code))) {
            has_ended = true;
            result.answered += code == 0 && clibcurl_info_long(done->transfer, INFO_RESPONSE_CODE) == 200;
            ended++;
            clibcurl_loop_remove(made->loop, done->transfer);
            if (started < work.requests) {
                // Each request names its URL, as requests of different URLs would have to.
                clibcurl_set_text(done->transfer, CLIBCURL_URL, work.url);
                clibcurl_loop_add(made->loop, done->transfer);
                started++;
            }
        }
        if (!has_ended) { clibcurl_loop_wait(made->loop, 1000); }
    }
    for (int index = 0; index < slots; index++) { clibcurl_transfer_free(all[index].transfer); }
    free(all);
    return result;
}

void c_curl_loop_free(c_curl_loop *made) {
    clibcurl_loop_free(made->loop);
    free(made);
}

#else

c_curl_loop *c_curl_loop_create(int connections) {
    (void)connections;
    return NULL;
}

c_curl_result c_curl_loop_run(c_curl_loop *loop, c_curl_work work) {
    (void)loop, (void)work;
    return (c_curl_result){0, 0};
}

void c_curl_loop_free(c_curl_loop *loop) { free(loop); }

#endif
