// Takes the place of open(2), close(2), ioctl(2) and mmap(2) in the test process; everything that does not concern the
// camera goes to the kernel.
#define _GNU_SOURCE
#include "lying_camera.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { WIDTH = 32, HEIGHT = 16, BYTES = WIDTH * HEIGHT, BUFFERS = 32, PERIOD_MS = 50, PAGE = 4096 };

static const char *const prefix = "/dev/lying-camera-";
static atomic_int camera = -1;
static atomic_uchar shown;
// Of the camera that is open; its descriptor is used by one thread at a time.
static char mode[32];
static int count, head, tail, is_queued[BUFFERS], order[BUFFERS * 2];
static uint8_t *memory[BUFFERS];
static uint32_t sequence;
static uint8_t exposed;
static struct timespec began;

void lying_camera_show(uint8_t value) { atomic_store(&shown, value); }

static int is(const char *name) { return strcmp(mode, name) == 0; }

static int fail(int number) {
    errno = number;
    return -1;
}

static int open_camera(const char *name) {
    int descriptor = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    strncpy(mode, name, sizeof mode - 1);
    head = tail = 0;
    memset(is_queued, 0, sizeof is_queued);
    atomic_store(&camera, descriptor);
    return descriptor;
}

static int open_any(const char *path, int flags, int permissions) {
    if (strncmp(path, prefix, strlen(prefix)) == 0) return open_camera(path + strlen(prefix));
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, permissions);
}

int open(const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    int permissions = va_arg(list, int);
    va_end(list);
    return open_any(path, flags, permissions);
}

int open64(const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    int permissions = va_arg(list, int);
    va_end(list);
    return open_any(path, flags, permissions);
}

int close(int descriptor) {
    int expected = descriptor;
    if (descriptor >= 0) atomic_compare_exchange_strong(&camera, &expected, -1);
    return (int)syscall(SYS_close, descriptor);
}

static void *map_any(void *address, size_t length, int protection, int flags, int descriptor, off_t offset) {
    if (descriptor < 0 || descriptor != atomic_load(&camera))
        return (void *)syscall(SYS_mmap, address, length, protection, flags, descriptor, offset);
    void *pages = (void *)syscall(SYS_mmap, NULL, length, protection, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    memory[offset / PAGE] = pages;
    return pages;
}

void *mmap(void *address, size_t length, int protection, int flags, int descriptor, off_t offset) {
    return map_any(address, length, protection, flags, descriptor, offset);
}

void *mmap64(void *address, size_t length, int protection, int flags, int descriptor, off_t offset) {
    return map_any(address, length, protection, flags, descriptor, offset);
}

static struct timespec stamp(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    if (is("frozen")) return began;
    if (is("late1")) time.tv_sec -= 1;
    if (is("late10")) time.tv_sec -= 10;
    if (is("backwards")) time.tv_sec -= sequence * 37 % 23;
    if (is("zero")) time = (struct timespec){0, 0};
    if (is("future")) time.tv_sec += 5;
    if (is("realtime")) clock_gettime(CLOCK_REALTIME, &time);
    if (is("garbage")) time = (struct timespec){0x7fffffffffffffff, 999999999};
    return time;
}

static int dequeue(struct v4l2_buffer *buffer) {
    uint64_t periods;
    if (head == tail || read(atomic_load(&camera), &periods, sizeof periods) != sizeof periods) return fail(EAGAIN);
    int index = order[head++ % (BUFFERS * 2)];
    is_queued[index] = 0;
    sequence += (uint32_t)periods;
    memset(memory[index], exposed, BYTES);
    exposed = atomic_load(&shown);
    struct timespec time = stamp();
    int is_wrong = sequence % 3 != 0;
    if (is("eio") && sequence % 10 == 9) return fail(EIO);
    buffer->index = is("wrong-index") && sequence % 10 == 9 ? 77 : (uint32_t)index;
    buffer->flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
    if (is("all-flagged") || (is("flagged") && is_wrong)) buffer->flags |= V4L2_BUF_FLAG_ERROR;
    buffer->bytesused = is("no-bytesused")            ? 0
                        : is("short") && is_wrong     ? BYTES / 2
                        : is("overlong") && is_wrong  ? PAGE + BYTES
                                                      : BYTES;
    buffer->sequence = is("seq0") ? 0 : sequence;
    buffer->timestamp.tv_sec = time.tv_sec;
    buffer->timestamp.tv_usec = time.tv_nsec / 1000;
    buffer->length = PAGE;
    return 0;
}

static int stream(int is_on) {
    struct timespec period = {0, is_on ? PERIOD_MS * 1000000L : 0};
    struct itimerspec timer = {period, period};
    clock_gettime(CLOCK_MONOTONIC, &began);
    if (!is_on) {
        head = tail = 0;
        memset(is_queued, 0, sizeof is_queued);
    }
    sequence = 0;
    exposed = atomic_load(&shown);
    return timerfd_settime(atomic_load(&camera), 0, &timer, NULL);
}

static int control(unsigned long request, void *argument) {
    switch (request) {
    case VIDIOC_QUERYCAP: {
        struct v4l2_capability *capability = argument;
        memset(capability, 0, sizeof *capability);
        strcpy((char *)capability->driver, "lying");
        strcpy((char *)capability->card, "Lying camera");
        strcpy((char *)capability->bus_info, "lying:0");
        capability->device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
        capability->capabilities = capability->device_caps | V4L2_CAP_DEVICE_CAPS;
        return 0;
    }
    case VIDIOC_ENUM_FMT: {
        struct v4l2_fmtdesc *format = argument;
        if (format->index > 0 && !is("endless-formats")) return fail(EINVAL);
        format->pixelformat = V4L2_PIX_FMT_GREY;
        return 0;
    }
    case VIDIOC_ENUM_FRAMESIZES: {
        struct v4l2_frmsizeenum *size = argument;
        if (size->index > 0) return fail(EINVAL);
        size->type = V4L2_FRMSIZE_TYPE_DISCRETE;
        size->discrete.width = WIDTH;
        size->discrete.height = HEIGHT;
        return 0;
    }
    case VIDIOC_S_FMT:
    case VIDIOC_TRY_FMT: {
        struct v4l2_pix_format *picture = &((struct v4l2_format *)argument)->fmt.pix;
        picture->width = WIDTH;
        picture->height = HEIGHT;
        picture->pixelformat = V4L2_PIX_FMT_GREY;
        picture->field = V4L2_FIELD_NONE;
        picture->bytesperline = WIDTH;
        picture->sizeimage = BYTES;
        return 0;
    }
    case VIDIOC_G_PARM:
    case VIDIOC_S_PARM: {
        struct v4l2_fract *interval = &((struct v4l2_streamparm *)argument)->parm.capture.timeperframe;
        if (is("no-rate")) return fail(ENOTTY);
        interval->numerator = is("slow-rate") ? 4294967295 : 1;
        interval->denominator = is("slow-rate") ? 1 : 1000 / PERIOD_MS;
        return 0;
    }
    case VIDIOC_REQBUFS:
        count = ((struct v4l2_requestbuffers *)argument)->count;
        return count <= BUFFERS ? 0 : fail(EINVAL);
    case VIDIOC_QUERYBUF: {
        struct v4l2_buffer *buffer = argument;
        buffer->length = PAGE;
        buffer->m.offset = buffer->index * PAGE;
        return 0;
    }
    case VIDIOC_QBUF: {
        int index = (int)((struct v4l2_buffer *)argument)->index;
        if (index >= count || is_queued[index]) return fail(EINVAL);
        is_queued[index] = 1;
        order[tail++ % (BUFFERS * 2)] = index;
        return 0;
    }
    case VIDIOC_DQBUF: return dequeue(argument);
    case VIDIOC_STREAMON: return stream(1);
    case VIDIOC_STREAMOFF: return stream(0);
    case VIDIOC_QUERY_EXT_CTRL: return fail(EINVAL);
    default: return fail(ENOTTY);
    }
}

int ioctl(int descriptor, unsigned long request, ...) {
    va_list list;
    va_start(list, request);
    void *argument = va_arg(list, void *);
    va_end(list);
    if (descriptor >= 0 && descriptor == atomic_load(&camera)) return control(request, argument);
    return (int)syscall(SYS_ioctl, descriptor, request, argument);
}
