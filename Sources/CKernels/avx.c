// AVX without multiply-adds: Intel's processors of 2011 and 2012, AMD's of 2011.
#include "ckernels.h"
#if defined(__x86_64__)
#include <string.h>
#pragma clang attribute push(__attribute__((target("avx"))), apply_to = function)
#include "product.h"

NL_FP32_TILES
// 12 of the 16 registers: two a row of 16 columns.
NL_PRODUCT(multiply, float, fp32_16, 6, fp32_8, 12)
#pragma clang attribute pop

static int is_available(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx");
}
extern const nl_passes nl_baseline_passes;

const nl_kernel nl_avx_fp32 = {
    .name = "avx", .element = NL_FP32, .is_native = 1, .tile_rows = 6, .tile_columns = 16, .k_step = 1,
    .is_available = is_available, .multiply = multiply, .passes = &nl_baseline_passes};
#endif
