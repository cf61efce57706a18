// One C body, compiled for each instruction set, chosen at run time.
#ifndef DISPATCH_H
#define DISPATCH_H
#include "ckernels.h"

#define NL_BODY static inline __attribute__((always_inline))

extern enum nl_instruction_set nl_chosen;

#if defined(__x86_64__)
#define NL_TARGET_AVX2 __attribute__((target("avx2,fma")))
#define NL_TARGET_AVX512 __attribute__((target("avx2,fma,avx512f,avx512vl,avx512bw,avx512dq")))
/// Defines `void name parameters` from `body(arguments, instruction set)`; the set is a constant to the compiler.
#define NL_DISPATCH(name, parameters, body, ...)                                                                   \
    NL_TARGET_AVX2 static void name##_avx2 parameters { body(__VA_ARGS__, NL_AVX2); }                              \
    NL_TARGET_AVX512 static void name##_avx512 parameters { body(__VA_ARGS__, NL_AVX512); }                        \
    void name parameters {                                                                                         \
        if (nl_chosen == NL_AVX2)                                                                                  \
            name##_avx2(__VA_ARGS__);                                                                              \
        else if (nl_chosen >= NL_AVX512)                                                                           \
            name##_avx512(__VA_ARGS__);                                                                            \
        else                                                                                                       \
            body(__VA_ARGS__, NL_PORTABLE);                                                                        \
    }
#else
#define NL_DISPATCH(name, parameters, body, ...)                                                                   \
    void name parameters { body(__VA_ARGS__, NL_PORTABLE); }
#endif

// Vectors of 8 and 16 floats; the compiler splits them where the registers are narrower.
typedef float v8 __attribute__((ext_vector_type(8), aligned(4)));
typedef float v16 __attribute__((ext_vector_type(16), aligned(4)));

typedef uint16_t u16x8 __attribute__((ext_vector_type(8), aligned(2)));
typedef uint32_t u32x8 __attribute__((ext_vector_type(8), aligned(4)));
typedef uint32_t u32x16 __attribute__((ext_vector_type(16), aligned(4)));

/// bfloat16, nearest, ties to even; NaN stays NaN.
NL_BODY u16x8 rounded8(v8 v) {
    const u32x8 u = (u32x8)v;
    const u32x8 number = (u + 0x7fffu + (u >> 16 & 1)) >> 16, nan = u >> 16 | 0x40u;
    return __builtin_convertvector((u & 0x7fffffffu) > 0x7f800000u ? nan : number, u16x8);
}

NL_BODY uint16_t rounded(float v) {
    uint32_t u;
    __builtin_memcpy(&u, &v, 4);
    return (uint16_t)((u & 0x7fffffffu) > 0x7f800000u ? u >> 16 | 0x40u : (u + 0x7fffu + (u >> 16 & 1)) >> 16);
}

/// Eight values, or one, to floats or bfloat16 (`half`, a constant to the compiler).
NL_BODY void put8(void *out, ptrdiff_t index, v8 v, const int half) {
    if (half)
        *(u16x8 *)((uint16_t *)out + index) = rounded8(v);
    else
        *(v8 *)((float *)out + index) = v;
}

NL_BODY void put(void *out, ptrdiff_t index, float v, const int half) {
    if (half)
        ((uint16_t *)out)[index] = rounded(v);
    else
        ((float *)out)[index] = v;
}

/// v > 0 ? v : v * slope for slope in 0...1; NaN stays NaN.
NL_BODY v8 activated8(v8 v, float slope) {
    const v8 other = v * slope;
    return other > v ? other : v;
}

NL_BODY float activated(float v, float slope) {
    const float other = v * slope;
    return other > v ? other : v;
}

/// Rational approximation of tanh, absolute error below 4e-7 (coefficients: Eigen, generic_fast_tanh_float).
#define NL_SQUASHED(name, vector)                                                                                  \
    NL_BODY vector name(vector v) {                                                                                \
        const vector bound = 7.90531110763549805f;                                                                 \
        v = v < -bound ? -bound : v;                                                                               \
        v = v > bound ? bound : v;                                                                                 \
        const vector s = v * v;                                                                                    \
        vector p = -2.76076847742355e-16f;                                                                         \
        p = p * s + 2.00018790482477e-13f;                                                                         \
        p = p * s + -8.60467152213735e-11f;                                                                        \
        p = p * s + 5.12229709037114e-08f;                                                                         \
        p = p * s + 1.48572235717979e-05f;                                                                         \
        p = p * s + 6.37261928875436e-04f;                                                                         \
        p = p * s + 4.89352455891786e-03f;                                                                         \
        vector q = 1.19825839466702e-06f;                                                                          \
        q = q * s + 1.18534705686654e-04f;                                                                         \
        q = q * s + 2.26843463243900e-03f;                                                                         \
        q = q * s + 4.89352518554385e-03f;                                                                         \
        return v * p / q;                                                                                          \
    }
#endif
