// The gradient of a 4 x 4 layer of stride 2 with respect to its weights by Winograd's F(3 x 3, 2 x 2), the layer being
// a 2 x 2 convolution of cells of 2 x 2 pixels: 16 products for nine positions instead of 36. With the transforms of
// nl_passes: g' = Gt ((Bt d B) * (A y At)) G, summed over tiles before Gt and G.
#include "vectors.h"

/// A along one axis: three values to four points.
#define GRADIENT_TO_FOUR(t, y)                                                                                     \
    t[0] = y[0];                                                                                                   \
    t[1] = (y[0] + y[2]) + y[1];                                                                                   \
    t[2] = (y[0] + y[2]) - y[1];                                                                                   \
    t[3] = y[2]

static void stride_two_gradients(const nl_input *in, int tile_y, int tile_x, int count, float *out,
                                 ptrdiff_t row_stride, ptrdiff_t point_stride) {
    for (int tile = 0; tile < count; tile++, out += row_stride) {
        const int y = 3 * tile_y, x = 3 * (tile_x + tile);
        for (int c = 0; c < in->channels; c += 8) {
            v8 t[4][3];
            for (int j = 0; j < 3; j++) {
                v8 d[3], p[4];
                for (int i = 0; i < 3; i++) {
                    if (y + i >= in->height || x + j >= in->width) {
                        d[i] = (v8){0};
                        continue;
                    }
                    v8 v = *(const v8 *)(in->map + ((ptrdiff_t)(y + i) * in->width + x + j) * in->pixel_stride + c);
                    if (in->scale) v = v * *(const v8 *)(in->scale + c) + *(const v8 *)(in->shift + c);
                    d[i] = CHOSEN(v > 0, v, v * in->slope);
                }
                GRADIENT_TO_FOUR(p, d);
                for (int i = 0; i < 4; i++) t[i][j] = p[i];
            }
            for (int i = 0; i < 4; i++) {
                v8 p[4];
                GRADIENT_TO_FOUR(p, t[i]);
                for (int j = 0; j < 4; j++) *(v8 *)(out + (4 * i + j) * point_stride + c) = p[j];
            }
        }
    }
}
