// NEON with products of bfloat16 (ARMv8.6, and ARMv8.2 where it has them): pairs of k by a lane of the left matrix.
#include "ckernels.h"
#if defined(__aarch64__)
#include <arm_neon.h>
#include <string.h>
#include <sys/auxv.h>
#pragma clang attribute push(__attribute__((target("bf16"))), apply_to = function)
#include "product.h"

/// sum += pairs of `right` times pair `lane` of `left`; the compiler would copy the pair to all lanes first.
#define DOT(sum, right, left, lane)                                                                                \
    __asm__("bfdot %0.4s, %1.8h, %2.2h[" #lane "]" : "+w"(sum) : "w"(right), "w"(left))
#define LANE(i)                                                                                                    \
    _Pragma("clang loop unroll(full)") for (int j = 0; j < vectors; j++) {                                         \
        const bfloat16x8_t right = pairs(b + ((i) * vectors + j) * 8);                                             \
        _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++) DOT(sum[r][j], right, left[r], i);       \
    }

/// Four pairs.
NL_BODY bfloat16x8_t pairs(const uint16_t *b) { return vreinterpretq_bf16_u16(vld1q_u16(b)); }

/// `rows` rows times a panel of 4 * `vectors` columns; both are constants to the compiler.
NL_BODY void tile(const nl_left_matrix *a, int first, const uint16_t *b, const float *bias, float slope,
                  const int rows, const int vectors, float *c, ptrdiff_t c_stride) {
    float32x4_t sum[8][4];
    const uint16_t *row[8];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
        row[r] = NL_ROW(uint16_t, a, first + r);
#pragma clang loop unroll(full)
        for (int j = 0; j < vectors; j++) sum[r][j] = bias ? vld1q_f32(bias + 4 * j) : vdupq_n_f32(0);
    }
    for (int s = 0; s < a->segments; s++) {
        ptrdiff_t k = a->offsets ? a->offsets[s] : 0;
        const ptrdiff_t end = k + a->length;
        for (; k + 8 <= end; k += 8, b += 32 * vectors) {
            bfloat16x8_t left[8];
#pragma clang loop unroll(full)
            for (int r = 0; r < rows; r++) left[r] = pairs(row[r] + k);
            LANE(0) LANE(1) LANE(2) LANE(3)
        }
        for (; k < end; k += 2, b += 8 * vectors)
#pragma clang loop unroll(full)
            for (int j = 0; j < vectors; j++) {
                const bfloat16x8_t right = pairs(b + 8 * j);
#pragma clang loop unroll(full)
                for (int r = 0; r < rows; r++)
                    sum[r][j] = vbfdotq_f32(
                        sum[r][j], right, vreinterpretq_bf16_u32(vdupq_n_u32(pair(row[r] + k))));
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

NL_BODY void tile16(const nl_left_matrix *a, int first, const uint16_t *b, const float *bias, float slope,
                    const int rows, float *c, ptrdiff_t c_stride) {
    tile(a, first, b, bias, slope, rows, 4, c, c_stride);
}

NL_BODY void tile8(const nl_left_matrix *a, int first, const uint16_t *b, const float *bias, float slope,
                   const int rows, float *c, ptrdiff_t c_stride) {
    tile(a, first, b, bias, slope, rows, 2, c, c_stride);
}

NL_PRODUCT(multiply, uint16_t, tile16, 4, tile8, 8)
#pragma clang attribute pop

extern const nl_passes nl_baseline_passes;

/// HWCAP2_BF16, as Linux numbers it.
static int is_available(void) { return (getauxval(AT_HWCAP2) & 1 << 14) != 0; }

const nl_kernel nl_neonbf16_bf16 = {
    .name = "neonbf16", .element = NL_BF16, .is_native = 1, .tile_rows = 4, .tile_columns = 16, .k_step = 2,
    .is_available = is_available, .pack = nl_pack_pairs, .multiply = multiply, .passes = &nl_baseline_passes};
#endif
