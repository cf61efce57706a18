// Preloaded into a daemon: fails its N-th write, fsync, open, mmap or malloc, or kills it in that call; told what to do
// through a page of memory that failing.py shares with it (NEURALLENS_FAULTS names the file). Calls on sockets, pipes and
// devices pass: a disk or a memory that fails is meant, not a network.
//
//     clang -shared -fPIC -O1 -o failing_calls.so failing_calls.c
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum call { NOTHING, WRITE, SYNC, OPEN, MAP, ALLOCATE, CALLS };

// As failing.py packs it: 64-bit fields, native order.
struct orders {
    _Atomic int64_t call;      // of enum call; NOTHING lets all pass
    _Atomic int64_t countdown; // calls of that kind until the one that fails; 0 or less: passed
    _Atomic int64_t error;     // errno it gets; 0: SIGKILL instead
    _Atomic int64_t failed;    // calls that failed so far
    _Atomic int64_t count[CALLS]; // calls seen since the orders were given
    _Atomic int64_t log_synced;   // length of the database's log (-wal) when it was last brought to the disk, in bytes
    _Atomic int64_t log_syncs;    // how often it was
    _Atomic int64_t until_syncs;  // > 0: the countdown begins when log_syncs reaches it
};

static struct orders nowhere, *orders = &nowhere;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("NEURALLENS_FAULTS");
    if (!path) return;
    int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    void *page = (void *)syscall(SYS_mmap, NULL, sizeof *orders, (long)(PROT_READ | PROT_WRITE), (long)MAP_SHARED, (long)file, 0L);
    close(file);
    if (page != MAP_FAILED) orders = page;
}

// Whether this call is the one. It does not come back where the order is to kill.
static int fails(enum call call) {
    atomic_fetch_add(&orders->count[call], 1);
    if (atomic_load(&orders->call) != call || atomic_load(&orders->log_syncs) < atomic_load(&orders->until_syncs)) return 0;
    if (atomic_fetch_sub(&orders->countdown, 1) != 1) return 0;
    atomic_fetch_add(&orders->failed, 1);
    int error = (int)atomic_load(&orders->error);
    if (!error) syscall(SYS_kill, getpid(), SIGKILL);
    errno = error;
    return 1;
}

static int is_file(int descriptor) {
    struct stat status;
    return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

static void note_sync(int descriptor) {
    char link[40] = "/proc/self/fd/", digits[12], path[4096];
    int length = 0;
    unsigned number = (unsigned)descriptor;
    do digits[length++] = (char)('0' + number % 10); while (number /= 10);
    size_t at = strlen(link);
    while (length) link[at++] = digits[--length];
    link[at] = 0;
    ssize_t bytes = readlink(link, path, sizeof path);
    // Of the catalogue; the files of slides' pictures have logs of their own.
    static const char log[] = "slides.sqlite-wal";
    const ssize_t length_of_log = sizeof log - 1;
    if (bytes < length_of_log || memcmp(path + bytes - length_of_log, log, (size_t)length_of_log)) return;
    struct stat status;
    if (fstat(descriptor, &status)) return;
    atomic_store(&orders->log_synced, status.st_size);
    atomic_fetch_add(&orders->log_syncs, 1);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    return is_file(descriptor) && fails(WRITE) ? -1 : syscall(SYS_write, descriptor, bytes, count);
}
ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    return is_file(descriptor) && fails(WRITE) ? -1 : syscall(SYS_pwrite64, descriptor, bytes, count, offset);
}
ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    return is_file(descriptor) && fails(WRITE) ? -1 : syscall(SYS_pwrite64, descriptor, bytes, count, offset);
}
ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    return is_file(descriptor) && fails(WRITE) ? -1 : syscall(SYS_writev, descriptor, parts, count);
}

int fsync(int descriptor) {
    if (fails(SYNC)) return -1;
    int result = (int)syscall(SYS_fsync, descriptor);
    if (!result) note_sync(descriptor);
    return result;
}
int fdatasync(int descriptor) {
    if (fails(SYNC)) return -1;
    int result = (int)syscall(SYS_fdatasync, descriptor);
    if (!result) note_sync(descriptor);
    return result;
}

#define OPEN_LIKE(name, first, folder) \
    int name(first const char *path, int flags, ...) { \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
        va_end(rest); \
        return fails(OPEN) ? -1 : (int)syscall(SYS_openat, folder, path, flags, mode); \
    }
#define NO_FOLDER
#define WITH_FOLDER int from,
OPEN_LIKE(open, NO_FOLDER, AT_FDCWD)
OPEN_LIKE(open64, NO_FOLDER, AT_FDCWD)
OPEN_LIKE(openat, WITH_FOLDER, from)
OPEN_LIKE(openat64, WITH_FOLDER, from)

void *mmap(void *address, size_t length, int protection, int flags, int descriptor, off_t offset) {
    if (fails(MAP)) return MAP_FAILED;
    return (void *)syscall(SYS_mmap, address, length, (long)protection, (long)flags, (long)descriptor, offset);
}
void *mmap64(void *address, size_t length, int protection, int flags, int descriptor, off64_t offset) {
    return mmap(address, length, protection, flags, descriptor, offset);
}

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

void *malloc(size_t bytes) { return fails(ALLOCATE) ? NULL : __libc_malloc(bytes); }
void *calloc(size_t count, size_t bytes) { return fails(ALLOCATE) ? NULL : __libc_calloc(count, bytes); }
void *realloc(void *memory, size_t bytes) { return fails(ALLOCATE) ? NULL : __libc_realloc(memory, bytes); }
void *aligned_alloc(size_t alignment, size_t bytes) {
    return fails(ALLOCATE) ? NULL : __libc_memalign(alignment, bytes);
}
int posix_memalign(void **memory, size_t alignment, size_t bytes) {
    if (fails(ALLOCATE)) return ENOMEM;
    void *got = __libc_memalign(alignment, bytes);
    if (!got) return ENOMEM;
    *memory = got;
    return 0;
}
