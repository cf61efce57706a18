/// What Swift cannot import of the Video4Linux2 interface (linux/videodev2.h): ioctl request macros, the variadic
/// ioctl(2), packed structures; and JPEG decoding by libv4lconvert. No policy.
#ifndef CV4L2_H
#define CV4L2_H

#include <linux/videodev2.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/eventfd.h>

#pragma clang assume_nonnull begin

static const unsigned long CV4L2_QUERYCAP = VIDIOC_QUERYCAP;
static const unsigned long CV4L2_ENUM_FMT = VIDIOC_ENUM_FMT;
static const unsigned long CV4L2_ENUM_FRAMESIZES = VIDIOC_ENUM_FRAMESIZES;
static const unsigned long CV4L2_ENUM_FRAMEINTERVALS = VIDIOC_ENUM_FRAMEINTERVALS;
static const unsigned long CV4L2_S_FMT = VIDIOC_S_FMT;
static const unsigned long CV4L2_TRY_FMT = VIDIOC_TRY_FMT;
static const unsigned long CV4L2_G_PARM = VIDIOC_G_PARM;
static const unsigned long CV4L2_S_PARM = VIDIOC_S_PARM;
static const unsigned long CV4L2_REQBUFS = VIDIOC_REQBUFS;
static const unsigned long CV4L2_QUERYBUF = VIDIOC_QUERYBUF;
static const unsigned long CV4L2_QBUF = VIDIOC_QBUF;
static const unsigned long CV4L2_DQBUF = VIDIOC_DQBUF;
static const unsigned long CV4L2_STREAMON = VIDIOC_STREAMON;
static const unsigned long CV4L2_STREAMOFF = VIDIOC_STREAMOFF;
static const unsigned long CV4L2_QUERY_EXT_CTRL = VIDIOC_QUERY_EXT_CTRL;

/// `ioctl(2)`: -1 and errno on failure.
int cv4l2_ioctl(int descriptor, unsigned long request, void *argument);

/// A picture format of a single-planar device or of a multi-planar one whose picture lies in one memory plane.
struct cv4l2_format {
    uint32_t width, height, pixelformat, field, colorspace, ycbcr_enc, quantization;
    /// Bytes from one row to the next, as the driver has it.
    uint32_t stride;
    /// Bytes of a whole picture, as the driver has it.
    uint32_t size;
    /// Planes of memory: 1 of single-planar devices.
    uint32_t planes;
};

/// VIDIOC_S_FMT or VIDIOC_TRY_FMT. -1 and errno on failure.
/// - Parameter type: V4L2_BUF_TYPE_VIDEO_CAPTURE or V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE.
int cv4l2_format(int descriptor, unsigned long request, uint32_t type, struct cv4l2_format *format);

/// VIDIOC_QUERYBUF, VIDIOC_QBUF or VIDIOC_DQBUF. Of a multi-planar buffer with one plane, `bytesused`, `length` and
/// `m.offset` are filled in from that plane, as if the device were a single-planar one.
/// - Parameter data_offset: where in the buffer the picture begins, which `bytesused` includes; 0 of single-planar devices.
/// - Returns: -1 and errno on failure; EPROTO for a buffer of several planes.
int cv4l2_buffer(int descriptor, unsigned long request, struct v4l2_buffer *buffer, uint32_t *data_offset);

/// One control's value, of 32 or 64 bits. -1 and errno on failure.
int cv4l2_get_control(int descriptor, uint32_t id, int is_64_bit, int64_t *value);
int cv4l2_set_control(int descriptor, uint32_t id, int is_64_bit, int64_t value);

enum { CV4L2_LABEL_BYTES = 32 };

/// One entry of a menu: its label, or of an integer menu its number. -1 and errno where the menu has no such entry.
int cv4l2_query_menu(int descriptor, uint32_t id, uint32_t index, char label[_Nonnull CV4L2_LABEL_BYTES],
                     int64_t *number);

enum { CV4L2_MESSAGE_BYTES = 256 };

/// Decodes a JPEG of exactly width x height pixels and three components into rgb, 3 * width * height bytes.
/// A file cut short decodes to grey from there on: look for its end first.
/// - Returns: 0, or -1 with the reason in message.
int cv4l2_decode_jpeg(const uint8_t *jpeg, size_t count, uint32_t width, uint32_t height, uint8_t *rgb,
                      char message[_Nonnull CV4L2_MESSAGE_BYTES]);

#pragma clang assume_nonnull end

#endif
