// Takes the place of pread(2), pwrite(2), fsync(2) and fdatasync(2) in the test process, for files of SQLite alone.
#define _GNU_SOURCE
#include "faulty_disk.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_int failing, number_told;
static atomic_long left_until, left_failing, failures;

void faulty_disk_set(enum faulty_disk_call call, long nth, long count, int number) {
    atomic_store(&failing, FAULTY_DISK_NONE);
    atomic_store(&number_told, number);
    atomic_store(&left_until, nth - 1);
    atomic_store(&left_failing, count);
    atomic_store(&failures, 0);
    atomic_store(&failing, call);
}

long faulty_disk_failures(void) { return atomic_load(&failures); }

static int is_database(int descriptor) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return strstr(path, ".sqlite") != NULL;
}

static int fails(enum faulty_disk_call call, int descriptor) {
    if (atomic_load(&failing) != (int)call || !is_database(descriptor)) return 0;
    if (atomic_fetch_sub(&left_until, 1) > 0 || atomic_fetch_sub(&left_failing, 1) <= 0) return 0;
    atomic_fetch_add(&failures, 1);
    errno = atomic_load(&number_told);
    return 1;
}

ssize_t pread(int descriptor, void *bytes, size_t count, off_t offset) {
    return fails(FAULTY_DISK_READ, descriptor) ? -1 : syscall(SYS_pread64, descriptor, bytes, count, offset);
}

ssize_t pread64(int descriptor, void *bytes, size_t count, off64_t offset) {
    return fails(FAULTY_DISK_READ, descriptor) ? -1 : syscall(SYS_pread64, descriptor, bytes, count, offset);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    return fails(FAULTY_DISK_WRITE, descriptor) ? -1 : syscall(SYS_pwrite64, descriptor, bytes, count, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    return fails(FAULTY_DISK_WRITE, descriptor) ? -1 : syscall(SYS_pwrite64, descriptor, bytes, count, offset);
}

int fsync(int descriptor) {
    return fails(FAULTY_DISK_SYNC, descriptor) ? -1 : (int)syscall(SYS_fsync, descriptor);
}

int fdatasync(int descriptor) {
    return fails(FAULTY_DISK_SYNC, descriptor) ? -1 : (int)syscall(SYS_fdatasync, descriptor);
}
