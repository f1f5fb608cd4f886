#ifndef CCURLLOOP_H
#define CCURLLOOP_H

#include <stdbool.h>

// What libcurl costs by itself: requests of one kind, so many at a time, on one thread. It stands on the shim of the
// library, so that both drive the same libcurl in the same way; what it leaves out is everything but the requests.

typedef struct c_curl_loop c_curl_loop;

typedef struct {
    const char *url;
    /// What is posted, as JSON; NULL to get.
    const char *body;
    int in_flight, requests;
    /// A new connection and a new look-up for each request.
    bool keeps_nothing;
} c_curl_work;

typedef struct {
    /// How many were answered with 200.
    int answered;
    unsigned long long bytes;
} c_curl_result;

// A loop that keeps so many connections; NULL where there is no libcurl.
c_curl_loop *c_curl_loop_create(int connections);
// All on the calling thread, one run at a time.
c_curl_result c_curl_loop_run(c_curl_loop *loop, c_curl_work work);
void c_curl_loop_free(c_curl_loop *loop);

#endif
