// What the compiler targets by default: SSE2 on x86-64, NEON on 64-bit ARM.
#include "passes.h"
#include "product.h"

NL_FP32_TILES
NL_BF16_TILES
// 8 of the 16 registers of SSE.
NL_PRODUCT(multiply_fp32, float, fp32_16, 2, fp32_8, 4)
NL_PRODUCT(multiply_bf16, uint16_t, bf16_16, 2, bf16_8, 4)

static int is_available(void) { return 1; }
const nl_passes nl_baseline_passes = NL_PASSES(NL_BASELINE);

const nl_kernel nl_portable_fp32 = {
    .name = "portable", .element = NL_FP32, .is_native = 1, .tile_rows = 2, .tile_columns = 16, .k_step = 1,
    .is_available = is_available, .multiply = multiply_fp32, .passes = &nl_baseline_passes};
const nl_kernel nl_portable_bf16 = {
    .name = "portable", .element = NL_BF16, .tile_rows = 2, .tile_columns = 16, .k_step = 2,
    .is_available = is_available, .pack = nl_pack_pairs, .multiply = multiply_bf16, .passes = &nl_baseline_passes};
