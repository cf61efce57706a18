#include "dispatch.h"

/// `rows` (a constant to the compiler) rows times one tile of columns, sums kept in registers.
NLT_BODY void tile(const float *a, ptrdiff_t a_row, ptrdiff_t a_depth, const float *b, ptrdiff_t b_stride, int depth,
                   const int rows, const int adds, float *c, ptrdiff_t c_stride) {
    v16 sum[6];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) sum[r] = adds ? *(const v16 *)(c + r * c_stride) : (v16){0};
    for (int k = 0; k < depth; k++, a += a_depth, b += b_stride) {
        const v16 column = *(const v16 *)b;
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) sum[r] += a[r * a_row] * column;
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) *(v16 *)(c + r * c_stride) = sum[r];
}

/// Six rows at a time (6 x 16 sums fill 12 of the 16 AVX2 registers), then the rest by halves.
NLT_BODY void multiply(const float *a, ptrdiff_t a_row, ptrdiff_t a_depth, const float *b, ptrdiff_t b_stride,
                       int rows, int columns, int depth, const int adds, float *c, ptrdiff_t c_stride) {
    for (int n = 0; n < columns; n += NLT_TILE_COLUMNS) {
        int row = 0;
#define TILES(size, row_step)                                                                                      \
    for (; row + size <= rows; row += size)                                                                        \
    tile(a + row * a_row, row_step, a_depth, b + n, b_stride, depth, size, adds, c + row * c_stride + n, c_stride)
        if (a_row == 1) {
            TILES(6, 1);
        } else {
            TILES(6, a_row);
        }
        TILES(4, a_row);
        TILES(2, a_row);
        TILES(1, a_row);
#undef TILES
    }
}

#define PRODUCT(name, adds)                                                                                        \
    NLT_BODY void name(const float *a, ptrdiff_t a_row, ptrdiff_t a_depth, const float *b, ptrdiff_t b_stride,     \
                       int rows, int columns, int depth, float *c, ptrdiff_t c_stride) {                           \
        multiply(a, a_row, a_depth, b, b_stride, rows, columns, depth, adds, c, c_stride);                         \
    }                                                                                                              \
    NLT_DISPATCH(nlt_##name,                                                                                       \
                 (const float *a, ptrdiff_t a_row, ptrdiff_t a_depth, const float *b, ptrdiff_t b_stride,          \
                  int rows, int columns, int depth, float *c, ptrdiff_t c_stride),                                 \
                 name, (a, a_row, a_depth, b, b_stride, rows, columns, depth, c, c_stride))
PRODUCT(product, 0)
PRODUCT(product_add, 1)
