// Matrix products in register tiles, for the instruction set of the file that includes this.
#ifndef PRODUCT_H
#define PRODUCT_H
#include "vectors.h"

/// Row `row` of A.
#define NL_ROW(type, a, row)                                                                                       \
    ((const type *)(a)->base + ((a)->rows ? (ptrdiff_t)(a)->rows[row] : (row) * (a)->stride))

/// Defines `name`: `rows` (a constant to the compiler, at most 12) rows times one panel of `width` columns, sums kept
/// in registers as `vector`s.
/// - step: values of k that one ADD(sum, row + k, right) takes; right: their columns, read as `columns`.
#define NL_TILE(name, value, vector, columns, width, step, ADD)                                                    \
    NL_BODY void name(const nl_left_matrix *a, int first, const value *b, const float *bias, float slope,          \
                      const int rows, float *c, ptrdiff_t c_stride) {                                              \
        vector sum[12];                                                                                            \
        const value *row[12];                                                                                      \
        const vector start = bias ? *(const vector *)bias : (vector)0.0f;                                          \
        _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++) {                                        \
            sum[r] = start;                                                                                        \
            row[r] = NL_ROW(value, a, first + r);                                                                  \
        }                                                                                                          \
        for (int s = 0; s < a->segments; s++) {                                                                    \
            const ptrdiff_t begin = a->offsets ? a->offsets[s] : 0, end = begin + a->length;                       \
            for (ptrdiff_t k = begin; k < end; k += step, b += step * width) {                                     \
                const columns right = *(const columns *)b;                                                         \
                _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++)                                  \
                    sum[r] = ADD(sum[r], row[r] + k, right);                                                       \
            }                                                                                                      \
        }                                                                                                          \
        _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++) {                                        \
            const vector other = sum[r] * slope;                                                                   \
            *(vector *)(c + r * c_stride) = other > sum[r] ? other : sum[r];                                       \
        }                                                                                                          \
    }

/// Defines `name`, as nl_kernel's multiply: panels of 16 columns by `sixteen`, `most16` rows at a time, the last of 8
/// by `eight`; what rows are left, by fewer.
#define NL_PRODUCT(name, value, sixteen, most16, eight, most8)                                                     \
    static void name(const nl_left_matrix *a, const void *b, const float *bias, float slope, int rows,             \
                     int columns, float *c, ptrdiff_t c_stride) {                                                  \
        const int depth = a->segments * a->length;                                                                 \
        for (int n = 0; n < columns; n += NL_PANEL_COLUMNS) {                                                      \
            const value *panel = (const value *)b + (ptrdiff_t)n * depth;                                          \
            const float *panel_bias = bias ? bias + n : NULL;                                                      \
            float *out = c + n;                                                                                    \
            int row = 0;                                                                                           \
            if (columns - n >= NL_PANEL_COLUMNS) {                                                                 \
                NL_LADDER(sixteen, most16)                                                                         \
            } else {                                                                                               \
                NL_LADDER(eight, most8)                                                                            \
            }                                                                                                      \
        }                                                                                                          \
    }
#define NL_LADDER(tile, most)                                                                                      \
    if (most >= 12) NL_ROWS(tile, 12);                                                                             \
    if (most >= 8) NL_ROWS(tile, 8);                                                                               \
    if (most >= 6) NL_ROWS(tile, 6);                                                                               \
    if (most >= 4) NL_ROWS(tile, 4);                                                                               \
    NL_ROWS(tile, 2);                                                                                              \
    NL_ROWS(tile, 1);
#define NL_ROWS(tile, count)                                                                                       \
    for (; row + count <= rows; row += count)                                                                      \
    tile(a, row, panel, panel_bias, slope, count, out + (ptrdiff_t)row * c_stride, c_stride)

/// B in panels rounded to bfloat16, rows 2 k and 2 k + 1 interleaved; depth even.
void nl_pack_pairs(const float *panels, int depth, int columns, void *packed);

/// Two values of k that follow one another.
NL_BODY uint32_t pair(const uint16_t *a) {
    uint32_t u;
    memcpy(&u, a, 4);
    return u;
}

// What products are on vectors as the compiler splits them, of binary32 and of pairs of bfloat16.

#define NL_FP32_ADD(sum, left, right) ((sum) + *(left) * (right))
#define NL_FP32_TILES                                                                                              \
    NL_TILE(fp32_16, float, v16, v16, 16, 1, NL_FP32_ADD)                                                          \
    NL_TILE(fp32_8, float, v8, v8, 8, 1, NL_FP32_ADD)

NL_BODY float as_float(uint32_t u) {
    float v;
    memcpy(&v, &u, 4);
    return v;
}

#define NL_BF16_ADD(vector, sum, left, right)                                                                      \
    ((sum) + as_float(pair(left) << 16) * (vector)((right) << 16) +                                                \
     as_float(pair(left) & 0xffff0000u) * (vector)((right) & 0xffff0000u))
#define NL_BF16_ADD16(sum, left, right) NL_BF16_ADD(v16, sum, left, right)
#define NL_BF16_ADD8(sum, left, right) NL_BF16_ADD(v8, sum, left, right)
#define NL_BF16_TILES                                                                                              \
    NL_TILE(bf16_16, uint16_t, v16, u32x16, 16, 2, NL_BF16_ADD16)                                                  \
    NL_TILE(bf16_8, uint16_t, v8, u32x8, 8, 2, NL_BF16_ADD8)
#endif
