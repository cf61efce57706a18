// Products by tiles of AMX: 32 x 32 sums in four tiles, 32 values of k a step. The file that includes this gives the
// instructions, or a model of them:
//   LOAD(tile, base, stride)   16 rows of 64 bytes, `stride` bytes apart
//   STORE(tile, base, stride)
//   MULTIPLY(sums, a, b)       sums[16][16] += a[16][16 pairs] * b[16 pairs][16]
// Tiles 0 ... 3 are sums, 4 and 5 rows of A, 6 and 7 columns of B.
//
// Sixteen windows side by side are one load, read where they lie; elsewhere rows are copied. B is packed in pairs, as
// for AVX-512: 16 pairs of a panel are a tile as they lie. A run's last pairs meet zeros of A where B goes on.
#include "product.h"

/// 16 rows of A. Where they do not lie at equal distances, or are fewer, `base` is NULL.
typedef struct {
    const uint16_t *base;
    ptrdiff_t stride;
    int first;
    int count;
} sixteen;

NL_BODY sixteen sixteen_rows(const nl_left_matrix *a, int first, int rows) {
    sixteen s = {NULL, 0, first, rows - first < 16 ? rows - first : 16};
    if (s.count < 16) return s;
    s.base = NL_ROW(uint16_t, a, first);
    s.stride = NL_ROW(uint16_t, a, first + 1) - s.base;
    for (int r = 2; r < 16; r++)
        if (NL_ROW(uint16_t, a, first + r) - s.base != r * s.stride) s.base = NULL;
    return s;
}

/// Where to load `count` values of k of some rows from: in place, or from `copy`, zeros beyond what there is.
NL_BODY const uint16_t *values_of(const nl_left_matrix *a, const sixteen *s, ptrdiff_t k, int count,
                                  uint16_t copy[16][32], ptrdiff_t *stride) {
    if (s->base && count == 32) {
        *stride = 2 * s->stride;
        return s->base + k;
    }
    memset(copy, 0, sizeof(uint16_t) * 16 * 32);
    for (int r = 0; r < s->count; r++) memcpy(copy[r], NL_ROW(uint16_t, a, s->first + r) + k, sizeof(uint16_t) * count);
    *stride = 64;
    return copy[0];
}

/// One or two sets of 16 rows times one or two panels, both numbers constants to the compiler.
/// - width: columns of the last panel, 8 or 16.
NL_BODY void tiles(const nl_left_matrix *a, const sixteen s[2], const uint16_t *b, const float *bias, float slope,
                   const int sets, const int panels, int width, float *c, ptrdiff_t c_stride) {
    _Alignas(64) float sums[16][16];
    _Alignas(64) uint16_t copies[2][16][32];
    const ptrdiff_t panel = (ptrdiff_t)a->segments * a->length * NL_PANEL_COLUMNS;
    // Every row of sums starts as the bias.
    memset(sums, 0, 2 * sizeof *sums);
    if (bias) memcpy(sums, bias, sizeof(float) * (16 * (panels - 1) + width));
    LOAD(0, sums[0], 0);
    if (panels > 1) LOAD(1, sums[1], 0);
    if (sets > 1) LOAD(2, sums[0], 0);
    if (sets > 1 && panels > 1) LOAD(3, sums[1], 0);
    // Pairs of a panel of 8 columns are 32 bytes apart; what a load takes of the next becomes columns nobody reads.
    const ptrdiff_t pairs0 = panels > 1 ? 64 : 4 * width, pairs1 = 4 * width;
    const uint16_t *b0 = b, *b1 = b + panel;
    for (int segment = 0; segment < a->segments; segment++) {
        const ptrdiff_t begin = a->offsets ? a->offsets[segment] : 0;
        for (int k = 0; k < a->length; k += 32) {
            const int count = a->length - k < 32 ? a->length - k : 32;
            ptrdiff_t stride;
            const uint16_t *rows = values_of(a, &s[0], begin + k, count, copies[0], &stride);
            LOAD(4, rows, stride);
            LOAD(6, b0, pairs0);
            MULTIPLY(0, 4, 6);
            if (panels > 1) {
                LOAD(7, b1, pairs1);
                MULTIPLY(1, 4, 7);
                b1 += (ptrdiff_t)count * width;
            }
            if (sets > 1) {
                rows = values_of(a, &s[1], begin + k, count, copies[1], &stride);
                LOAD(5, rows, stride);
                MULTIPLY(2, 5, 6);
                if (panels > 1) MULTIPLY(3, 5, 7);
            }
            b0 += (ptrdiff_t)count * (panels > 1 ? 16 : width);
        }
    }
#define FINISH(tile, set, at)                                                                                      \
    STORE(tile, sums, 64);                                                                                         \
    for (int r = 0; r < s[set].count; r++)                                                                         \
        for (int n = 0; n < ((at) + 1 < panels ? 16 : width); n += 8)                                              \
            *(v8 *)(c + (s[set].first + r) * c_stride + 16 * (at) + n) = activated8(*(v8 *)(sums[r] + n), slope);
    FINISH(0, 0, 0)
    if (panels > 1) { FINISH(1, 0, 1) }
    if (sets > 1) { FINISH(2, 1, 0) }
    if (sets > 1 && panels > 1) { FINISH(3, 1, 1) }
#undef FINISH
}

static void multiply(const nl_left_matrix *a, const void *b, const float *bias, float slope, int rows, int columns,
                     float *c, ptrdiff_t c_stride) {
    const ptrdiff_t depth = (ptrdiff_t)a->segments * a->length;
    for (int row = 0; row < rows; row += 32) {
        const sixteen s[2] = {sixteen_rows(a, row, rows), sixteen_rows(a, row + 16 < rows ? row + 16 : row, rows)};
        const int sets = row + 16 < rows ? 2 : 1;
        for (int n = 0; n < columns;) {
            const uint16_t *panel = (const uint16_t *)b + n * depth;
            const float *start = bias ? bias + n : NULL;
            const int left = columns - n, panels = left > 16 ? 2 : 1;
            const int width = left >= 16 * panels ? 16 : 8;
            if (sets == 2 && panels == 2)
                tiles(a, s, panel, start, slope, 2, 2, width, c + n, c_stride);
            else if (sets == 2)
                tiles(a, s, panel, start, slope, 2, 1, width, c + n, c_stride);
            else if (panels == 2)
                tiles(a, s, panel, start, slope, 1, 2, width, c + n, c_stride);
            else
                tiles(a, s, panel, start, slope, 1, 1, width, c + n, c_stride);
            n += 16 * (panels - 1) + width;
        }
    }
}
