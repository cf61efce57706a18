// One C body, compiled for each instruction set, chosen at run time.
#ifndef DISPATCH_H
#define DISPATCH_H
#include "ckernels.h"
#include "ctraining.h"

#define NLT_BODY static inline __attribute__((always_inline))

#if defined(__x86_64__)
/// Defines `void name parameters` from `body arguments`.
#define NLT_DISPATCH(name, parameters, body, arguments)                                                            \
    __attribute__((target("avx2,fma"))) static void name##_avx2 parameters { body arguments; }                     \
    void name parameters {                                                                                         \
        if (nl_instruction_set() != NL_PORTABLE)                                                                   \
            name##_avx2 arguments;                                                                                 \
        else                                                                                                       \
            body arguments;                                                                                        \
    }
#else
#define NLT_DISPATCH(name, parameters, body, arguments)                                                            \
    void name parameters { body arguments; }
#endif

typedef float v8 __attribute__((vector_size(32), aligned(4)));
typedef int32_t mask8 __attribute__((vector_size(32), aligned(4)));
typedef float v16 __attribute__((vector_size(64), aligned(4)));

/// Lanes of a where the mask is set, of b elsewhere.
#define CHOSEN(mask, a, b) ((v8)(((mask8)(a) & (mask)) | ((mask8)(b) & ~(mask))))
#endif
