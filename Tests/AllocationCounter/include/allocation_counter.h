// Counts what the process takes from the heap: defines malloc and its kin, so that all code of the test process, the
// libraries' included, comes through here on the way to the C library's own.
#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H
#include <stddef.h>

/// Calls so far, of all threads.
size_t allocation_count(void);

#endif
