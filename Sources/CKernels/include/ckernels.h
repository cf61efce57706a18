// Inner loops of the engine: pointers, sizes and strides in; no allocation, no errors, no policy.
// Strides count floats. Feature maps are channels-last: pixel (y, x) starts at base + (y * width + x) * pixel_stride.
#ifndef CKERNELS_H
#define CKERNELS_H
#include <stddef.h>
#include <stdint.h>

/// Columns of a packed matrix tile.
#define NL_TILE_COLUMNS 16

/// The instruction set that the kernels use on this processor: "avx2" (with FMA) or "portable" (what the compiler
/// targets by default). Environment variable NEURALLENS_INSTRUCTION_SET=portable asks for the latter.
const char *_Nonnull nl_instruction_set(void);

/// Windows of a feature map as rows of a matrix: for `count` positions x, x + 1, ... of output row y, the
/// `taps` x `taps` pixels from (stride * y - 1, stride * x - 1) on, in order (row, column, channel), zero outside the
/// map.
/// Values v become f(v * scale[c] + shift[c]) where scale and shift are given, f(v) otherwise,
/// f(v) = v > 0 ? v : slope * v with slope in 0...1.
/// - windows: [count][row_stride], of which taps * taps * channels are written.
void nl_gather_windows(const float *_Nonnull map, int height, int width, int channels, ptrdiff_t pixel_stride,
                       int taps, int stride, int y, int x, int count,
                       float slope, const float *_Nullable scale, const float *_Nullable shift,
                       float *_Nonnull windows, ptrdiff_t row_stride);

/// c[rows][columns] = a[rows][a_stride] * b + bias[columns], every sum taken in order of k; `columns` is a multiple of
/// NL_TILE_COLUMNS.
/// - b: [columns / NL_TILE_COLUMNS][depth][NL_TILE_COLUMNS]
void nl_multiply(const float *_Nonnull a, ptrdiff_t a_stride, const float *_Nonnull b, const float *_Nonnull bias,
                 int rows, int depth, int columns, float *_Nonnull c);

/// values[i] = tanh(values[i]), absolute error below 4e-7.
void nl_squash(float *_Nonnull values, ptrdiff_t count);

/// `count` pixels of `channels` values from source to map.
void nl_store_pixels(const float *_Nonnull source, ptrdiff_t source_stride, int count, int channels,
                     float *_Nonnull map, ptrdiff_t pixel_stride);

/// Adds the values and their squares of `count` pixels to sum[channels] and square_sum[channels].
void nl_add_moments(const float *_Nonnull map, ptrdiff_t pixel_stride, int count, int channels,
                    double *_Nonnull sum, double *_Nonnull square_sum);

/// IEEE 754 binary16 and bfloat16 to binary32 (exact) and back (nearest, ties to even; NaN stays NaN).
void nl_half_to_float(const uint16_t *_Nonnull source, size_t count, float *_Nonnull out);
void nl_float_to_half(const float *_Nonnull source, size_t count, uint16_t *_Nonnull out);
void nl_bfloat_to_float(const uint16_t *_Nonnull source, size_t count, float *_Nonnull out);
void nl_float_to_bfloat(const float *_Nonnull source, size_t count, uint16_t *_Nonnull out);

/// 1 where every value is finite.
int nl_all_finite(const float *_Nonnull values, size_t count);

#endif
