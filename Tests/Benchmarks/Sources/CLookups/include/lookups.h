#ifndef LOOKUPS_H
#define LOOKUPS_H

// How often a name was looked up by getaddrinfo in this process so far, on every thread, addresses in digits left out.
// -1 where that cannot be counted.
long lookups_so_far(void);

#endif
