// AVX-512 with products of bfloat16: pairs of k, added to binary32 one after the other.
#include "ckernels.h"
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>
#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512vl,avx512bw,avx512dq,avx512bf16"))),     \
                             apply_to = function)
// Numbers too small to be normal become zero, which products take them for anyway.
#define NL_ROUNDED8(v) ((u16x8)_mm256_cvtneps_pbh((__m256)(v)))
#define NL_WIDE_PASSES
#include "passes.h"
#include "product.h"

#define DOT16(sum, left, right)                                                                                    \
    ((v16)_mm512_dpbf16_ps((__m512)(sum), (__m512bh)_mm512_set1_epi32((int)pair(left)), (__m512bh)(right)))
#define DOT8(sum, left, right)                                                                                     \
    ((v8)_mm256_dpbf16_ps((__m256)(sum), (__m256bh)_mm256_set1_epi32((int)pair(left)), (__m256bh)(right)))
NL_TILE(dot16, uint16_t, v16, u32x16, 16, 1, 2, DOT16)
NL_TILE(dot8, uint16_t, v8, u32x8, 8, 1, 2, DOT8)
NL_PRODUCT(multiply, uint16_t, dot16, 12, dot8, 12)
#pragma clang attribute pop

extern const nl_kernel nl_avx512_fp32;
const nl_passes nl_avx512bf16_passes = NL_PASSES(NL_AVX512);

static int is_available(void) { return nl_avx512_fp32.is_available() && __builtin_cpu_supports("avx512bf16"); }

const nl_kernel nl_avx512bf16_bf16 = {
    .name = "avx512bf16", .element = NL_BF16, .is_native = 1, .tile_rows = 12, .tile_columns = 16, .k_step = 2,
    .is_available = is_available, .pack = nl_pack_pairs, .multiply = multiply, .passes = &nl_avx512bf16_passes};
#endif
