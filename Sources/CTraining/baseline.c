// What the compiler targets by default: SSE2 on x86-64, NEON on 64-bit ARM.
#if defined(__aarch64__)
#define NLT_TILE_ROWS 6
#else
#define NLT_TILE_ROWS 2
#endif
#define NLT_TILE_PANELS 1
#include "operations.h"

const struct nlt_operations nlt_baseline = NLT_OPERATIONS;

#if defined(__x86_64__)
extern const struct nlt_operations nlt_avx2, nlt_avx512;
#endif

const struct nlt_operations *nlt_operations_for(const nl_passes *passes) {
#if defined(__x86_64__)
    if (passes->vectors == NL_AVX2) return &nlt_avx2;
    if (passes->vectors == NL_AVX512) return &nlt_avx512;
#endif
    (void)passes;
    return &nlt_baseline;
}
