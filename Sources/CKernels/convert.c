#include "ckernels.h"
#include <string.h>

static inline uint32_t bits(float v) {
    uint32_t u;
    memcpy(&u, &v, 4);
    return u;
}

static inline float value(uint32_t u) {
    float v;
    memcpy(&v, &u, 4);
    return v;
}

void nl_fp16_to_fp32(const uint16_t *source, size_t count, float *out) {
    for (size_t i = 0; i < count; i++) {
        const uint32_t h = source[i], sign = (h & 0x8000u) << 16, magnitude = h & 0x7fffu;
        // Exponent bias 15 to 127; 2^-24 steps below the smallest normal number, all exact in binary32.
        const uint32_t normal = (magnitude << 13) + (112u << 23);
        const uint32_t subnormal = bits((float)magnitude * 0x1p-24f);
        const uint32_t special = (magnitude << 13) | 0x7f800000u;
        const uint32_t u = magnitude >= 0x7c00u ? special : magnitude >= 0x400u ? normal : subnormal;
        out[i] = value(sign | u);
    }
}

void nl_fp32_to_fp16(const float *source, size_t count, uint16_t *out) {
    for (size_t i = 0; i < count; i++) {
        const uint32_t u = bits(source[i]), sign = u >> 16 & 0x8000u, magnitude = u & 0x7fffffffu;
        uint32_t h;
        if (magnitude > 0x7f800000u)
            h = 0x7e00u | (magnitude >> 13 & 0x3ffu);
        else if (magnitude >= 0x477ff000u)  // 65520 and more round to infinity
            h = 0x7c00u;
        else if (magnitude >= 0x38800000u)  // 2^-14: normal
            h = (magnitude - (112u << 23) + 0xfffu + (magnitude >> 13 & 1)) >> 13;
        else  // adding 0.5 leaves multiples of 2^-24 in the significand, rounded by the addition
            h = bits(value(magnitude) + 0.5f) - bits(0.5f);
        out[i] = (uint16_t)(sign | h);
    }
}

void nl_bf16_to_fp32(const uint16_t *source, size_t count, float *out) {
    for (size_t i = 0; i < count; i++) out[i] = value((uint32_t)source[i] << 16);
}

void nl_fp32_to_bf16(const float *source, size_t count, uint16_t *out) {
    for (size_t i = 0; i < count; i++) {
        const uint32_t u = bits(source[i]);
        const int nan = (u & 0x7fffffffu) > 0x7f800000u;
        out[i] = (uint16_t)(nan ? u >> 16 | 0x40u : (u + 0x7fffu + (u >> 16 & 1)) >> 16);
    }
}

int nl_all_finite(const float *values, size_t count) {
    uint32_t bad = 0;
    for (size_t i = 0; i < count; i++) bad |= (bits(values[i]) & 0x7f800000u) == 0x7f800000u;
    return !bad;
}
