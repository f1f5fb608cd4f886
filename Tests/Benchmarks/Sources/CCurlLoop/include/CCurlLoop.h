#ifndef CCURLLOOP_H
#define CCURLLOOP_H

// What libcurl costs by itself: GET after GET of one URL, so many at a time, on one thread, with epoll and handles that
// are used again. Returns how many were answered with 200; -1 where there is no libcurl.
int bare_curl_loop(const char *url, int in_flight, int requests);

#endif
