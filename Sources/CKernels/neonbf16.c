// NEON with products of bfloat16 (ARMv8.6, and ARMv8.2 where it has them): pairs of k a lane.
#include "ckernels.h"
#if defined(__aarch64__)
#include <arm_neon.h>
#include <string.h>
#include <sys/auxv.h>
#pragma clang attribute push(__attribute__((target("bf16"))), apply_to = function)
#define VALUE uint16_t
#define STEP 2
#define LEFT bfloat16x8_t
#define READ(p) vreinterpretq_bf16_u16(vld1q_u16(p))
// From the intrinsic for this the compiler makes a copy of the lane to all four first.
#define ADD_LANE(sum, right, left, i)                                                                              \
    __asm__("bfdot %0.4s, %1.8h, %2.2h[" #i "]" : "+w"(sum) : "w"(right), "w"(left))
#define ADD_ALL(sum, right, p) sum = vbfdotq_f32(sum, right, vreinterpretq_bf16_u32(vdupq_n_u32(pair(p))))
#include "neon.h"
#pragma clang attribute pop

extern const nl_passes nl_baseline_passes;

/// HWCAP2_BF16, as Linux numbers it.
static int is_available(void) { return (getauxval(AT_HWCAP2) & 1 << 14) != 0; }

const nl_kernel nl_neonbf16_bf16 = {
    .name = "neonbf16", .element = NL_BF16, .is_native = 1, .tile_rows = 4, .tile_columns = 16, .k_step = 2,
    .is_available = is_available, .pack = nl_pack_pairs, .multiply = multiply, .passes = &nl_baseline_passes};
#endif
