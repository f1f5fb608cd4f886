#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

// The number of allocations of the process so far, on every thread. Always 0 where they cannot be counted.
unsigned long allocations_so_far(void);

#endif
