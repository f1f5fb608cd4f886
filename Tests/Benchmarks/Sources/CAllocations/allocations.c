#include "allocations.h"

#if defined(__linux__) && defined(__GLIBC__) || defined(__gnu_linux__)
#include <malloc.h>
#include <stdatomic.h>
#include <stddef.h>

// Definitions in the executable come before the C library's, which stay reachable under these names.
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

static atomic_ulong count;
static atomic_bool is_counting;

static inline void note(void) {
    if (atomic_load_explicit(&is_counting, memory_order_relaxed)) {
        atomic_fetch_add_explicit(&count, 1, memory_order_relaxed);
    }
}

void *malloc(size_t size) {
    note();
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    note();
    return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
    note();
    return __libc_realloc(old, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
    note();
    *result = __libc_memalign(alignment, size);
    return *result ? 0 : 12;
}

void count_allocations(bool counts) { atomic_store(&is_counting, counts); }

unsigned long allocations_so_far(void) { return atomic_load_explicit(&count, memory_order_relaxed); }

unsigned long heap_bytes_in_use(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}
#else
void count_allocations(bool counts) { (void)counts; }
unsigned long allocations_so_far(void) { return 0; }
unsigned long heap_bytes_in_use(void) { return 0; }
#endif
