// What becomes of products and maps, value by value.
#include "vectors.h"

NL_SQUASHED(squashed8, v8)
NL_SQUASHED(squashed, float)

static void squash(float *values, ptrdiff_t count) {
    ptrdiff_t i = 0;
    for (; i + 8 <= count; i += 8) *(v8 *)(values + i) = squashed8(*(const v8 *)(values + i));
    for (; i < count; i++) values[i] = squashed(values[i]);
}

static void store_pixels(const float *source, ptrdiff_t source_stride, int count, int channels, float *map,
                         ptrdiff_t pixel_stride) {
    for (int i = 0; i < count; i++, source += source_stride, map += pixel_stride) {
        int c = 0;
        for (; c + 8 <= channels; c += 8) *(v8 *)(map + c) = *(const v8 *)(source + c);
        for (; c < channels; c++) map[c] = source[c];
    }
}

static void add_moments(const float *map, ptrdiff_t pixel_stride, int count, int channels, double *restrict sum,
                        double *restrict square_sum) {
    for (int i = 0; i < count; i++, map += pixel_stride)
        for (int c = 0; c < channels; c++) {
            const double v = map[c];
            sum[c] += v;
            square_sum[c] += v * v;
        }
}
