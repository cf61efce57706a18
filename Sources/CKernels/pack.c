#include "product.h"

void nl_pack_pairs(const float *panels, int depth, int columns, void *packed) {
    for (int n = 0; n < columns; n += NL_PANEL_COLUMNS) {
        const int width = columns - n < NL_PANEL_COLUMNS ? columns - n : NL_PANEL_COLUMNS;
        const float *from = panels + (ptrdiff_t)n * depth;
        uint16_t *to = (uint16_t *)packed + (ptrdiff_t)n * depth;
        for (int k = 0; k < depth; k++)
            for (int i = 0; i < width; i++)
                to[(k / 2 * width + i) * 2 + k % 2] = rounded(from[(ptrdiff_t)k * width + i]);
    }
}
