#include "ctraining.h"
#if defined(__x86_64__)
#include <math.h>
#include <string.h>
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define NLT_TILE_ROWS 6
#define NLT_TILE_PANELS 1
#include "operations.h"
#pragma clang attribute pop

const struct nlt_operations nlt_avx2 = NLT_OPERATIONS;
#endif
