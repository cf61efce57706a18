// The weights' side of Winograd's F(3 x 3, 4 x 4) (see winograd.h).
#include "ctraining.h"

/// G: values of a cubic at the points, with the points' factors.
static const float G[6][4] = {
    {1.0f / 4, 0, 0, 0},
    {-1.0f / 6, -1.0f / 6, -1.0f / 6, -1.0f / 6},
    {-1.0f / 6, 1.0f / 6, -1.0f / 6, 1.0f / 6},
    {1.0f / 24, 1.0f / 12, 1.0f / 6, 1.0f / 3},
    {1.0f / 24, -1.0f / 12, 1.0f / 6, -1.0f / 3},
    {0, 0, 0, 1},
};

void nlt_winograd_weights(const float *weight, int turned, float *out, ptrdiff_t point_stride) {
    float rows[6][4];
    for (int i = 0; i < 6; i++)
        for (int x = 0; x < 4; x++) {
            rows[i][x] = 0;
            for (int y = 0; y < 4; y++) rows[i][x] += G[i][y] * weight[turned ? 15 - (4 * y + x) : 4 * y + x];
        }
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 6; j++) {
            float sum = 0;
            for (int x = 0; x < 4; x++) sum += rows[i][x] * G[j][x];
            out[(6 * i + j) * point_stride] = sum;
        }
}

void nlt_winograd_weight_gradient(const float *sums, ptrdiff_t point_stride, float *gradient) {
    float rows[4][6];
    for (int y = 0; y < 4; y++)
        for (int j = 0; j < 6; j++) {
            rows[y][j] = 0;
            for (int i = 0; i < 6; i++) rows[y][j] += G[i][y] * sums[(6 * i + j) * point_stride];
        }
    for (int y = 0; y < 4; y++)
        for (int x = 0; x < 4; x++) {
            float sum = 0;
            for (int j = 0; j < 6; j++) sum += rows[y][j] * G[j][x];
            gradient[4 * y + x] += sum;
        }
}

void nlt_stride_two_weight_gradient(const float *sums, ptrdiff_t point_stride, float *gradient) {
    // Gt: four points to two weights.
    float rows[2][4];
    for (int j = 0; j < 4; j++) {
        const float *s = sums + j * point_stride;
        const float s1 = s[4 * point_stride], s2 = s[8 * point_stride];
        rows[0][j] = s[0] + 0.5f * (s1 + s2);
        rows[1][j] = s[12 * point_stride] + 0.5f * (s1 - s2);
    }
    for (int r = 0; r < 2; r++) {
        gradient[8 * r] += rows[r][0] + 0.5f * (rows[r][1] + rows[r][2]);
        gradient[8 * r + 2] += rows[r][3] + 0.5f * (rows[r][1] - rows[r][2]);
    }
}
