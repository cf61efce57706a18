// NEON of every 64-bit ARM.
#include "ckernels.h"
#if defined(__aarch64__)
#include <arm_neon.h>
#define VALUE float
#define STEP 1
#define LEFT float32x4_t
#define READ(p) vld1q_f32(p)
#define ADD_LANE(sum, right, left, i) sum = vfmaq_laneq_f32(sum, right, left, i)
#define ADD_ALL(sum, right, p) sum = vfmaq_n_f32(sum, right, *(p))
#include "neon.h"

NL_BF16_TILES
NL_PRODUCT(multiply_bf16, uint16_t, bf16_16, 4, bf16_8, 8)

extern const nl_passes nl_baseline_passes;

static int is_available(void) { return 1; }

const nl_kernel nl_neon_fp32 = {
    .name = "neon", .element = NL_FP32, .is_native = 1, .tile_rows = 4, .tile_columns = 16, .k_step = 1,
    .is_available = is_available, .multiply = multiply, .passes = &nl_baseline_passes};
const nl_kernel nl_neon_bf16 = {
    .name = "neon", .element = NL_BF16, .tile_rows = 4, .tile_columns = 16, .k_step = 2,
    .is_available = is_available, .pack = nl_pack_pairs, .multiply = multiply_bf16, .passes = &nl_baseline_passes};
#endif
