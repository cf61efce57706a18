// Vectors for bodies that are compiled for each instruction set, by the file that includes them.
#ifndef VECTORS_H
#define VECTORS_H
#include "ckernels.h"
#include <string.h>

#define NL_BODY static inline __attribute__((always_inline))

// Vectors of 8 and 16 floats; the compiler splits them where the registers are narrower.
typedef float v8 __attribute__((ext_vector_type(8), aligned(4)));
typedef float v16 __attribute__((ext_vector_type(16), aligned(4)));

typedef uint16_t u16x8 __attribute__((ext_vector_type(8), aligned(2)));
typedef uint32_t u32x8 __attribute__((ext_vector_type(8), aligned(4)));
typedef uint32_t u32x16 __attribute__((ext_vector_type(16), aligned(4)));

/// bfloat16, nearest, ties to even; NaN stays NaN. NL_ROUNDED8: an instruction for it.
NL_BODY u16x8 rounded8(v8 v) {
#ifdef NL_ROUNDED8
    return NL_ROUNDED8(v);
#else
    const u32x8 u = (u32x8)v;
    const u32x8 number = (u + 0x7fffu + (u >> 16 & 1)) >> 16, nan = u >> 16 | 0x40u;
    return __builtin_convertvector((u & 0x7fffffffu) > 0x7f800000u ? nan : number, u16x8);
#endif
}

NL_BODY uint16_t rounded(float v) {
    uint32_t u;
    memcpy(&u, &v, 4);
    return (uint16_t)((u & 0x7fffffffu) > 0x7f800000u ? u >> 16 | 0x40u : (u + 0x7fffu + (u >> 16 & 1)) >> 16);
}

/// Eight values, sixteen, or one, as elements (a constant to the compiler).
NL_BODY void put8(void *out, ptrdiff_t index, v8 v, const enum nl_element element) {
    if (element == NL_BF16)
        *(u16x8 *)((uint16_t *)out + index) = rounded8(v);
    else
        *(v8 *)((float *)out + index) = v;
}

NL_BODY void put16(void *out, ptrdiff_t index, v16 v, const enum nl_element element) {
    if (element == NL_BF16) {
        put8(out, index, v.lo, element);
        put8(out, index + 8, v.hi, element);
    } else {
        *(v16 *)((float *)out + index) = v;
    }
}

NL_BODY void put(void *out, ptrdiff_t index, float v, const enum nl_element element) {
    if (element == NL_BF16)
        ((uint16_t *)out)[index] = rounded(v);
    else
        ((float *)out)[index] = v;
}

/// v > 0 ? v : v * slope for slope in 0...1; NaN stays NaN.
NL_BODY v8 activated8(v8 v, float slope) {
    const v8 other = v * slope;
    return other > v ? other : v;
}

NL_BODY v16 activated16(v16 v, float slope) {
    const v16 other = v * slope;
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
