#include "ctraining.h"
#if defined(__x86_64__)
#include <math.h>
#include <string.h>
#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512vl,avx512bw,avx512dq"))),               \
                             apply_to = function)
#define NLT_TILE_ROWS 12
#define NLT_TILE_PANELS 2
#define NLT_PANELS_ROWS 8
#include "operations.h"
#pragma clang attribute pop

const struct nlt_operations nlt_avx512 = NLT_OPERATIONS;
#endif
