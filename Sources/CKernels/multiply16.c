// Products of bfloat16 with sums in binary32: two values of k at a time.
#include "tile.h"
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

/// A row's runs are of even length.
NL_LEFT_MATRIX(uint16_t)

NL_BODY v16 low16(u32x16 pairs) { return (v16)(pairs << 16); }
NL_BODY v16 high16(u32x16 pairs) { return (v16)(pairs & 0xffff0000u); }
NL_BODY v8 low8(u32x8 pairs) { return (v8)(pairs << 16); }
NL_BODY v8 high8(u32x8 pairs) { return (v8)(pairs & 0xffff0000u); }

NL_BODY uint32_t pair(const uint16_t *a) {
    uint32_t u;
    memcpy(&u, a, 4);
    return u;
}

NL_BODY float as_float(uint32_t u) {
    float v;
    memcpy(&v, &u, 4);
    return v;
}

#define ADD16(sum, left, right)                                                                                    \
    ((sum) + as_float(pair(left) << 16) * low16(right) + as_float(pair(left) & 0xffff0000u) * high16(right))
#define ADD8(sum, left, right)                                                                                     \
    ((sum) + as_float(pair(left) << 16) * low8(right) + as_float(pair(left) & 0xffff0000u) * high8(right))

NL_TILE(tile16, NL_BODY, uint16_t, v16, u32x16, 16, 2, ADD16)
NL_TILE(tile8, NL_BODY, uint16_t, v8, u32x8, 8, 2, ADD8)

#if defined(__x86_64__)
#define NL_TARGET_BF16                                                                                             \
    static inline __attribute__((always_inline, target("avx2,fma,avx512f,avx512vl,avx512bw,avx512dq,avx512bf16")))
#define DOT16(sum, left, right)                                                                                    \
    ((v16)_mm512_dpbf16_ps((__m512)(sum), (__m512bh)_mm512_set1_epi32((int)pair(left)), (__m512bh)(right)))
#define DOT8(sum, left, right)                                                                                     \
    ((v8)_mm256_dpbf16_ps((__m256)(sum), (__m256bh)_mm256_set1_epi32((int)pair(left)), (__m256bh)(right)))
NL_TILE(dot16, NL_TARGET_BF16, uint16_t, v16, u32x16, 16, 2, DOT16)
NL_TILE(dot8, NL_TARGET_BF16, uint16_t, v8, u32x8, 8, 2, DOT8)
#endif

#define PANELS(sixteen, eight)                                                                                     \
    for (int n = 0; n < columns; n += NL_PANEL_COLUMNS) {                                                          \
        const uint16_t *panel = b + (ptrdiff_t)n * depth;                                                          \
        const float *panel_bias = bias ? bias + n : NULL;                                                          \
        const int wide = columns - n >= NL_PANEL_COLUMNS;                                                          \
        float *out = c + n;                                                                                        \
        int row = 0;                                                                                               \
        ROWS(sixteen, eight, 12);                                                                                  \
        ROWS(sixteen, eight, 4);                                                                                   \
        ROWS(sixteen, eight, 1);                                                                                   \
    }
#define ROWS(sixteen, eight, count)                                                                                \
    for (; row + count <= rows; row += count) {                                                                    \
        if (wide)                                                                                                  \
            sixteen(a, row, panel, panel_bias, slope, count, out + (ptrdiff_t)row * c_stride, c_stride);           \
        else                                                                                                       \
            eight(a, row, panel, panel_bias, slope, count, out + (ptrdiff_t)row * c_stride, c_stride);             \
    }

NL_BODY void multiply_panels(const left_matrix *a, const uint16_t *b, const float *bias, float slope, int rows,
                             int depth, int columns, float *c, ptrdiff_t c_stride,
                             const enum nl_instruction_set set) {
    (void)set;
    PANELS(tile16, tile8)
}

NL_DISPATCH(emulated, (const left_matrix *a, const uint16_t *b, const float *bias, float slope, int rows, int depth,
                       int columns, float *c, ptrdiff_t c_stride),
            multiply_panels, a, b, bias, slope, rows, depth, columns, c, c_stride)

#if defined(__x86_64__)
__attribute__((target("avx2,fma,avx512f,avx512vl,avx512bw,avx512dq,avx512bf16"))) static void multiplied(
    const left_matrix *a, const uint16_t *b, const float *bias, float slope, int rows, int depth, int columns,
    float *c, ptrdiff_t c_stride) {
    PANELS(dot16, dot8)
}
#else
#define multiplied emulated
#endif

void nl_multiply16(const uint16_t *a, ptrdiff_t a_stride, const uint16_t *b, const float *bias, int rows, int depth,
                   int columns, float *c, ptrdiff_t c_stride) {
    static const int32_t start = 0;
    const left_matrix left = {a, NULL, a_stride, &start, 1, depth};
    if (nl_chosen == NL_AVX512_BF16)
        multiplied(&left, b, bias, 1, rows, depth, columns, c, c_stride);
    else
        emulated(&left, b, bias, 1, rows, depth, columns, c, c_stride);
}

void nl_multiply_windows16(const uint16_t *strip, const int32_t *rows, const int32_t *offsets, int segments,
                           int length, const uint16_t *b, const float *bias, float slope, int count, int columns,
                           float *c, ptrdiff_t c_stride) {
    const left_matrix left = {strip, rows, 0, offsets, segments, length};
    if (nl_chosen == NL_AVX512_BF16)
        multiplied(&left, b, bias, slope, count, segments * length, columns, c, c_stride);
    else
        emulated(&left, b, bias, slope, count, segments * length, columns, c, c_stride);
}

void nl_pack_pairs(const float *packed, int depth, int columns, uint16_t *pairs) {
    for (int n = 0; n < columns; n += NL_PANEL_COLUMNS) {
        const int width = columns - n < NL_PANEL_COLUMNS ? columns - n : NL_PANEL_COLUMNS;
        const float *from = packed + (ptrdiff_t)n * depth;
        uint16_t *to = pairs + (ptrdiff_t)n * depth;
        for (int k = 0; k < depth; k++)
            for (int i = 0; i < width; i++)
                to[(k / 2 * width + i) * 2 + k % 2] = rounded(from[(ptrdiff_t)k * width + i]);
    }
}
