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

enum { WIDTH = 32, HEIGHT = 16, BUFFERS = 32, PERIOD_MS = 50, PAGE = 4096, DATA_OFFSET = 24 };

static const char *const prefix = "/dev/lying-camera-";
static atomic_int camera = -1;
static atomic_uchar shown;
static atomic_int withheld;
// Of the camera that is open; its descriptor is used by one thread at a time.
static char mode[32];
static int count, head, tail, is_queued[BUFFERS], order[BUFFERS * 2];
static uint8_t *memory[BUFFERS];
static uint32_t sequence, width, height, stride, format;
static int period_ms;
// Shown while the frame that comes next was exposed.
static uint8_t exposed;
static struct timespec began;

void lying_camera_show(uint8_t value) { atomic_store(&shown, value); }

void lying_camera_withhold(int is_withheld) { atomic_store(&withheld, is_withheld); }

static int is(const char *name) { return strcmp(mode, name) == 0; }

static int fail(int number) {
    errno = number;
    return -1;
}

static int is_multiplanar(void) { return is("multi-planar") || is("two-planes"); }

static uint32_t type(void) {
    return is_multiplanar() ? V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE : V4L2_BUF_TYPE_VIDEO_CAPTURE;
}

static uint32_t start(void) { return is("multi-planar") ? DATA_OFFSET : 0; }

static uint32_t frame_bytes(void) { return stride * height; }

// Sizes of a format by index; 0 where there is no more.
static int size_of(uint32_t code, uint32_t index, uint32_t *across, uint32_t *down) {
    int has_small = is("choice") && code == V4L2_PIX_FMT_GREY && !atomic_load(&withheld);
    *across = index ? 16 : WIDTH;
    *down = index ? 8 : HEIGHT;
    return index == 0 || (index == 1 && has_small);
}

static uint32_t format_at(uint32_t index) {
    if (is("endless-formats")) return V4L2_PIX_FMT_GREY;
    if (is("packed")) return index ? 0 : V4L2_PIX_FMT_SRGGB10P;
    if (is("choice")) return index == 0 ? V4L2_PIX_FMT_Y10P : index == 1 ? V4L2_PIX_FMT_GREY : 0;
    if (is("multi-planar")) return index == 0 ? V4L2_PIX_FMT_NV12M : index == 1 ? V4L2_PIX_FMT_GREY : 0;
    return index ? 0 : V4L2_PIX_FMT_GREY;
}

// What comes nearest of what it has.
static void set_format(uint32_t code, uint32_t across, uint32_t down) {
    uint32_t index = 0, w = 0, h = 0;
    while (format_at(index) && format_at(index) != code && index < 8) index++;
    format = format_at(index) == code ? code : format_at(is("multi-planar") ? 1 : 0);
    size_of(format, 0, &width, &height);
    for (index = 1; size_of(format, index, &w, &h); index++)
        if (w == across && h == down) width = w, height = h;
    if (is("range")) width = across, height = down;
    int is_packed = format == V4L2_PIX_FMT_Y10P || format == V4L2_PIX_FMT_SRGGB10P;
    stride = is_packed ? width / 4 * 5 : width;
    if (is("packed")) stride += 7;
}

// Every pixel of the value; 10 bits of it end in its last two.
static void expose(uint8_t *bytes, uint8_t value) {
    memset(bytes, 0xEE, PAGE);
    for (uint32_t y = 0; y < height; y++) {
        uint8_t *row = bytes + start() + y * stride;
        if (format == V4L2_PIX_FMT_GREY) {
            memset(row, value, width);
            continue;
        }
        for (uint32_t x = 0; x < width; x += 4) {
            memset(row + x / 4 * 5, value, 4);
            row[x / 4 * 5 + 4] = (value & 3) * 0x55;
        }
    }
}

static int open_camera(const char *name) {
    int descriptor = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    strncpy(mode, name, sizeof mode - 1);
    head = tail = 0;
    memset(is_queued, 0, sizeof is_queued);
    period_ms = PERIOD_MS;
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

// Of the buffer's only plane on a multi-planar device.
static void tell_memory(struct v4l2_buffer *buffer, uint32_t used, uint32_t offset) {
    if (!is_multiplanar()) {
        buffer->bytesused = used;
        buffer->length = PAGE;
        buffer->m.offset = offset;
        return;
    }
    struct v4l2_plane *plane = buffer->m.planes;
    buffer->length = 1;
    plane->bytesused = used + start();
    plane->data_offset = start();
    plane->length = PAGE;
    plane->m.mem_offset = offset;
}

static int dequeue(struct v4l2_buffer *buffer) {
    uint64_t periods;
    if (head == tail || read(atomic_load(&camera), &periods, sizeof periods) != sizeof periods) return fail(EAGAIN);
    int index = order[head++ % (BUFFERS * 2)];
    is_queued[index] = 0;
    sequence += (uint32_t)periods;
    expose(memory[index], exposed);
    exposed = atomic_load(&shown);
    struct timespec time = stamp();
    int is_wrong = sequence % 3 != 0;
    if (is("eio") && sequence % 10 == 9) return fail(EIO);
    buffer->index = is("wrong-index") && sequence % 10 == 9 ? 77 : (uint32_t)index;
    buffer->flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
    if (is("all-flagged") || (is("flagged") && is_wrong)) buffer->flags |= V4L2_BUF_FLAG_ERROR;
    uint32_t bytes = frame_bytes();
    uint32_t used = is("no-bytesused")           ? 0
                    : is("short") && is_wrong    ? bytes / 2
                    : is("overlong") && is_wrong ? PAGE + bytes
                                                 : bytes;
    buffer->sequence = is("seq0") ? 0 : sequence;
    buffer->timestamp.tv_sec = time.tv_sec;
    buffer->timestamp.tv_usec = time.tv_nsec / 1000;
    tell_memory(buffer, used, 0);
    return 0;
}

static int stream(int is_on) {
    struct timespec period = {0, is_on ? period_ms * 1000000L : 0};
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
        capability->device_caps =
            (is_multiplanar() ? V4L2_CAP_VIDEO_CAPTURE_MPLANE : V4L2_CAP_VIDEO_CAPTURE) | V4L2_CAP_STREAMING;
        capability->capabilities = capability->device_caps | V4L2_CAP_DEVICE_CAPS;
        return 0;
    }
    case VIDIOC_ENUM_FMT: {
        struct v4l2_fmtdesc *description = argument;
        if (description->type != type() || !format_at(description->index)) return fail(EINVAL);
        description->pixelformat = format_at(description->index);
        return 0;
    }
    case VIDIOC_ENUM_FRAMESIZES: {
        struct v4l2_frmsizeenum *size = argument;
        if (is("range") && size->index == 0) {
            size->type = V4L2_FRMSIZE_TYPE_STEPWISE;
            size->stepwise = (struct v4l2_frmsize_stepwise){16, 64, 16, 8, 32, 8};
            return 0;
        }
        if (is("range") || !size_of(size->pixel_format, size->index, &size->discrete.width, &size->discrete.height))
            return fail(EINVAL);
        size->type = V4L2_FRMSIZE_TYPE_DISCRETE;
        return 0;
    }
    case VIDIOC_ENUM_FRAMEINTERVALS: {
        struct v4l2_frmivalenum *interval = argument;
        if (!is("choice") || interval->index > (interval->width == 16)) return fail(is("choice") ? EINVAL : ENOTTY);
        interval->type = V4L2_FRMIVAL_TYPE_DISCRETE;
        interval->discrete = (struct v4l2_fract){1, interval->index ? 10 : 20};
        return 0;
    }
    case VIDIOC_S_FMT:
    case VIDIOC_TRY_FMT: {
        struct v4l2_format *whole = argument;
        if (whole->type != type()) return fail(EINVAL);
        if (is_multiplanar()) {
            struct v4l2_pix_format_mplane *picture = &whole->fmt.pix_mp;
            set_format(picture->pixelformat, picture->width, picture->height);
            picture->width = width;
            picture->height = height;
            picture->pixelformat = format;
            picture->field = V4L2_FIELD_NONE;
            picture->num_planes = is("two-planes") ? 2 : 1;
            picture->plane_fmt[0].bytesperline = stride;
            picture->plane_fmt[0].sizeimage = frame_bytes() + start();
            return 0;
        }
        struct v4l2_pix_format *picture = &whole->fmt.pix;
        set_format(picture->pixelformat, picture->width, picture->height);
        picture->width = width;
        picture->height = height;
        picture->pixelformat = format;
        picture->field = V4L2_FIELD_NONE;
        picture->bytesperline = is("short-rows") ? stride - 3 : stride;
        picture->sizeimage = frame_bytes();
        return 0;
    }
    case VIDIOC_G_PARM:
    case VIDIOC_S_PARM: {
        struct v4l2_fract *interval = &((struct v4l2_streamparm *)argument)->parm.capture.timeperframe;
        if (is("no-rate")) return fail(ENOTTY);
        if (((struct v4l2_streamparm *)argument)->type != type()) return fail(EINVAL);
        if (request == VIDIOC_S_PARM && is("choice") && width == 16 && interval->numerator)
            period_ms = interval->denominator / interval->numerator >= 15 ? PERIOD_MS : 2 * PERIOD_MS;
        interval->numerator = is("slow-rate") ? 4294967295 : 1;
        interval->denominator = is("slow-rate") ? 1 : (uint32_t)(1000 / period_ms);
        return 0;
    }
    case VIDIOC_REQBUFS:
        count = (int)((struct v4l2_requestbuffers *)argument)->count;
        return count <= BUFFERS && ((struct v4l2_requestbuffers *)argument)->type == type() ? 0 : fail(EINVAL);
    case VIDIOC_QUERYBUF: {
        struct v4l2_buffer *buffer = argument;
        if (buffer->type != type() || (is_multiplanar() && buffer->length < 1)) return fail(EINVAL);
        tell_memory(buffer, 0, buffer->index * PAGE);
        return 0;
    }
    case VIDIOC_QBUF: {
        struct v4l2_buffer *buffer = argument;
        int index = (int)buffer->index;
        if (buffer->type != type() || (is_multiplanar() && buffer->length != 1)) return fail(EINVAL);
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
