#include "tile.h"

NL_LEFT_MATRIX(float)

#define ADD(sum, left, right) ((sum) + *(left) * (right))
NL_TILE(tile16, NL_BODY, float, v16, v16, 16, 1, ADD)
NL_TILE(tile8, NL_BODY, float, v8, v8, 8, 1, ADD)

/// Sums that stay in registers: 12 of the 16 of AVX2 (two a row of 16), 12 of the 32 of AVX-512, 24 of the 32 of
/// NEON, 8 of the 16 of SSE; the last rows by fewer.
NL_BODY void multiply_panels(const left_matrix *a, const float *b, const float *bias, float slope, int rows, int depth,
                             int columns, float *c, ptrdiff_t c_stride, const enum nl_instruction_set set) {
#if defined(__aarch64__)
    const int most16 = 6, most8 = 12;
#else
    const int most16 = set >= NL_AVX512 ? 12 : set == NL_AVX2 ? 6 : 2, most8 = set == NL_PORTABLE ? 4 : 12;
#endif
    for (int n = 0; n < columns; n += NL_PANEL_COLUMNS) {
        const float *panel = b + (ptrdiff_t)n * depth, *panel_bias = bias ? bias + n : NULL;
        float *out = c + n;
        int row = 0;
#define ROWS(tile, count)                                                                                          \
    for (; row + count <= rows; row += count)                                                                      \
    tile(a, row, panel, panel_bias, slope, count, out + (ptrdiff_t)row * c_stride, c_stride)
        if (columns - n >= NL_PANEL_COLUMNS) {
            if (most16 >= 12) ROWS(tile16, 12);
            if (most16 >= 6) ROWS(tile16, 6);
            if (most16 >= 4) ROWS(tile16, 4);
            ROWS(tile16, 2);
            ROWS(tile16, 1);
        } else {
            if (most8 >= 12) ROWS(tile8, 12);
            if (most8 >= 6) ROWS(tile8, 6);
            ROWS(tile8, 4);
            ROWS(tile8, 2);
            ROWS(tile8, 1);
        }
#undef ROWS
    }
}

NL_BODY void multiply(const float *a, ptrdiff_t a_stride, const float *b, const float *bias, int rows, int depth,
                      int columns, float *c, ptrdiff_t c_stride, const enum nl_instruction_set set) {
    static const int32_t start = 0;
    const left_matrix left = {a, NULL, a_stride, &start, 1, depth};
    multiply_panels(&left, b, bias, 1, rows, depth, columns, c, c_stride, set);
}

NL_DISPATCH(nl_multiply,
            (const float *a, ptrdiff_t a_stride, const float *b, const float *bias, int rows, int depth, int columns,
             float *c, ptrdiff_t c_stride),
            multiply, a, a_stride, b, bias, rows, depth, columns, c, c_stride)

NL_BODY void multiply_windows(const float *strip, const int32_t *rows, const int32_t *offsets, int segments,
                              int length, const float *b, const float *bias, float slope, int count, int columns,
                              float *c, ptrdiff_t c_stride, const enum nl_instruction_set set) {
    const left_matrix left = {strip, rows, 0, offsets, segments, length};
    multiply_panels(&left, b, bias, slope, count, segments * length, columns, c, c_stride, set);
}

NL_DISPATCH(nl_multiply_windows,
            (const float *strip, const int32_t *rows, const int32_t *offsets, int segments, int length,
             const float *b, const float *bias, float slope, int count, int columns, float *c, ptrdiff_t c_stride),
            multiply_windows, strip, rows, offsets, segments, length, b, bias, slope, count, columns, c, c_stride)
