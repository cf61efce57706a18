// OpenBLAS, where the compiler's target is all that a processor has: it brings kernels for processors without AVX.
#if defined(NL_OPENBLAS)
#include "product.h"
#include <cblas.h>

extern const nl_passes nl_baseline_passes;

// From panels to rows.
static void pack(const float *panels, int depth, int columns, void *packed) {
    float *rows = packed;
    for (int n = 0; n < columns; n += NL_PANEL_COLUMNS) {
        const int width = columns - n < NL_PANEL_COLUMNS ? columns - n : NL_PANEL_COLUMNS;
        const float *from = panels + (ptrdiff_t)n * depth;
        for (int k = 0; k < depth; k++) memcpy(rows + (ptrdiff_t)k * columns + n, from + k * width, width * sizeof *rows);
    }
}

// The engine's threads share the work, not OpenBLAS's.
static void prepare_thread(void) { openblas_set_num_threads(1); }

static void multiply(const nl_left_matrix *a, const void *b, const float *bias, float slope, int rows, int columns,
                     float *c, ptrdiff_t c_stride) {
    if (!a->rows && a->segments == 1 && !a->offsets) {
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, columns, a->length, 1, a->base, (int)a->stride, b,
                    columns, 0, c, (int)c_stride);
    } else {
        // By indirection, which OpenBLAS does not know.
        for (int row = 0; row < rows; row++) {
            float *sums = c + row * c_stride;
            const float *line = b;
            memset(sums, 0, columns * sizeof *sums);
            for (int s = 0; s < a->segments; s++) {
                const float *values = NL_ROW(float, a, row) + (a->offsets ? a->offsets[s] : 0);
                for (int k = 0; k < a->length; k++, line += columns)
                    for (int n = 0; n < columns; n++) sums[n] += values[k] * line[n];
            }
        }
    }
    if (!bias && slope == 1) return;
    for (int row = 0; row < rows; row++) {
        float *sums = c + row * c_stride;
        for (int n = 0; n < columns; n++) {
            const float sum = sums[n] + (bias ? bias[n] : 0), other = sum * slope;
            sums[n] = other > sum ? other : sum;
        }
    }
}

static int is_available(void) { return 1; }

const nl_kernel nl_openblas_fp32 = {
    .name = "openblas", .element = NL_FP32, .is_native = 1, .tile_rows = 4, .tile_columns = 8, .k_step = 1,
    .takes_whole = 1, .is_available = is_available, .prepare_thread = prepare_thread, .pack = pack,
    .multiply = multiply, .passes = &nl_baseline_passes};
#endif
