// Matrix products in register tiles, for the instruction set of the file that includes this.
#ifndef PRODUCT_H
#define PRODUCT_H
#include "vectors.h"

/// Row `row` of A.
#define NL_ROW(type, a, row)                                                                                       \
    ((const type *)(a)->base + ((a)->rows ? (ptrdiff_t)(a)->rows[row] : (row) * (a)->stride))

/// Defines `name`: `rows` (a constant to the compiler, at most 12) rows times `panels` panels of `width` columns that
/// follow one another, sums kept in registers as `vector`s.
/// - step: values of k that one ADD(sum, row + k, right) takes; right: their columns, read as `columns`.
#define NL_TILE(name, value, vector, columns, width, panels, step, ADD)                                            \
    NL_BODY void name(const nl_left_matrix *a, int first, const value *b, const float *bias, float slope,          \
                      const int rows, float *c, ptrdiff_t c_stride) {                                              \
        vector sum[12][panels];                                                                                    \
        const value *row[12];                                                                                      \
        const ptrdiff_t panel = (ptrdiff_t)width * a->segments * a->length;                                        \
        NL_EACH(r, rows) {                                                                                         \
            NL_EACH(p, panels) sum[r][p] = bias ? *(const vector *)(bias + width * p) : (vector)0.0f;              \
            row[r] = NL_ROW(value, a, first + r);                                                                  \
        }                                                                                                          \
        for (int s = 0; s < a->segments; s++) {                                                                    \
            const ptrdiff_t begin = a->offsets ? a->offsets[s] : 0, end = begin + a->length;                       \
            for (ptrdiff_t k = begin; k < end; k += step, b += step * width) {                                     \
                columns right[panels];                                                                             \
                NL_EACH(p, panels) right[p] = *(const columns *)(b + p * panel);                                   \
                NL_EACH(r, rows) NL_EACH(p, panels) sum[r][p] = ADD(sum[r][p], row[r] + k, right[p]);              \
            }                                                                                                      \
        }                                                                                                          \
        NL_EACH(r, rows) NL_EACH(p, panels) {                                                                      \
            const vector other = sum[r][p] * slope;                                                                \
            *(vector *)(c + r * c_stride + width * p) = other > sum[r][p] ? other : sum[r][p];                     \
        }                                                                                                          \
    }
#define NL_EACH(i, count) _Pragma("clang loop unroll(full)") for (int i = 0; i < count; i++)

/// Defines `name`, as nl_kernel's multiply: panels of 16 columns by `sixteen`, `most16` rows at a time, the last of 8
/// by `eight`; what rows are left, by fewer.
#define NL_PRODUCT(name, value, sixteen, most16, eight, most8)                                                     \
    NL_PRODUCT_BY_TWO(name, value, sixteen, 0, sixteen, most16, eight, most8)

/// The same where registers hold the sums of two panels: 32 columns by `two`, `most2` rows at a time, so that each value
/// of A is read once for both.
#define NL_PRODUCT_BY_TWO(name, value, two, most2, sixteen, most16, eight, most8)                                  \
    static void name(const nl_left_matrix *a, const void *b, const float *bias, float slope, int rows,             \
                     int columns, float *c, ptrdiff_t c_stride) {                                                  \
        const int depth = a->segments * a->length;                                                                 \
        for (int n = 0; n < columns; n += NL_PANEL_COLUMNS) {                                                      \
            const value *panel = (const value *)b + (ptrdiff_t)n * depth;                                          \
            const float *panel_bias = bias ? bias + n : NULL;                                                      \
            float *out = c + n;                                                                                    \
            int row = 0;                                                                                           \
            if (most2 > 0 && columns - n >= 2 * NL_PANEL_COLUMNS) {                                                \
                NL_LADDER(two, most2)                                                                              \
                n += NL_PANEL_COLUMNS;                                                                             \
            } else if (columns - n >= NL_PANEL_COLUMNS) {                                                          \
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
    NL_TILE(fp32_16, float, v16, v16, 16, 1, 1, NL_FP32_ADD)                                                       \
    NL_TILE(fp32_8, float, v8, v8, 8, 1, 1, NL_FP32_ADD)

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
    NL_TILE(bf16_16, uint16_t, v16, u32x16, 16, 1, 2, NL_BF16_ADD16)                                               \
    NL_TILE(bf16_8, uint16_t, v8, u32x8, 8, 1, 2, NL_BF16_ADD8)
#endif
