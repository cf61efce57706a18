#include "dispatch.h"

typedef float v16 __attribute__((vector_size(64), aligned(4)));

/// `rows` (a constant to the compiler) rows times one tile of columns, sums kept in registers.
NL_BODY void tile(const float *a, ptrdiff_t a_stride, const float *b, const float *bias, int depth, const int rows,
                  float *c, ptrdiff_t c_stride) {
    v16 sum[6];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) sum[r] = *(const v16 *)bias;
    for (int k = 0; k < depth; k++) {
        const v16 column = *(const v16 *)(b + (ptrdiff_t)k * NL_TILE_COLUMNS);
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) sum[r] += a[r * a_stride + k] * column;
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) *(v16 *)(c + r * c_stride) = sum[r];
}

/// Six rows at a time (6 x 16 sums fill 12 of the 16 AVX2 registers), then the rest by halves.
NL_BODY void multiply(const float *a, ptrdiff_t a_stride, const float *b, const float *bias, int rows, int depth,
                      int columns, float *c) {
    for (int n = 0; n < columns; n += NL_TILE_COLUMNS) {
        const float *tile_b = b + (ptrdiff_t)n * depth;
        int row = 0;
#define TILES(size)                                                                                                \
    for (; row + size <= rows; row += size)                                                                        \
    tile(a + row * a_stride, a_stride, tile_b, bias + n, depth, size, c + (ptrdiff_t)row * columns + n, columns)
        TILES(6);
        TILES(4);
        TILES(2);
        TILES(1);
#undef TILES
    }
}

NL_DISPATCH(nl_multiply,
            (const float *a, ptrdiff_t a_stride, const float *b, const float *bias, int rows, int depth, int columns,
             float *c),
            multiply, (a, a_stride, b, bias, rows, depth, columns, c))
