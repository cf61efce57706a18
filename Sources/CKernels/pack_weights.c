// Weights as products read them. Training packs after every step: a panel's kernels are read side by side and written a
// whole row of the panel at a time.
//
// Winograd's F(3 x 3, 2 x 2): nine outputs of a 2 x 2 convolution from 16 products.
// Along one axis: inputs d0...d3 -> (d0 - d2, d1 + d2, d2 - d1, d3 - d1), weights g0, g1 -> (g0, (g0 + g1) / 2,
// (g0 - g1) / 2, g1), products m0...m3 -> outputs (m0 + m1 + m2, m1 - m2, m1 + m2 + m3).
#include "ckernels.h"
#include <string.h>

/// A row of a panel.
typedef float row __attribute__((vector_size(4 * NL_PANEL_COLUMNS), aligned(4)));

/// The 4 x 4 kernels of a panel's columns for the first input; those of the others follow, `input_stride` apart.
struct kernels {
    const float *of[NL_PANEL_COLUMNS];
    /// 0 where there is no column.
    row gain;
    int width;
    ptrdiff_t input_stride;
};

static struct kernels kernels_of(const float *weight, int is_down, int inputs, int outputs, const float *gains,
                                 int panel, int columns) {
    struct kernels kernels = {.input_stride = is_down ? 16 : 16 * (ptrdiff_t)outputs};
    kernels.width = columns - panel < NL_PANEL_COLUMNS ? columns - panel : NL_PANEL_COLUMNS;
    for (int i = 0; i < NL_PANEL_COLUMNS; i++) {
        const int n = panel + i, output = n % outputs, phase = n / outputs;
        if (n >= (is_down ? outputs : 4 * outputs)) {
            kernels.of[i] = kernels.of[0];
            continue;
        }
        kernels.gain[i] = gains ? gains[output] : 1;
        // Row r and column s of a window of 2 x 2 pixels meet row phase / 2 + 2 - 2 r of a kernel, and so its column.
        kernels.of[i] = is_down ? weight + (ptrdiff_t)output * inputs * 16
                                : weight + output * 16 + (phase / 2 + 2) * 4 + phase % 2 + 2;
    }
    return kernels;
}

static inline row weights_at(const struct kernels *kernels, int input, ptrdiff_t tap) {
    row weights;
    for (int i = 0; i < NL_PANEL_COLUMNS; i++) weights[i] = kernels->of[i][input * kernels->input_stride + tap];
    return weights * kernels->gain;
}

/// `width` is 16 or 8.
static inline void put(float *to, row weights, int width) {
    if (width == NL_PANEL_COLUMNS)
        *(row *)to = weights;
    else
        memcpy(to, &weights, sizeof(float) * width);
}

void nl_direct_weights(const float *weight, int is_down, int inputs, int outputs, const float *gains, int first,
                       int count, int columns, float *panels) {
    const int taps = is_down ? 16 : 4, depth = taps * inputs;
    for (int panel = first; panel < first + count; panel += NL_PANEL_COLUMNS) {
        const struct kernels kernels = kernels_of(weight, is_down, inputs, outputs, gains, panel, columns);
        float *out = panels + (ptrdiff_t)panel * depth;
        for (int input = 0; input < inputs; input++)
            for (int tap = 0; tap < taps; tap++) {
                const row weights = weights_at(&kernels, input, is_down ? tap : -8 * (tap / 2) - 2 * (tap % 2));
                put(out + ((ptrdiff_t)tap * inputs + input) * kernels.width, weights, kernels.width);
            }
    }
}

static inline void transform(const row g[2][2], row u[16]) {
    row rows[4][2];
    for (int s = 0; s < 2; s++) {
        rows[0][s] = g[0][s];
        rows[1][s] = 0.5f * (g[0][s] + g[1][s]);
        rows[2][s] = 0.5f * (g[0][s] - g[1][s]);
        rows[3][s] = g[1][s];
    }
    for (int i = 0; i < 4; i++) {
        u[4 * i] = rows[i][0];
        u[4 * i + 1] = 0.5f * (rows[i][0] + rows[i][1]);
        u[4 * i + 2] = 0.5f * (rows[i][0] - rows[i][1]);
        u[4 * i + 3] = rows[i][1];
    }
}

void nl_winograd_weights(const float *weight, int is_down, int inputs, int outputs, const float *gains, int first,
                         int count, int columns, float *panels) {
    const int cells = is_down ? 4 : 1, depth = cells * inputs;
    const ptrdiff_t point_stride = (ptrdiff_t)depth * columns;
    for (int panel = first; panel < first + count; panel += NL_PANEL_COLUMNS) {
        const struct kernels kernels = kernels_of(weight, is_down, inputs, outputs, gains, panel, columns);
        float *out = panels + (ptrdiff_t)panel * depth;
        for (int input = 0; input < inputs; input++)
            for (int cell = 0; cell < cells; cell++) {
                row g[2][2], u[16];
                for (int r = 0; r < 2; r++)
                    for (int s = 0; s < 2; s++)
                        g[r][s] = weights_at(
                            &kernels, input,
                            is_down ? (2 * r + cell / 2) * 4 + 2 * s + cell % 2 : -8 * r - 2 * s);
                transform((const row(*)[2])g, u);
                float *to = out + ((ptrdiff_t)cell * inputs + input) * kernels.width;
                for (int p = 0; p < 16; p++) put(to + p * point_stride, u[p], kernels.width);
            }
    }
}
