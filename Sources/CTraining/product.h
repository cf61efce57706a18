// Products of matrices that are used once and so not packed.
#include "vectors.h"

/// Rows and values of k of A that are multiplied with all columns before the next: they stay in a core's first-level
/// cache.
#define BLOCK_ROWS 64
#define BLOCK_DEPTH 64

/// `rows` x `panels` tiles of columns (constants to the compiler), sums kept in registers.
NLT_BODY void tile(const float *a, const ptrdiff_t a_row, const ptrdiff_t a_depth, const float *b, ptrdiff_t b_stride,
                   int depth, const int rows, const int panels, const int adds, float *c, ptrdiff_t c_stride) {
    v16 sum[12][NLT_TILE_PANELS];
    const float *row[12];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
        row[r] = a + r * a_row;
#pragma clang loop unroll(full)
        for (int p = 0; p < panels; p++)
            sum[r][p] = adds ? *(const v16 *)(c + r * c_stride + p * NLT_TILE_COLUMNS) : (v16){0};
    }
    for (ptrdiff_t k = 0; k < depth; k++, b += b_stride) {
        v16 columns[NLT_TILE_PANELS];
#pragma clang loop unroll(full)
        for (int p = 0; p < panels; p++) columns[p] = *(const v16 *)(b + p * NLT_TILE_COLUMNS);
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) {
            const float value = a_depth == 1 ? row[r][k] : a[r * a_row];
#pragma clang loop unroll(full)
            for (int p = 0; p < panels; p++) sum[r][p] += value * columns[p];
        }
        if (a_depth != 1) a += a_depth;
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
        for (int p = 0; p < panels; p++) *(v16 *)(c + r * c_stride + p * NLT_TILE_COLUMNS) = sum[r][p];
}

/// The first columns by NLT_TILE_PANELS tiles of them at a time, the rest one by one; as many rows at a time as the file
/// that includes this says, the last ones by fewer.
NLT_BODY void block(const float *a, const ptrdiff_t a_row, const ptrdiff_t a_depth, const float *b, ptrdiff_t b_stride,
                    int rows, int columns, int depth, const int adds, float *c, ptrdiff_t c_stride) {
    int n = 0;
#define TILES(size, panels)                                                                                        \
    for (; row + size <= rows; row += size)                                                                        \
    tile(a + row * a_row, a_row, a_depth, b + n, b_stride, depth, size, panels, adds, c + row * c_stride + n, c_stride)
#define COLUMNS(most, panels)                                                                                      \
    for (; n + panels * NLT_TILE_COLUMNS <= columns; n += panels * NLT_TILE_COLUMNS) {                             \
        int row = 0;                                                                                               \
        TILES(most, panels);                                                                                       \
        if (most > 6) TILES(6, panels);                                                                            \
        TILES(4, panels);                                                                                          \
        TILES(2, panels);                                                                                          \
        TILES(1, panels);                                                                                          \
    }
#if NLT_TILE_PANELS > 1
    COLUMNS(NLT_PANELS_ROWS, NLT_TILE_PANELS)
#endif
    COLUMNS(NLT_TILE_ROWS, 1)
#undef COLUMNS
#undef TILES
}

/// Block by block; every sum goes on where the block before it ended, so that it is taken in order of k.
NLT_BODY void multiply(const float *a, ptrdiff_t a_row, ptrdiff_t a_depth, const float *b, ptrdiff_t b_stride,
                       int rows, int columns, int depth, const int adds, float *c, ptrdiff_t c_stride) {
    for (int k = 0; k < depth; k += BLOCK_DEPTH) {
        const int run = depth - k < BLOCK_DEPTH ? depth - k : BLOCK_DEPTH;
        for (int row = 0; row < rows; row += BLOCK_ROWS) {
            const int some = rows - row < BLOCK_ROWS ? rows - row : BLOCK_ROWS;
            const float *left = a + row * a_row + k * a_depth, *right = b + k * b_stride;
            float *out = c + row * c_stride;
#define BLOCK(a_row, a_depth, adds)                                                                                \
    block(left, a_row, a_depth, right, b_stride, some, columns, run, adds, out, c_stride)
            if (a_row == 1) {
                if (adds || k > 0) BLOCK(1, a_depth, 1); else BLOCK(1, a_depth, 0);
            } else {
                if (adds || k > 0) BLOCK(a_row, 1, 1); else BLOCK(a_row, 1, 0);
            }
#undef BLOCK
        }
    }
}

#define PRODUCT(name, adds)                                                                                        \
    static void name(const float *a, ptrdiff_t a_row, ptrdiff_t a_depth, const float *b, ptrdiff_t b_stride,       \
                     int rows, int columns, int depth, float *c, ptrdiff_t c_stride) {                             \
        multiply(a, a_row, a_depth, b, b_stride, rows, columns, depth, adds, c, c_stride);                         \
    }
PRODUCT(product, 0)
PRODUCT(product_add, 1)
