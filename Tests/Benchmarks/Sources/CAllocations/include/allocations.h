#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

// The number of allocations of the process so far, on every thread. Always 0 where they cannot be counted.
unsigned long allocations_so_far(void);

// The bytes of the heap that are in use, of all threads, what malloc itself needs included. Always 0 where they cannot
// be counted.
unsigned long heap_bytes_in_use(void);

#endif
