// Vectors for bodies that are compiled for each instruction set, by the file that includes them.
#ifndef VECTORS_H
#define VECTORS_H
#include "ctraining.h"
#include <math.h>
#include <string.h>

#define NLT_BODY static inline __attribute__((always_inline))

typedef float v8 __attribute__((vector_size(32), aligned(4)));
typedef int32_t mask8 __attribute__((vector_size(32), aligned(4)));
typedef float v16 __attribute__((vector_size(64), aligned(4)));

/// Lanes of a where the mask is set, of b elsewhere.
#define CHOSEN(mask, a, b) ((v8)(((mask8)(a) & (mask)) | ((mask8)(b) & ~(mask))))
#endif
