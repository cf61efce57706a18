// Products by lanes of the left matrix. The file that includes this gives the elements:
//   VALUE, STEP                      an element, and how many values of k a lane takes
//   LEFT, READ(p)                    a vector of them: four lanes
//   ADD_LANE(sum, right, left, i)    sum[0 ... 3] += right's values of four columns times lane i of left
//   ADD_ALL(sum, right, p)           the same times the STEP values at p
#include "product.h"

#define LANE(i)                                                                                                    \
    _Pragma("clang loop unroll(full)") for (int j = 0; j < vectors; j++) {                                         \
        const LEFT right = READ(b + ((i) * vectors + j) * 4 * STEP);                                               \
        _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++) ADD_LANE(sum[r][j], right, left[r], i);  \
    }

/// `rows` rows times a panel of 4 * `vectors` columns; both are constants to the compiler.
NL_BODY void tile(const nl_left_matrix *a, int first, const VALUE *b, const float *bias, float slope, const int rows,
                  const int vectors, float *c, ptrdiff_t c_stride) {
    float32x4_t sum[8][4];
    const VALUE *row[8];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
        row[r] = NL_ROW(VALUE, a, first + r);
#pragma clang loop unroll(full)
        for (int j = 0; j < vectors; j++) sum[r][j] = bias ? vld1q_f32(bias + 4 * j) : vdupq_n_f32(0);
    }
    for (int s = 0; s < a->segments; s++) {
        ptrdiff_t k = a->offsets ? a->offsets[s] : 0;
        const ptrdiff_t end = k + a->length;
        for (; k + 4 * STEP <= end; k += 4 * STEP, b += 16 * STEP * vectors) {
            LEFT left[8];
#pragma clang loop unroll(full)
            for (int r = 0; r < rows; r++) left[r] = READ(row[r] + k);
            LANE(0) LANE(1) LANE(2) LANE(3)
        }
        for (; k < end; k += STEP, b += 4 * STEP * vectors)
#pragma clang loop unroll(full)
            for (int j = 0; j < vectors; j++) {
                const LEFT right = READ(b + 4 * STEP * j);
#pragma clang loop unroll(full)
                for (int r = 0; r < rows; r++) ADD_ALL(sum[r][j], right, row[r] + k);
            }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
        for (int j = 0; j < vectors; j++) {
            const float32x4_t other = vmulq_n_f32(sum[r][j], slope);
            vst1q_f32(c + r * c_stride + 4 * j, vbslq_f32(vcgtq_f32(other, sum[r][j]), other, sum[r][j]));
        }
}

NL_BODY void tile16(const nl_left_matrix *a, int first, const VALUE *b, const float *bias, float slope,
                    const int rows, float *c, ptrdiff_t c_stride) {
    tile(a, first, b, bias, slope, rows, 4, c, c_stride);
}

NL_BODY void tile8(const nl_left_matrix *a, int first, const VALUE *b, const float *bias, float slope, const int rows,
                   float *c, ptrdiff_t c_stride) {
    tile(a, first, b, bias, slope, rows, 2, c, c_stride);
}

// 16 of the 32 registers: the left values take four to eight, and with more the compiler spills.
NL_PRODUCT(multiply, VALUE, tile16, 4, tile8, 8)
