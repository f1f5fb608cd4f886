// libcurl as this package needs it: prototypes and numbers written from libcurl's documented, stable ABI (7.62 and
// later), so that no curl header is needed to build. The functions are looked up at run time, see clibcurl_load.
//
// All calls on a loop and on its transfers belong to one thread; only clibcurl_loop_wake may come from any other.
#ifndef CLIBCURL_H
#define CLIBCURL_H

#if defined(__linux__)

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// ---- The library ----------------------------------------------------------------------------------------------------

typedef struct {
    /// As libcurl counts: 0x073E00 is 7.62.0.
    unsigned int number;
    /// Such as "7.88.1".
    const char *_Nullable text;
    bool has_tls, has_http2, has_threaded_resolver, has_unix_sockets;
    /// Whether zlib was found, too.
    bool has_zlib;
} clibcurl_version;

/// Finds libcurl in the process, else loads libcurl.so.4, and initialises it. To be called once.
///
/// Returns NULL, or in words what is missing.
const char *_Nullable clibcurl_load(void);
clibcurl_version clibcurl_loaded_version(void);
/// What an error code of a transfer means.
const char *_Nonnull clibcurl_error_text(int code);

// ---- The event loop -------------------------------------------------------------------------------------------------

/// A multi handle with the sockets and the timer that it wants watched.
typedef struct clibcurl_loop clibcurl_loop;
/// One easy handle after the other, each for one request, with the room for header lines and small bodies that they have
/// in common.
typedef struct clibcurl_transfer clibcurl_transfer;

typedef struct {
    long max_connections, max_per_host;
} clibcurl_limits;

clibcurl_loop *_Nullable clibcurl_loop_create(clibcurl_limits limits);
/// After all its transfers have been freed.
void clibcurl_loop_free(clibcurl_loop *_Nonnull loop);
/// Ends a wait, now or the next one. From any thread.
void clibcurl_loop_wake(const clibcurl_loop *_Nonnull loop);
/// Waits for sockets, the timer or a wake-up, at most so many milliseconds (-1: for ever), and does what is to be done.
/// Returns how many events there were, wake-ups included.
int clibcurl_loop_wait(clibcurl_loop *_Nonnull loop, int milliseconds);
/// Does what is due by now.
void clibcurl_loop_run(clibcurl_loop *_Nonnull loop);
/// How many connections may be open, idle ones included.
void clibcurl_loop_keep(clibcurl_loop *_Nonnull loop, long connections);
/// Says goodbye to the servers of idle connections but for so many; libcurl closes them when it comes across them.
/// There must be no transfer under way.
void clibcurl_loop_trim(clibcurl_loop *_Nonnull loop, long idle);
/// Ends idle connections of HTTP/1 on which something has come. Only needed where on_sending is not called.
void clibcurl_loop_check_idle(clibcurl_loop *_Nonnull loop);
/// Closes every connection. There must be no transfer under way. False when there is no memory for that.
bool clibcurl_loop_renew(clibcurl_loop *_Nonnull loop);

/// Gives a transfer to the loop; what is to be done at once is done by the next wait or run. 0, or what is wrong.
int clibcurl_loop_add(clibcurl_loop *_Nonnull loop, clibcurl_transfer *_Nonnull transfer);
/// Takes a transfer back, whatever it has come to.
void clibcurl_loop_remove(clibcurl_loop *_Nonnull loop, clibcurl_transfer *_Nonnull transfer);
/// Lets transfers look again at the sockets that the last wait saw something on, or at all of them (128 at most), which
/// then are those for the next look. It wakes transfers that libcurl has left waiting for a socket although what they
/// wait for has been read from it.
void clibcurl_loop_look(clibcurl_loop *_Nonnull loop, bool everywhere);
/// The owner of the next transfer that has ended, and how; NULL for none. It is to be removed.
void *_Nullable clibcurl_loop_next_ended(clibcurl_loop *_Nonnull loop, int *_Nonnull code);

// ---- Transfers ------------------------------------------------------------------------------------------------------

/// What a transfer tells its owner, on the loop's thread.
typedef struct {
    /// A line of a head, or of trailers. Returns how much was taken: anything but `size` ends the transfer.
    size_t (*_Nonnull on_header)(char *_Nonnull bytes, size_t one, size_t size, void *_Nonnull owner);
    /// A piece of the body. Returns how much was taken, or CLIBCURL_PAUSE to get it again later.
    size_t (*_Nonnull on_body)(char *_Nonnull bytes, size_t one, size_t size, void *_Nonnull owner);
    /// Returns how much of the request's body was put into `bytes`, 0 for its end, CLIBCURL_PAUSE for later,
    /// CLIBCURL_ABORT to give up.
    size_t (*_Nonnull on_upload)(char *_Nonnull bytes, size_t one, size_t size, void *_Nonnull owner);
    /// The body is needed again from `offset`. Returns 0, or 1 when that is impossible.
    int (*_Nonnull on_rewind)(void *_Nonnull owner, int64_t offset, int origin);
    /// The request is about to be sent on a connection. Returns 0, or 1 to refuse. Not called before 7.80.
    int (*_Nonnull on_sending)(
        void *_Nonnull owner, char *_Nullable peer, char *_Nullable local, int peer_port, int local_port);
} clibcurl_callbacks;

#define CLIBCURL_PAUSE ((size_t)0x10000001)
#define CLIBCURL_ABORT ((size_t)0x10000000)

/// Makes a transfer; NULL when there is no memory.
clibcurl_transfer *_Nullable clibcurl_transfer_create(clibcurl_loop *_Nonnull loop);
/// Whom the transfer tells, for all its life.
void clibcurl_transfer_tell(
    clibcurl_transfer *_Nonnull transfer, const clibcurl_callbacks *_Nonnull callbacks, void *_Nonnull owner);
void clibcurl_transfer_free(clibcurl_transfer *_Nonnull transfer);
/// Gives the transfer an easy handle without a past, to be set up for one request. False when there is no memory.
bool clibcurl_transfer_begin(clibcurl_transfer *_Nonnull transfer);
/// Frees the easy handle, once it has been removed from the loop, and forgets the header lines and the error text.
void clibcurl_transfer_end(clibcurl_transfer *_Nonnull transfer);

// Each returns 0, or libcurl's code: 48 for an option that this version does not know.
int clibcurl_set_long(clibcurl_transfer *_Nonnull transfer, long option, long value);
int clibcurl_set_size(clibcurl_transfer *_Nonnull transfer, long option, int64_t value);
/// The text is copied, but for CLIBCURL_POSTFIELDS.
int clibcurl_set_text(clibcurl_transfer *_Nonnull transfer, long option, const char *_Nullable value);
/// Lets the transfer trust these PEM certificates and no others. The loop copies them, once: they have to be the same for
/// all its transfers.
int clibcurl_trust(clibcurl_transfer *_Nonnull transfer, const void *_Nonnull bytes, size_t count);
/// A list of texts, copied.
int clibcurl_set_list(
    clibcurl_transfer *_Nonnull transfer, long option, const char *_Nonnull const *_Nonnull texts, size_t count);
/// Lets the request have this body, which is copied.
int clibcurl_set_body(clibcurl_transfer *_Nonnull transfer, const void *_Nullable bytes, size_t count);

/// Adds a header line; with a count of -1 there is none of that name, not even libcurl's own. False when there is no
/// memory.
bool clibcurl_add_header(
    clibcurl_transfer *_Nonnull transfer, const uint8_t *_Nullable name, long name_count,
    const uint8_t *_Nullable value, long value_count);
/// Lets the request have the lines that were added.
int clibcurl_set_headers(clibcurl_transfer *_Nonnull transfer);

/// The first line of a response is here, within on_header: what a connection speaks that is new. A connection of HTTP/1
/// ends when something comes while nobody waits for it. Where TLS is within TLS, as through an https proxy, that may also
/// be TLS's own doing.
void clibcurl_introduce(clibcurl_transfer *_Nonnull transfer, bool is_http1, bool is_tunneled);
/// Within on_sending: whether nothing has come, unasked, on the connection that the request is about to be sent on.
bool clibcurl_may_use(clibcurl_transfer *_Nonnull transfer, int local_port);
/// Lets the connection end with the transfer, unless it is shared.
void clibcurl_leave_connection(clibcurl_transfer *_Nonnull transfer);
/// Within on_header: lets the connection end with the transfer when more has come with its response than belongs to it.
/// For responses without a body libcurl before 8 drops what is too much and keeps the connection, before 7.71 for all.
void clibcurl_leave_on_excess(clibcurl_transfer *_Nonnull transfer);

/// Lets a transfer go on that has paused, in both directions. 0, or libcurl's code: the transfer is to be removed then.
int clibcurl_resume(clibcurl_transfer *_Nonnull transfer);
/// Whether the transfer waits for an address. It must not be removed then: libcurl before 7.87 would wait with it.
bool clibcurl_is_resolving(const clibcurl_transfer *_Nonnull transfer);
/// Lets a transfer that is resolving fail as soon as it has the address.
void clibcurl_give_up(clibcurl_transfer *_Nonnull transfer);

long clibcurl_info_long(const clibcurl_transfer *_Nonnull transfer, long info);
int64_t clibcurl_info_size(const clibcurl_transfer *_Nonnull transfer, long info);
const char *_Nullable clibcurl_info_text(const clibcurl_transfer *_Nonnull transfer, long info);
/// What libcurl says of the transfer's error; empty for nothing.
const char *_Nonnull clibcurl_transfer_error(const clibcurl_transfer *_Nonnull transfer);

/// Blocks SIGPIPE on this thread: a TLS library may raise it, and libcurl leaves signals alone in threads.
void clibcurl_block_sigpipe(void);

// ---- Options --------------------------------------------------------------------------------------------------------

// A number is its type's base (long 0, pointer 10000, function 20000, off_t 30000, blob 40000) and a number of its own.
enum {
    CLIBCURL_SSLVERSION = 32,
    CLIBCURL_NOPROGRESS = 43,
    CLIBCURL_NOBODY = 44,
    CLIBCURL_UPLOAD = 46,
    CLIBCURL_POST = 47,
    CLIBCURL_FRESH_CONNECT = 74,
    CLIBCURL_FORBID_REUSE = 75,
    CLIBCURL_HTTPGET = 80,
    CLIBCURL_HTTP_VERSION = 84,
    CLIBCURL_DNS_CACHE_TIMEOUT = 92,
    CLIBCURL_BUFFERSIZE = 98,
    CLIBCURL_NOSIGNAL = 99,
    CLIBCURL_CONNECTTIMEOUT_MS = 156,
    CLIBCURL_HTTP_TRANSFER_DECODING = 157,
    CLIBCURL_PROTOCOLS = 181,
    CLIBCURL_TCP_KEEPALIVE = 213,
    CLIBCURL_PATH_AS_IS = 234,
    CLIBCURL_PIPEWAIT = 237,
    CLIBCURL_SUPPRESS_CONNECT_HEADERS = 265,
    CLIBCURL_HTTP09_ALLOWED = 285,
    CLIBCURL_MAXAGE_CONN = 288,
    CLIBCURL_QUICK_EXIT = 322,
    CLIBCURL_URL = 10002,
    CLIBCURL_PROXY = 10004,
    CLIBCURL_POSTFIELDS = 10015,
    CLIBCURL_SSLCERT = 10025,
    CLIBCURL_KEYPASSWD = 10026,
    CLIBCURL_CUSTOMREQUEST = 10036,
    CLIBCURL_CAINFO = 10065,
    CLIBCURL_SSLKEY = 10087,
    CLIBCURL_NOPROXY = 10177,
    CLIBCURL_RESOLVE = 10203,
    CLIBCURL_PINNEDPUBLICKEY = 10230,
    CLIBCURL_UNIX_SOCKET_PATH = 10231,
    CLIBCURL_INFILESIZE_LARGE = 30115,
    CLIBCURL_POSTFIELDSIZE_LARGE = 30120,
    CLIBCURL_CAINFO_BLOB = 40309,
};

// Values of CLIBCURL_HTTP_VERSION, CLIBCURL_SSLVERSION and CLIBCURL_PROTOCOLS.
enum {
    CLIBCURL_HTTP_1_1 = 2,
    CLIBCURL_HTTP_2_TLS = 4,
    CLIBCURL_TLS_1_2 = 6,
    CLIBCURL_TLS_1_3 = 7,
    CLIBCURL_HTTP_AND_HTTPS = 3,
};

// Values of CLIBCURL_INFO_HTTP_VERSION.
enum {
    CLIBCURL_ANSWER_HTTP_1_0 = 1,
    CLIBCURL_ANSWER_HTTP_2 = 3,
};

// The long ones, the ones in microseconds (off_t), the texts.
enum {
    CLIBCURL_INFO_REQUEST_SIZE = 0x20000C,
    CLIBCURL_INFO_NUM_CONNECTS = 0x20001A,
    CLIBCURL_INFO_PRIMARY_PORT = 0x200028,
    CLIBCURL_INFO_HTTP_VERSION = 0x20002E,
    CLIBCURL_INFO_NAMELOOKUP_TIME = 0x600033,
    CLIBCURL_INFO_CONNECT_TIME = 0x600034,
    CLIBCURL_INFO_PRETRANSFER_TIME = 0x600035,
    CLIBCURL_INFO_STARTTRANSFER_TIME = 0x600036,
    CLIBCURL_INFO_APPCONNECT_TIME = 0x600038,
    CLIBCURL_INFO_PRIMARY_IP = 0x100020,
};

// ---- Inflating ------------------------------------------------------------------------------------------------------

/// A gzip or deflate body being unpacked.
typedef struct clibcurl_inflater clibcurl_inflater;

typedef enum { CLIBCURL_GZIP, CLIBCURL_DEFLATE } clibcurl_encoding;
/// All that was given is unpacked; there is more to unpack; the end of the body; not what it says it is.
typedef enum { CLIBCURL_NEEDS_INPUT, CLIBCURL_HAS_OUTPUT, CLIBCURL_ENDED, CLIBCURL_BROKEN } clibcurl_unpacked;

/// NULL when there is no zlib or no memory.
clibcurl_inflater *_Nullable clibcurl_inflater_create(clibcurl_encoding encoding);
void clibcurl_inflater_free(clibcurl_inflater *_Nonnull inflater);
/// Unpacks some input: says how much of it was used and how much output there is.
clibcurl_unpacked clibcurl_inflate(
    clibcurl_inflater *_Nonnull inflater, const uint8_t *_Nullable input, size_t input_count,
    size_t *_Nonnull input_used, uint8_t *_Nonnull output, size_t output_count, size_t *_Nonnull output_made);

#endif
#endif
