#include "dispatch.h"

/// Rational approximation of tanh, absolute error below 4e-7 (coefficients: Eigen, generic_fast_tanh_float).
NL_BODY float squashed(float v) {
    const float bound = 7.90531110763549805f;
    v = v < -bound ? -bound : v > bound ? bound : v;
    const float s = v * v;
    float p = -2.76076847742355e-16f;
    p = p * s + 2.00018790482477e-13f;
    p = p * s + -8.60467152213735e-11f;
    p = p * s + 5.12229709037114e-08f;
    p = p * s + 1.48572235717979e-05f;
    p = p * s + 6.37261928875436e-04f;
    p = p * s + 4.89352455891786e-03f;
    float q = 1.19825839466702e-06f;
    q = q * s + 1.18534705686654e-04f;
    q = q * s + 2.26843463243900e-03f;
    q = q * s + 4.89352518554385e-03f;
    return v * p / q;
}

NL_BODY void squash(float *values, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; i++) values[i] = squashed(values[i]);
}

NL_DISPATCH(nl_squash, (float *values, ptrdiff_t count), squash, (values, count))

NL_BODY void store(const float *source, ptrdiff_t source_stride, int count, int channels, float *map,
                   ptrdiff_t pixel_stride) {
    for (int i = 0; i < count; i++, source += source_stride, map += pixel_stride)
        for (int c = 0; c < channels; c++) map[c] = source[c];
}

NL_DISPATCH(nl_store_pixels,
            (const float *source, ptrdiff_t source_stride, int count, int channels, float *map,
             ptrdiff_t pixel_stride),
            store, (source, source_stride, count, channels, map, pixel_stride))

NL_BODY void moments(const float *map, ptrdiff_t pixel_stride, int count, int channels, double *restrict sum,
                     double *restrict square_sum) {
    for (int i = 0; i < count; i++, map += pixel_stride)
        for (int c = 0; c < channels; c++) {
            const double v = map[c];
            sum[c] += v;
            square_sum[c] += v * v;
        }
}

NL_DISPATCH(nl_add_moments,
            (const float *map, ptrdiff_t pixel_stride, int count, int channels, double *sum, double *square_sum),
            moments, (map, pixel_stride, count, channels, sum, square_sum))
