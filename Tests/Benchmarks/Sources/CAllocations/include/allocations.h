#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

#include <stdbool.h>

// Whether allocations are counted. A count that all threads share costs those that allocate much: it is on only where
// it is asked for, and off at first.
void count_allocations(bool counts);

// The number of allocations that were counted so far, on every thread. Always 0 where they cannot be counted.
unsigned long allocations_so_far(void);

// The bytes of the heap that are in use, of all threads, what malloc itself needs included. Always 0 where they cannot
// be counted.
unsigned long heap_bytes_in_use(void);

#endif
