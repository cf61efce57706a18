// Winograd's F(3 x 3, 4 x 4): nine outputs of a 4 x 4 convolution of stride 1 from 36 products instead of 144, by
// evaluation at 0, 1, -1, 2, -2 and infinity along each axis:
//   outputs = At (G w Gt * Bt d B) A, and for the weights' gradient G't ((Bt d B) * (A y At)) G'.
#include "vectors.h"

/// Bt: six values to six points.
#define TO_POINTS(t, d)                                                                                            \
    t[0] = 4 * d[0] - 5 * d[2] + d[4];                                                                             \
    t[1] = (d[3] + d[4]) - 4 * (d[1] + d[2]);                                                                      \
    t[2] = (d[4] - d[3]) + 4 * (d[1] - d[2]);                                                                      \
    t[3] = (d[4] - d[2]) + 2 * (d[3] - d[1]);                                                                      \
    t[4] = (d[4] - d[2]) - 2 * (d[3] - d[1]);                                                                      \
    t[5] = 4 * d[1] - 5 * d[3] + d[5]

/// At: six points to three values.
#define FROM_POINTS(y, m)                                                                                          \
    y[0] = m[0] + (m[1] + m[2]) + (m[3] + m[4]);                                                                   \
    y[1] = (m[1] - m[2]) + 2 * (m[3] - m[4]);                                                                      \
    y[2] = (m[1] + m[2]) + 4 * (m[3] + m[4]) + m[5]

/// A: three values to six points.
#define GRADIENT_TO_POINTS(t, y)                                                                                   \
    t[0] = y[0];                                                                                                   \
    t[1] = y[0] + y[2] + y[1];                                                                                     \
    t[2] = y[0] + y[2] - y[1];                                                                                     \
    t[3] = y[0] + 4 * y[2] + 2 * y[1];                                                                             \
    t[4] = y[0] + 4 * y[2] - 2 * y[1];                                                                             \
    t[5] = y[2]

static void winograd_inputs(const float *map, int height, int width, int channels, ptrdiff_t pixel_stride, int y,
                            int x, float slope, const float *scale, const float *shift, float *out,
                            ptrdiff_t point_stride) {
    for (int c = 0; c < channels; c += 8) {
        v8 t[6][6];
        for (int j = 0; j < 6; j++) {
            v8 d[6];
            for (int i = 0; i < 6; i++) {
                if (y + i < 0 || y + i >= height || x + j < 0 || x + j >= width) {
                    d[i] = (v8){0};
                    continue;
                }
                v8 v = *(const v8 *)(map + ((ptrdiff_t)(y + i) * width + x + j) * pixel_stride + c);
                if (scale) v = v * *(const v8 *)(scale + c) + *(const v8 *)(shift + c);
                d[i] = CHOSEN(v > 0, v, v * slope);
            }
            v8 p[6];
            TO_POINTS(p, d);
            for (int i = 0; i < 6; i++) t[i][j] = p[i];
        }
        for (int i = 0; i < 6; i++) {
            v8 p[6];
            TO_POINTS(p, t[i]);
            for (int j = 0; j < 6; j++) *(v8 *)(out + (6 * i + j) * point_stride + c) = p[j];
        }
    }
}

static void winograd_gradients(const float *map, int height, int width, int channels, ptrdiff_t pixel_stride, int y,
                               int x, float *out, ptrdiff_t point_stride) {
    for (int c = 0; c < channels; c += 8) {
        v8 t[6][3];
        for (int j = 0; j < 3; j++) {
            v8 d[3], p[6];
            for (int i = 0; i < 3; i++)
                d[i] = y + i < height && x + j < width
                           ? *(const v8 *)(map + ((ptrdiff_t)(y + i) * width + x + j) * pixel_stride + c)
                           : (v8){0};
            GRADIENT_TO_POINTS(p, d);
            for (int i = 0; i < 6; i++) t[i][j] = p[i];
        }
        for (int i = 0; i < 6; i++) {
            v8 p[6];
            GRADIENT_TO_POINTS(p, t[i]);
            for (int j = 0; j < 6; j++) *(v8 *)(out + (6 * i + j) * point_stride + c) = p[j];
        }
    }
}

static void winograd_outputs(const float *products, ptrdiff_t point_stride, int channels, float *map, int height,
                             int width, ptrdiff_t pixel_stride, int y, int x) {
    for (int c = 0; c < channels; c += 8) {
        v8 t[3][6];
        for (int j = 0; j < 6; j++) {
            v8 m[6], v[3];
            for (int i = 0; i < 6; i++) m[i] = *(const v8 *)(products + (6 * i + j) * point_stride + c);
            FROM_POINTS(v, m);
            for (int i = 0; i < 3; i++) t[i][j] = v[i];
        }
        for (int i = 0; i < 3 && y + i < height; i++) {
            v8 v[3];
            FROM_POINTS(v, t[i]);
            for (int j = 0; j < 3 && x + j < width; j++)
                *(v8 *)(map + ((ptrdiff_t)(y + i) * width + x + j) * pixel_stride + c) = v[j];
        }
    }
}
