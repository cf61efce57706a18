// One C body, compiled for each instruction set, chosen at run time.
#ifndef DISPATCH_H
#define DISPATCH_H
#include "ckernels.h"

enum nl_level { NL_PORTABLE, NL_AVX2 };
enum nl_level nl_level(void);

#define NL_BODY static inline __attribute__((always_inline))

#if defined(__x86_64__)
/// Defines `void name parameters` from `body arguments`.
#define NL_DISPATCH(name, parameters, body, arguments)                                                             \
    __attribute__((target("avx2,fma"))) static void name##_avx2 parameters { body arguments; }                     \
    void name parameters {                                                                                         \
        if (nl_level() == NL_AVX2)                                                                                 \
            name##_avx2 arguments;                                                                                 \
        else                                                                                                       \
            body arguments;                                                                                        \
    }
#else
#define NL_DISPATCH(name, parameters, body, arguments)                                                             \
    void name parameters { body arguments; }
#endif
#endif
