// AVX2 with FMA.
#include "ckernels.h"
#if defined(__x86_64__)
#include <string.h>
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "passes.h"
#include "product.h"

NL_FP32_TILES
NL_BF16_TILES
// 12 of the 16 registers: two a row of 16 columns.
NL_PRODUCT(multiply_fp32, float, fp32_16, 6, fp32_8, 12)
NL_PRODUCT(multiply_bf16, uint16_t, bf16_16, 6, bf16_8, 12)
#pragma clang attribute pop

static int is_available(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
static const nl_passes passes = NL_PASSES(NL_AVX2);

const nl_kernel nl_avx2_fp32 = {
    .name = "avx2", .element = NL_FP32, .is_native = 1, .tile_rows = 6, .tile_columns = 16, .k_step = 1,
    .is_available = is_available, .multiply = multiply_fp32, .passes = &passes};
const nl_kernel nl_avx2_bf16 = {
    .name = "avx2", .element = NL_BF16, .tile_rows = 6, .tile_columns = 16, .k_step = 2,
    .is_available = is_available, .pack = nl_pack_pairs, .multiply = multiply_bf16, .passes = &passes};
#endif
