#if defined(__linux__)

#include "internal.h"

#include <dlfcn.h>
#include <stdlib.h>

// zlib's documented ABI, written down for the same reason as libcurl's: no header is needed to build.

typedef struct {
    const uint8_t *next_in;
    unsigned int avail_in;
    unsigned long total_in;
    uint8_t *next_out;
    unsigned int avail_out;
    unsigned long total_out;
    const char *msg;
    void *state;
    void *zalloc, *zfree, *opaque;
    int data_type;
    unsigned long adler, reserved;
} z_stream;

enum { Z_OK = 0, Z_STREAM_END = 1, Z_BUF_ERROR = -5, Z_NO_FLUSH = 0 };
/// The window of 32 KiB, which every stream can do with; 16 more for gzip, negative for no frame at all.
enum { WINDOW = 15, GZIP = 16 };

static int (*inflate_init)(z_stream *stream, int window_bits, const char *version, int size);
static int (*inflate)(z_stream *stream, int flush);
static int (*inflate_reset)(z_stream *stream, int window_bits);
static int (*inflate_end)(z_stream *stream);

struct clibcurl_inflater {
    z_stream stream;
    clibcurl_encoding encoding;
    /// Whether anything has come, and whether a whole body is through.
    bool has_begun, has_ended;
};

bool clibcurl_load_zlib(void) {
    void *library = dlopen("libz.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!library) { return false; }
    inflate_init = (int (*)(z_stream *, int, const char *, int))dlsym(library, "inflateInit2_");
    inflate = (int (*)(z_stream *, int))dlsym(library, "inflate");
    inflate_reset = (int (*)(z_stream *, int))dlsym(library, "inflateReset2");
    inflate_end = (int (*)(z_stream *))dlsym(library, "inflateEnd");
    return inflate_init && inflate && inflate_reset && inflate_end;
}

clibcurl_inflater *clibcurl_inflater_create(clibcurl_encoding encoding) {
    if (!inflate_end) { return NULL; }
    clibcurl_inflater *inflater = calloc(1, sizeof *inflater);
    if (!inflater) { return NULL; }
    inflater->encoding = encoding;
    int window = encoding == CLIBCURL_GZIP ? WINDOW + GZIP : WINDOW;
    // Only the first character of the version counts.
    if (inflate_init(&inflater->stream, window, "1", (int)sizeof inflater->stream) != Z_OK) {
        free(inflater);
        return NULL;
    }
    return inflater;
}

void clibcurl_inflater_free(clibcurl_inflater *inflater) {
    inflate_end(&inflater->stream);
    free(inflater);
}

clibcurl_unpacked clibcurl_inflate(
    clibcurl_inflater *inflater, const uint8_t *input, size_t input_count, size_t *input_used, uint8_t *output,
    size_t output_count, size_t *output_made) {
    z_stream *stream = &inflater->stream;
    *input_used = 0;
    *output_made = 0;
    if (inflater->has_ended) {
        if (input_count == 0) { return CLIBCURL_ENDED; }
        // Only gzip may go on after its end, with another member (RFC 1952 §2.2).
        if (inflater->encoding != CLIBCURL_GZIP || inflate_reset(stream, WINDOW + GZIP) != Z_OK) {
            return CLIBCURL_BROKEN;
        }
        inflater->has_ended = false;
    }
    if (!inflater->has_begun && input_count > 0) {
        inflater->has_begun = true;
        // "deflate" is meant to have zlib's frame (RFC 9110 §8.4.1.2), and many servers leave it out.
        bool is_framed = (input[0] & 0x8F) == 0x08;
        if (inflater->encoding == CLIBCURL_DEFLATE && !is_framed) { inflate_reset(stream, -WINDOW); }
    }
    stream->next_in = input;
    stream->avail_in = (unsigned int)input_count;
    stream->next_out = output;
    stream->avail_out = (unsigned int)output_count;
    int code = inflate(stream, Z_NO_FLUSH);
    *input_used = input_count - stream->avail_in;
    *output_made = output_count - stream->avail_out;
    switch (code) {
    case Z_STREAM_END:
        inflater->has_ended = true;
        return stream->avail_in > 0 ? CLIBCURL_HAS_OUTPUT : CLIBCURL_ENDED;
    case Z_OK:
        return stream->avail_out == 0 || stream->avail_in > 0 ? CLIBCURL_HAS_OUTPUT : CLIBCURL_NEEDS_INPUT;
    case Z_BUF_ERROR:
        return CLIBCURL_NEEDS_INPUT;
    default:
        return CLIBCURL_BROKEN;
    }
}

#endif
