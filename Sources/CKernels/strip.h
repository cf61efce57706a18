// A map's rows with zeros around them, as windows are read from.
#include "vectors.h"

/// `count` pixels; `affine` and `wide` (channels a multiple of 8) are constants to the compiler.
NL_BODY void copy_pixels(const nl_input *in, const float *pixel, int count, const int affine, const int wide,
                         const enum nl_element element, void *strip, ptrdiff_t out, ptrdiff_t out_stride) {
    const int channels = in->channels;
    const float slope = in->slope;
    for (; count > 0; count--, pixel += in->pixel_stride, out += out_stride) {
        if (wide) {
            for (int c = 0; c < channels; c += 8) {
                v8 v = *(const v8 *)(pixel + c);
                if (affine) v = v * *(const v8 *)(in->scale + c) + *(const v8 *)(in->shift + c);
                put8(strip, out + c, activated8(v, slope), element);
            }
        } else {
            for (int c = 0; c < channels; c++)
                put(strip, out + c, activated(affine ? pixel[c] * in->scale[c] + in->shift[c] : pixel[c], slope),
                    element);
        }
    }
}

NL_BODY void copy_rows(const nl_input *in, int y, int rows, void *strip, ptrdiff_t pixel_stride,
                       const enum nl_element element) {
    const int wide = in->channels % 8 == 0, affine = in->scale != NULL;
    const ptrdiff_t row_stride = (in->width + 2) * pixel_stride, size = element == NL_BF16 ? 2 : 4;
    ptrdiff_t out = 0;
    for (int row = 0; row < rows; row++, y++, out += row_stride) {
        if (y < 0 || y >= in->height) {
            memset((char *)strip + out * size, 0, size * row_stride);
            continue;
        }
        memset((char *)strip + out * size, 0, size * pixel_stride);
        memset((char *)strip + (out + row_stride - pixel_stride) * size, 0, size * pixel_stride);
        const float *pixels = in->map + (ptrdiff_t)y * in->width * in->pixel_stride;
        const ptrdiff_t first = out + pixel_stride;
        if (!affine && in->pixel_stride == in->channels && pixel_stride == in->channels) {
            // One run of values: nothing depends on where a pixel ends.
            nl_input run = *in;
            run.channels = in->width * in->channels;
            if (run.channels % 8 == 0)
                copy_pixels(&run, pixels, 1, 0, 1, element, strip, first, 0);
            else
                copy_pixels(&run, pixels, 1, 0, 0, element, strip, first, 0);
        } else if (wide) {
            if (affine)
                copy_pixels(in, pixels, in->width, 1, 1, element, strip, first, pixel_stride);
            else
                copy_pixels(in, pixels, in->width, 0, 1, element, strip, first, pixel_stride);
        } else {
            copy_pixels(in, pixels, in->width, affine, 0, element, strip, first, pixel_stride);
        }
    }
}

static void copy_strip(const nl_input *in, int y, int rows, enum nl_element element, void *out,
                       ptrdiff_t pixel_stride) {
    if (element == NL_BF16)
        copy_rows(in, y, rows, out, pixel_stride, NL_BF16);
    else
        copy_rows(in, y, rows, out, pixel_stride, NL_FP32);
}
