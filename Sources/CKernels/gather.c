#include "dispatch.h"
#include <string.h>

typedef float v8 __attribute__((vector_size(32), aligned(4)));
typedef int32_t mask8 __attribute__((vector_size(32), aligned(4)));

NL_BODY float activated(float v, float slope) { return v > 0 ? v : v * slope; }

/// One pixel's channels, transformed; `affine` and `wide` (channels a multiple of 8) are constants to the compiler.
NL_BODY void copy_pixel(const float *in, int channels, float slope, const float *scale, const float *shift,
                        int affine, int wide, float *out) {
    if (wide) {
        for (int c = 0; c < channels; c += 8) {
            v8 v = *(const v8 *)(in + c);
            if (affine) v = v * *(const v8 *)(scale + c) + *(const v8 *)(shift + c);
            const mask8 positive = v > 0;
            *(v8 *)(out + c) = (v8)(((mask8)v & positive) | ((mask8)(v * slope) & ~positive));
        }
    } else {
        for (int c = 0; c < channels; c++)
            out[c] = activated(affine ? in[c] * scale[c] + shift[c] : in[c], slope);
    }
}

NL_BODY void gather(const float *map, int height, int width, int channels, ptrdiff_t pixel_stride, int taps,
                    int stride, int y, int x, int count, float slope, const float *scale, const float *shift,
                    int affine, int wide, float *windows, ptrdiff_t row_stride) {
    const int run = taps * channels;
    for (int position = 0; position < count; position++, windows += row_stride) {
        const int left = stride * (x + position) - 1;
        for (int ky = 0; ky < taps; ky++) {
            const int row = stride * y - 1 + ky;
            float *out = windows + ky * run;
            if (row < 0 || row >= height) {
                memset(out, 0, sizeof(float) * run);
                continue;
            }
            const float *in = map + ((ptrdiff_t)row * width + left) * pixel_stride;
            if (!affine && pixel_stride == channels && left >= 0 && left + taps <= width) {
                copy_pixel(in, run, slope, scale, shift, 0, wide, out);
                continue;
            }
            for (int kx = 0; kx < taps; kx++, out += channels) {
                if (left + kx < 0 || left + kx >= width)
                    memset(out, 0, sizeof(float) * channels);
                else
                    copy_pixel(in + kx * pixel_stride, channels, slope, scale, shift, affine, wide, out);
            }
        }
    }
}

NL_BODY void gather_any(const float *map, int height, int width, int channels, ptrdiff_t pixel_stride, int taps,
                        int stride, int y, int x, int count, float slope, const float *scale, const float *shift,
                        float *windows, ptrdiff_t row_stride) {
    const int affine = scale != NULL, wide = channels % 8 == 0;
#define CALL(affine, wide)                                                                                         \
    gather(map, height, width, channels, pixel_stride, taps, stride, y, x, count, slope, scale, shift, affine,     \
           wide, windows, row_stride)
    if (wide) {
        if (affine) CALL(1, 1); else CALL(0, 1);
    } else {
        if (affine) CALL(1, 0); else CALL(0, 0);
    }
#undef CALL
}

NL_DISPATCH(nl_gather_windows,
            (const float *map, int height, int width, int channels, ptrdiff_t pixel_stride, int taps, int stride,
             int y, int x, int count, float slope, const float *scale, const float *shift, float *windows,
             ptrdiff_t row_stride),
            gather_any,
            (map, height, width, channels, pixel_stride, taps, stride, y, x, count, slope, scale, shift, windows,
             row_stride))
