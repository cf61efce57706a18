// Products of matrices that are used once and so not packed.
#include "vectors.h"

/// `rows` (a constant to the compiler) rows times one tile of columns, sums kept in registers.
NLT_BODY void tile(const float *a, ptrdiff_t a_row, ptrdiff_t a_depth, const float *b, ptrdiff_t b_stride, int depth,
                   const int rows, const int adds, float *c, ptrdiff_t c_stride) {
    v16 sum[12];
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

/// NLT_TILE_ROWS rows at a time, which the file that includes this says, then the rest by fewer.
NLT_BODY void multiply(const float *a, ptrdiff_t a_row, ptrdiff_t a_depth, const float *b, ptrdiff_t b_stride,
                       int rows, int columns, int depth, const int adds, float *c, ptrdiff_t c_stride) {
    for (int n = 0; n < columns; n += NLT_TILE_COLUMNS) {
        int row = 0;
#define TILES(size, row_step)                                                                                      \
    for (; row + size <= rows; row += size)                                                                        \
    tile(a + row * a_row, row_step, a_depth, b + n, b_stride, depth, size, adds, c + row * c_stride + n, c_stride)
        if (a_row == 1) {
            TILES(NLT_TILE_ROWS, 1);
        } else {
            TILES(NLT_TILE_ROWS, a_row);
        }
        if (NLT_TILE_ROWS > 6) TILES(6, a_row);
        TILES(4, a_row);
        TILES(2, a_row);
        TILES(1, a_row);
#undef TILES
    }
}

#define PRODUCT(name, adds)                                                                                        \
    static void name(const float *a, ptrdiff_t a_row, ptrdiff_t a_depth, const float *b, ptrdiff_t b_stride,       \
                     int rows, int columns, int depth, float *c, ptrdiff_t c_stride) {                             \
        multiply(a, a_row, a_depth, b, b_stride, rows, columns, depth, adds, c, c_stride);                         \
    }
PRODUCT(product, 0)
PRODUCT(product_add, 1)
