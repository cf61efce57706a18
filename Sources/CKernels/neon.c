// NEON of every 64-bit ARM: multiply-adds by a lane of the left matrix.
#include "ckernels.h"
#if defined(__aarch64__)
#include <arm_neon.h>
#include "product.h"

#define LANE(i)                                                                                                    \
    _Pragma("clang loop unroll(full)") for (int j = 0; j < vectors; j++) {                                         \
        const float32x4_t right = vld1q_f32(b + ((i) * vectors + j) * 4);                                          \
        _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++)                                          \
            sum[r][j] = vfmaq_laneq_f32(sum[r][j], right, left[r], i);                                             \
    }

/// `rows` rows times a panel of 4 * `vectors` columns; both are constants to the compiler.
NL_BODY void tile(const nl_left_matrix *a, int first, const float *b, const float *bias, float slope, const int rows,
                  const int vectors, float *c, ptrdiff_t c_stride) {
    float32x4_t sum[8][4];
    const float *row[8];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
        row[r] = NL_ROW(float, a, first + r);
#pragma clang loop unroll(full)
        for (int j = 0; j < vectors; j++) sum[r][j] = bias ? vld1q_f32(bias + 4 * j) : vdupq_n_f32(0);
    }
    for (int s = 0; s < a->segments; s++) {
        ptrdiff_t k = a->offsets ? a->offsets[s] : 0;
        const ptrdiff_t end = k + a->length;
        for (; k + 4 <= end; k += 4, b += 16 * vectors) {
            float32x4_t left[8];
#pragma clang loop unroll(full)
            for (int r = 0; r < rows; r++) left[r] = vld1q_f32(row[r] + k);
            LANE(0) LANE(1) LANE(2) LANE(3)
        }
        for (; k < end; k++, b += 4 * vectors)
#pragma clang loop unroll(full)
            for (int j = 0; j < vectors; j++) {
                const float32x4_t right = vld1q_f32(b + 4 * j);
#pragma clang loop unroll(full)
                for (int r = 0; r < rows; r++) sum[r][j] = vfmaq_n_f32(sum[r][j], right, row[r][k]);
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

NL_BODY void tile16(const nl_left_matrix *a, int first, const float *b, const float *bias, float slope,
                    const int rows, float *c, ptrdiff_t c_stride) {
    tile(a, first, b, bias, slope, rows, 4, c, c_stride);
}

NL_BODY void tile8(const nl_left_matrix *a, int first, const float *b, const float *bias, float slope, const int rows,
                   float *c, ptrdiff_t c_stride) {
    tile(a, first, b, bias, slope, rows, 2, c, c_stride);
}

NL_BF16_TILES
// 16 of the 32 registers: the left values take four to eight, and with more the compiler spills.
NL_PRODUCT(multiply_fp32, float, tile16, 4, tile8, 8)
NL_PRODUCT(multiply_bf16, uint16_t, bf16_16, 4, bf16_8, 8)

extern const nl_passes nl_baseline_passes;

static int is_available(void) { return 1; }

const nl_kernel nl_neon_fp32 = {
    .name = "neon", .element = NL_FP32, .is_native = 1, .tile_rows = 4, .tile_columns = 16, .k_step = 1,
    .is_available = is_available, .multiply = multiply_fp32, .passes = &nl_baseline_passes};
const nl_kernel nl_neon_bf16 = {
    .name = "neon", .element = NL_BF16, .tile_rows = 4, .tile_columns = 16, .k_step = 2,
    .is_available = is_available, .pack = nl_pack_pairs, .multiply = multiply_bf16, .passes = &nl_baseline_passes};
#endif
