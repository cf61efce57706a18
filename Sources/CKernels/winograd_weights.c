// Winograd's F(3 x 3, 2 x 2): nine outputs of a 2 x 2 convolution from 16 products.
// Along one axis: inputs d0...d3 -> (d0 - d2, d1 + d2, d2 - d1, d3 - d1), weights g0, g1 -> (g0, (g0 + g1) / 2,
// (g0 - g1) / 2, g1), products m0...m3 -> outputs (m0 + m1 + m2, m1 - m2, m1 + m2 + m3).
#include "ckernels.h"

static void transformed_weights(const float g[2][2], float u[16]) {
    float rows[4][2];
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
    const int cells = is_down ? 4 : 1, depth = cells * inputs, used = is_down ? outputs : 4 * outputs;
    const ptrdiff_t point_stride = (ptrdiff_t)depth * columns;
    for (int n = first; n < first + count; n++) {
        const int output = n % outputs, phase = n / outputs;
        const float gain = n < used && gains ? gains[output] : 1;
        const int panel = n / NL_PANEL_COLUMNS * NL_PANEL_COLUMNS;
        const int width = columns - panel < NL_PANEL_COLUMNS ? columns - panel : NL_PANEL_COLUMNS;
        float *out = panels + (ptrdiff_t)panel * depth + (n - panel);
        for (int k = 0; k < depth; k++) {
            float g[2][2] = {{0, 0}, {0, 0}}, u[16];
            if (n < used)
                for (int r = 0; r < 2; r++)
                    for (int s = 0; s < 2; s++) {
                        if (is_down) {
                            const int cell = k / inputs, input = k % inputs;
                            const int row = 2 * r + cell / 2, column = 2 * s + cell % 2;
                            g[r][s] = gain * weight[((ptrdiff_t)output * inputs + input) * 16 + row * 4 + column];
                        } else {
                            const int row = phase / 2 + 2 - 2 * r, column = phase % 2 + 2 - 2 * s;
                            g[r][s] = gain * weight[((ptrdiff_t)k * outputs + output) * 16 + row * 4 + column];
                        }
                    }
            transformed_weights(g, u);
            for (int p = 0; p < 16; p++) out[p * point_stride + (ptrdiff_t)k * width] = u[p];
        }
    }
}
