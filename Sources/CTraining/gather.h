// Parts of maps as rows of matrices.
#include "vectors.h"

/// One pixel's channels, transformed; `affine` and `wide` (channels a multiple of 8) are constants to the compiler.
NLT_BODY void copy_pixel(const float *in, int channels, float slope, const float *scale, const float *shift,
                         const int affine, const int wide, float *out) {
    if (wide) {
        for (int c = 0; c < channels; c += 8) {
            v8 v = *(const v8 *)(in + c);
            if (affine) v = v * *(const v8 *)(scale + c) + *(const v8 *)(shift + c);
            *(v8 *)(out + c) = CHOSEN(v > 0, v, v * slope);
        }
    } else {
        for (int c = 0; c < channels; c++) {
            const float v = affine ? in[c] * scale[c] + shift[c] : in[c];
            out[c] = v > 0 ? v : v * slope;
        }
    }
}

NLT_BODY void windows_of(const float *map, int height, int width, int channels, ptrdiff_t pixel_stride, int stride,
                         int padding, int y, int x, int count, float slope, const float *scale, const float *shift,
                         float *windows, ptrdiff_t row_stride, const int affine, const int wide) {
    for (int position = 0; position < count; position++, windows += row_stride) {
        const int left = stride * (x + position) - padding;
        for (int ky = 0; ky < 4; ky++) {
            const int row = stride * y - padding + ky;
            float *out = windows + ky * 4 * channels;
            if (row < 0 || row >= height) {
                memset(out, 0, sizeof(float) * 4 * channels);
                continue;
            }
            const float *in = map + ((ptrdiff_t)row * width + left) * pixel_stride;
            if (!affine && slope == 1 && pixel_stride == channels && left >= 0 && left + 4 <= width) {
                memcpy(out, in, sizeof(float) * 4 * channels);
                continue;
            }
            for (int kx = 0; kx < 4; kx++, out += channels) {
                if (left + kx < 0 || left + kx >= width)
                    memset(out, 0, sizeof(float) * channels);
                else
                    copy_pixel(in + kx * pixel_stride, channels, slope, scale, shift, affine, wide, out);
            }
        }
    }
}

static void gather_windows(const float *map, int height, int width, int channels, ptrdiff_t pixel_stride, int stride,
                           int padding, int y, int x, int count, float slope, const float *scale, const float *shift,
                           float *windows, ptrdiff_t row_stride) {
#define CALL(affine, wide)                                                                                         \
    windows_of(map, height, width, channels, pixel_stride, stride, padding, y, x, count, slope, scale, shift,      \
               windows, row_stride, affine, wide)
    if (channels % 8 == 0) {
        if (scale) CALL(1, 1); else CALL(0, 1);
    } else {
        if (scale) CALL(1, 0); else CALL(0, 0);
    }
#undef CALL
}

static void gather_pixels(const float *map, int channels, ptrdiff_t pixel_stride, int count, float slope,
                          const float *scale, const float *shift, float *rows, int columns, ptrdiff_t row_stride) {
    const int wide = channels % 8 == 0;
    for (int i = 0; i < count; i++, map += pixel_stride, rows += row_stride) {
        if (wide) {
            if (scale) copy_pixel(map, channels, slope, scale, shift, 1, 1, rows);
            else copy_pixel(map, channels, slope, scale, shift, 0, 1, rows);
        } else {
            if (scale) copy_pixel(map, channels, slope, scale, shift, 1, 0, rows);
            else copy_pixel(map, channels, slope, scale, shift, 0, 0, rows);
        }
        for (int c = channels; c < columns; c++) rows[c] = 0;
    }
}
