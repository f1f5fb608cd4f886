#ifndef LOOKUPS_H
#define LOOKUPS_H

// A name that getaddrinfo knows in this process only: it is 127.0.0.1. libcurl does not look up localhost at all, and no
// other name leads to this machine on every machine.
#define LOOKUPS_NAME "benchmarks.test"

// How often that name was looked up in this process so far, on every thread. -1 where that cannot be counted.
long lookups_so_far(void);

#endif
