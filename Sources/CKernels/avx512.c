// AVX-512 F, VL, BW and DQ.
#include "ckernels.h"
#if defined(__x86_64__)
#include <string.h>
#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512vl,avx512bw,avx512dq"))),               \
                             apply_to = function)
#define NL_WIDE_PASSES
#include "passes.h"
#include "product.h"

NL_FP32_TILES
NL_BF16_TILES
NL_TILE(fp32_32, float, v16, v16, 16, 2, 1, NL_FP32_ADD)
// 24 of the 32 registers: on a core that starts two multiplications and two reads a cycle, 170 of 175 GFLOPS where 12
// reached 147 (Xeon, model 207, 2026-11).
NL_PRODUCT_BY_TWO(multiply_fp32, float, fp32_32, 12, fp32_16, 12, fp32_8, 12)
// 12 of the 32 registers.
NL_PRODUCT(multiply_bf16, uint16_t, bf16_16, 12, bf16_8, 12)
#pragma clang attribute pop

static int is_available(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq");
}
static const nl_passes passes = NL_PASSES(NL_AVX512);

const nl_kernel nl_avx512_fp32 = {
    .name = "avx512", .element = NL_FP32, .is_native = 1, .tile_rows = 12, .tile_columns = 32, .k_step = 1,
    .is_available = is_available, .multiply = multiply_fp32, .passes = &passes};
const nl_kernel nl_avx512_bf16 = {
    .name = "avx512", .element = NL_BF16, .tile_rows = 12, .tile_columns = 16, .k_step = 2,
    .is_available = is_available, .pack = nl_pack_pairs, .multiply = multiply_bf16, .passes = &passes};
#endif
