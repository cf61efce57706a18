#include "cv4l2.h"

#include <errno.h>
#include <libv4l-plugin.h>
#include <libv4lconvert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

// The kernel's interface on 64-bit machines: a header of another layout must not compile.
_Static_assert(sizeof(struct v4l2_capability) == 104, "v4l2_capability");
_Static_assert(sizeof(struct v4l2_fmtdesc) == 64, "v4l2_fmtdesc");
_Static_assert(sizeof(struct v4l2_format) == 208, "v4l2_format");
_Static_assert(sizeof(struct v4l2_frmsizeenum) == 44, "v4l2_frmsizeenum");
_Static_assert(sizeof(struct v4l2_frmivalenum) == 52, "v4l2_frmivalenum");
_Static_assert(sizeof(struct v4l2_streamparm) == 204, "v4l2_streamparm");
_Static_assert(sizeof(struct v4l2_requestbuffers) == 20, "v4l2_requestbuffers");
_Static_assert(sizeof(struct v4l2_buffer) == 88, "v4l2_buffer");
_Static_assert(sizeof(struct v4l2_plane) == 64, "v4l2_plane");
_Static_assert(sizeof(struct v4l2_pix_format_mplane) == 192, "v4l2_pix_format_mplane");
_Static_assert(sizeof(struct v4l2_query_ext_ctrl) == 232, "v4l2_query_ext_ctrl");
_Static_assert(sizeof(struct v4l2_ext_control) == 20, "v4l2_ext_control");
_Static_assert(sizeof(struct v4l2_ext_controls) == 32, "v4l2_ext_controls");
_Static_assert(sizeof(struct v4l2_querymenu) == 44, "v4l2_querymenu");
_Static_assert(sizeof(((struct v4l2_querymenu *)0)->name) == CV4L2_LABEL_BYTES, "v4l2_querymenu.name");

int cv4l2_ioctl(int descriptor, unsigned long request, void *argument) {
    return ioctl(descriptor, request, argument);
}

int cv4l2_format(int descriptor, unsigned long request, uint32_t type, struct cv4l2_format *format) {
    struct v4l2_format whole = {.type = type};
    int is_multiplanar = V4L2_TYPE_IS_MULTIPLANAR(type);
    struct v4l2_pix_format_mplane *planes = &whole.fmt.pix_mp;
    struct v4l2_pix_format *single = &whole.fmt.pix;
    if (is_multiplanar) {
        planes->width = format->width;
        planes->height = format->height;
        planes->pixelformat = format->pixelformat;
        planes->field = format->field;
        planes->num_planes = 1;
    } else {
        single->width = format->width;
        single->height = format->height;
        single->pixelformat = format->pixelformat;
        single->field = format->field;
        // Says that the fields after it are meant.
        single->priv = V4L2_PIX_FMT_PRIV_MAGIC;
    }
    int status = ioctl(descriptor, request, &whole);
    if (status) return status;
    if (is_multiplanar)
        *format = (struct cv4l2_format){
            .width = planes->width,
            .height = planes->height,
            .pixelformat = planes->pixelformat,
            .field = planes->field,
            .colorspace = planes->colorspace,
            .ycbcr_enc = planes->ycbcr_enc,
            .quantization = planes->quantization,
            .stride = planes->plane_fmt[0].bytesperline,
            .size = planes->plane_fmt[0].sizeimage,
            .planes = planes->num_planes};
    else
        *format = (struct cv4l2_format){
            .width = single->width,
            .height = single->height,
            .pixelformat = single->pixelformat,
            .field = single->field,
            .colorspace = single->colorspace,
            .ycbcr_enc = single->ycbcr_enc,
            .quantization = single->quantization,
            .stride = single->bytesperline,
            .size = single->sizeimage,
            .planes = 1};
    return 0;
}

int cv4l2_buffer(int descriptor, unsigned long request, struct v4l2_buffer *buffer, uint32_t *data_offset) {
    *data_offset = 0;
    if (!V4L2_TYPE_IS_MULTIPLANAR(buffer->type)) return ioctl(descriptor, request, buffer);
    struct v4l2_plane planes[VIDEO_MAX_PLANES] = {0};
    // In: how many there is room for. Out: how many there are.
    buffer->m.planes = planes;
    buffer->length = request == VIDIOC_QBUF ? 1 : VIDEO_MAX_PLANES;
    int status = ioctl(descriptor, request, buffer);
    uint32_t count = buffer->length;
    buffer->m.planes = NULL;
    buffer->length = 0;
    if (status) return status;
    if (count != 1) {
        errno = EPROTO;
        return -1;
    }
    buffer->bytesused = planes[0].bytesused;
    buffer->length = planes[0].length;
    buffer->m.offset = planes[0].m.mem_offset;
    *data_offset = planes[0].data_offset;
    return 0;
}

static int control(int descriptor, unsigned long request, struct v4l2_ext_control *control) {
    struct v4l2_ext_controls controls = {.which = V4L2_CTRL_WHICH_CUR_VAL, .count = 1, .controls = control};
    return ioctl(descriptor, request, &controls);
}

int cv4l2_get_control(int descriptor, uint32_t id, int is_64_bit, int64_t *value) {
    struct v4l2_ext_control one = {.id = id};
    int status = control(descriptor, VIDIOC_G_EXT_CTRLS, &one);
    if (status == 0) *value = is_64_bit ? one.value64 : one.value;
    return status;
}

int cv4l2_set_control(int descriptor, uint32_t id, int is_64_bit, int64_t value) {
    struct v4l2_ext_control one = {.id = id};
    if (is_64_bit)
        one.value64 = value;
    else
        one.value = (int32_t)value;
    return control(descriptor, VIDIOC_S_EXT_CTRLS, &one);
}

int cv4l2_query_menu(int descriptor, uint32_t id, uint32_t index, char label[CV4L2_LABEL_BYTES], int64_t *number) {
    struct v4l2_querymenu menu = {.id = id, .index = index};
    int status = ioctl(descriptor, VIDIOC_QUERYMENU, &menu);
    if (status == 0) {
        // The name and the number share their bytes.
        memcpy(label, menu.name, CV4L2_LABEL_BYTES);
        label[CV4L2_LABEL_BYTES - 1] = 0;
        *number = menu.value;
    }
    return status;
}

// libv4lconvert asks the device it is made for about quirks, and emulates missing controls through memory shared
// with other programs. This device has no quirks and every control, so it only converts.
static void *no_device_init(int descriptor) {
    (void)descriptor;
    return NULL;
}

static void no_device_close(void *device) { (void)device; }

static int no_device_ioctl(void *device, int descriptor, unsigned long request, void *argument) {
    (void)device, (void)descriptor;
    if (request == VIDIOC_QUERYCTRL) {
        ((struct v4l2_queryctrl *)argument)->flags = 0;
        return 0;
    }
    errno = ENOTTY;
    return -1;
}

static const struct libv4l_dev_ops no_device = {
    .init = no_device_init, .close = no_device_close, .ioctl = no_device_ioctl};

int cv4l2_decode_jpeg(const uint8_t *jpeg, size_t count, uint32_t width, uint32_t height, uint8_t *rgb,
                      char message[CV4L2_MESSAGE_BYTES]) {
    message[0] = 0;
    // A converter for each frame: libv4lconvert 1.22 leaves its decoder unusable after some errors.
    struct v4lconvert_data *converter = v4lconvert_create_with_dev_ops(-1, NULL, &no_device);
    if (!converter) {
        strcpy(message, "out of memory");
        return -1;
    }
    struct v4l2_format from = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    from.fmt.pix.width = width;
    from.fmt.pix.height = height;
    from.fmt.pix.pixelformat = V4L2_PIX_FMT_MJPEG;
    from.fmt.pix.sizeimage = (uint32_t)count;
    struct v4l2_format to = from;
    to.fmt.pix.pixelformat = V4L2_PIX_FMT_RGB24;
    to.fmt.pix.bytesperline = width * 3;
    to.fmt.pix.sizeimage = width * height * 3;
    int written = v4lconvert_convert(converter, &from, &to, (unsigned char *)jpeg, (int)count, rgb,
                                     (int)to.fmt.pix.sizeimage);
    int status = written == (int)to.fmt.pix.sizeimage ? 0 : -1;
    if (status) {
        strncpy(message, v4lconvert_get_error_message(converter), CV4L2_MESSAGE_BYTES - 1);
        message[CV4L2_MESSAGE_BYTES - 1] = 0;
        message[strcspn(message, "\n")] = 0;
    }
    v4lconvert_destroy(converter);
    return status;
}
