#if defined(__linux__)

#include "internal.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum {
    OPTION_WRITEDATA = 10001,
    OPTION_READDATA = 10009,
    OPTION_ERRORBUFFER = 10010,
    OPTION_WRITEFUNCTION = 20011,
    OPTION_READFUNCTION = 20012,
    OPTION_HTTPHEADER = 10023,
    OPTION_HEADERDATA = 10029,
    OPTION_HEADERFUNCTION = 20079,
    OPTION_PRIVATE = 10103,
    OPTION_SEEKFUNCTION = 20167,
    OPTION_SEEKDATA = 10168,
    OPTION_PREREQFUNCTION = 20312,
    OPTION_PREREQDATA = 10313,
};

clibcurl_transfer *clibcurl_transfer_create(clibcurl_loop *loop) {
    clibcurl_transfer *transfer = calloc(1, sizeof *transfer);
    if (!transfer) { return NULL; }
    transfer->loop = loop;
    transfer->socket = -1;
    return transfer;
}

void clibcurl_transfer_tell(clibcurl_transfer *transfer, const clibcurl_callbacks *callbacks, void *owner) {
    transfer->callbacks = *callbacks;
    transfer->owner = owner;
}

void clibcurl_transfer_free(clibcurl_transfer *transfer) {
    clibcurl_transfer_end(transfer);
    free(transfer->lines);
    free(transfer->nodes);
    free(transfer->body);
    free(transfer);
}

clibcurl_transfer *clibcurl_transfer_of(CURL *easy) {
    // CURLINFO_PRIVATE.
    enum { INFO_PRIVATE = 0x100015 };
    void *transfer = NULL;
    curl.easy_getinfo(easy, INFO_PRIVATE, &transfer);
    return transfer;
}

static void tell(clibcurl_transfer *transfer) {
    CURL *easy = transfer->easy;
    const clibcurl_callbacks *callbacks = &transfer->callbacks;
    void *owner = transfer->owner;
    curl.easy_setopt(easy, OPTION_PRIVATE, transfer);
    curl.easy_setopt(easy, OPTION_ERRORBUFFER, transfer->error);
    clibcurl_keep_keys(easy);
    curl.easy_setopt(easy, OPTION_HEADERFUNCTION, callbacks->on_header);
    curl.easy_setopt(easy, OPTION_HEADERDATA, owner);
    curl.easy_setopt(easy, OPTION_WRITEFUNCTION, callbacks->on_body);
    curl.easy_setopt(easy, OPTION_WRITEDATA, owner);
    curl.easy_setopt(easy, OPTION_READFUNCTION, callbacks->on_upload);
    curl.easy_setopt(easy, OPTION_READDATA, owner);
    curl.easy_setopt(easy, OPTION_SEEKFUNCTION, callbacks->on_rewind);
    curl.easy_setopt(easy, OPTION_SEEKDATA, owner);
    // Unknown before 7.80.
    curl.easy_setopt(easy, OPTION_PREREQFUNCTION, callbacks->on_sending);
    curl.easy_setopt(easy, OPTION_PREREQDATA, owner);
}

/// What a buffer may keep from one request to the next.
static void shrink(void **buffer, size_t *capacity, size_t element) {
    if (*capacity * element <= 64 << 10) { return; }
    free(*buffer);
    *buffer = NULL;
    *capacity = 0;
}

bool clibcurl_transfer_begin(clibcurl_transfer *transfer) {
    clibcurl_transfer_end(transfer);
    transfer->easy = curl.easy_init();
    if (!transfer->easy) { return false; }
    tell(transfer);
    clibcurl_loop_adopt(transfer->loop, transfer);
    return true;
}

void clibcurl_transfer_end(clibcurl_transfer *transfer) {
    if (transfer->easy) { curl.easy_cleanup(transfer->easy); }
    transfer->easy = NULL;
    curl.slist_free_all(transfer->list);
    transfer->list = NULL;
    shrink((void **)&transfer->lines, &transfer->lines_capacity, 1);
    shrink((void **)&transfer->nodes, &transfer->nodes_capacity, sizeof *transfer->nodes);
    transfer->lines_size = 0;
    transfer->nodes_count = 0;
    transfer->is_resolving = false;
    transfer->is_given_up = false;
    transfer->error[0] = 0;
}

// ---- Options --------------------------------------------------------------------------------------------------------

int clibcurl_set_long(clibcurl_transfer *transfer, long option, long value) {
    return curl.easy_setopt(transfer->easy, (int)option, value);
}

int clibcurl_set_size(clibcurl_transfer *transfer, long option, int64_t value) {
    return curl.easy_setopt(transfer->easy, (int)option, value);
}

int clibcurl_set_text(clibcurl_transfer *transfer, long option, const char *value) {
    return curl.easy_setopt(transfer->easy, (int)option, value);
}

int clibcurl_set_list(clibcurl_transfer *transfer, long option, const char *const *texts, size_t count) {
    struct curl_slist *list = NULL;
    for (size_t index = 0; index < count; index++) {
        struct curl_slist *longer = curl.slist_append(list, texts[index]);
        if (!longer) {
            curl.slist_free_all(list);
            return 27;
        }
        list = longer;
    }
    curl.slist_free_all(transfer->list);
    transfer->list = list;
    return curl.easy_setopt(transfer->easy, (int)option, list);
}

/// Makes room for `size` in a buffer that begins with `capacity`, keeping what is there.
static bool reserve(void **buffer, size_t *capacity, size_t size, size_t element) {
    if (size <= *capacity) { return true; }
    size_t larger = *capacity * 2 > size ? *capacity * 2 : size;
    void *moved = realloc(*buffer, larger * element);
    if (!moved) { return false; }
    *buffer = moved;
    *capacity = larger;
    return true;
}

int clibcurl_set_body(clibcurl_transfer *transfer, const void *bytes, size_t count) {
    if (!reserve((void **)&transfer->body, &transfer->body_capacity, count + 1, 1)) { return 27; }
    if (count > 0) { memcpy(transfer->body, bytes, count); }
    int code = clibcurl_set_size(transfer, CLIBCURL_POSTFIELDSIZE_LARGE, (int64_t)count);
    return code ? code : clibcurl_set_text(transfer, CLIBCURL_POSTFIELDS, transfer->body);
}

// ---- Header lines ---------------------------------------------------------------------------------------------------

bool clibcurl_add_header(
    clibcurl_transfer *transfer, const uint8_t *name, long name_count, const uint8_t *value, long value_count) {
    size_t needed = transfer->lines_size + (size_t)(name_count + (value_count > 0 ? value_count : 0)) + 3;
    if (!reserve((void **)&transfer->lines, &transfer->lines_capacity, needed, 1)) { return false; }
    size_t nodes = transfer->nodes_count + 1;
    if (!reserve((void **)&transfer->nodes, &transfer->nodes_capacity, nodes, sizeof *transfer->nodes)) { return false; }
    char *line = transfer->lines + transfer->lines_size;
    memcpy(line, name, (size_t)name_count);
    line += name_count;
    // As libcurl has it: "Name;" is a field without a value, "Name:" none of its own.
    *line++ = value_count == 0 ? ';' : ':';
    if (value_count > 0) {
        *line++ = ' ';
        memcpy(line, value, (size_t)value_count);
        line += value_count;
    }
    *line++ = 0;
    transfer->nodes_count = nodes;
    transfer->lines_size = (size_t)(line - transfer->lines);
    return true;
}

int clibcurl_set_headers(clibcurl_transfer *transfer) {
    // Only now does nothing move any more.
    char *line = transfer->lines;
    for (size_t index = 0; index < transfer->nodes_count; index++) {
        bool is_last = index + 1 == transfer->nodes_count;
        transfer->nodes[index] = (struct curl_slist){line, is_last ? NULL : &transfer->nodes[index + 1]};
        line += strlen(line) + 1;
    }
    struct curl_slist *first = transfer->nodes_count > 0 ? transfer->nodes : NULL;
    return curl.easy_setopt(transfer->easy, OPTION_HTTPHEADER, first);
}

// ---- Under way ------------------------------------------------------------------------------------------------------

int clibcurl_resume(clibcurl_transfer *transfer) {
    // 43: it has no connection at the moment, and so nothing that could be resumed.
    enum { BAD_FUNCTION_ARGUMENT = 43 };
    int code = curl.easy_pause(transfer->easy, 0);
    return code == BAD_FUNCTION_ARGUMENT ? 0 : code;
}

void clibcurl_introduce(clibcurl_transfer *transfer, bool is_http1, bool is_tunneled) {
    if (!transfer->has_opened) { return; }
    void *session = is_http1 && !is_tunneled ? clibcurl_tls_session(transfer) : NULL;
    clibcurl_sockets_introduce(
        clibcurl_loop_sockets(transfer->loop), transfer, is_http1 ? SPEAKS_HTTP1 : SPEAKS_HTTP2, session);
}

bool clibcurl_may_use(clibcurl_transfer *transfer, int local_port) {
    return transfer->has_opened || clibcurl_sockets_may_use(clibcurl_loop_sockets(transfer->loop), transfer, local_port);
}

void clibcurl_leave_connection(clibcurl_transfer *transfer) {
    curl.easy_setopt(transfer->easy, CLIBCURL_FORBID_REUSE, 1L);
}

static int on_text(CURL *easy, int type, char *bytes, size_t count, void *user) {
    (void)easy;
    static const char excess[] = "Excess";
    bool is_excess = type == 0 && count >= sizeof excess - 1 && memcmp(bytes, excess, sizeof excess - 1) == 0;
    if (is_excess) { clibcurl_leave_connection(user); }
    return 0;
}

void clibcurl_leave_on_excess(clibcurl_transfer *transfer) {
    enum { OPTION_VERBOSE = 41, OPTION_DEBUGFUNCTION = 20094, OPTION_DEBUGDATA = 10095 };
    curl.easy_setopt(transfer->easy, OPTION_DEBUGFUNCTION, on_text);
    curl.easy_setopt(transfer->easy, OPTION_DEBUGDATA, transfer);
    curl.easy_setopt(transfer->easy, OPTION_VERBOSE, 1L);
}

bool clibcurl_is_resolving(const clibcurl_transfer *transfer) {
    return transfer->is_resolving;
}

void clibcurl_give_up(clibcurl_transfer *transfer) {
    transfer->is_given_up = true;
}

long clibcurl_info_long(const clibcurl_transfer *transfer, long info) {
    long value = 0;
    curl.easy_getinfo(transfer->easy, (int)info, &value);
    return value;
}

int64_t clibcurl_info_size(const clibcurl_transfer *transfer, long info) {
    int64_t value = 0;
    curl.easy_getinfo(transfer->easy, (int)info, &value);
    return value;
}

const char *clibcurl_info_text(const clibcurl_transfer *transfer, long info) {
    const char *value = NULL;
    curl.easy_getinfo(transfer->easy, (int)info, &value);
    return value;
}

const char *clibcurl_transfer_error(const clibcurl_transfer *transfer) {
    return transfer->error;
}

void clibcurl_block_sigpipe(void) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

#endif
