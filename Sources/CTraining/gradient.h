// Gradients through activation and normalisation, and what they do to weights.
#include "vectors.h"

static void add_sums(const float *map, ptrdiff_t pixel_stride, int count, int channels, double *restrict sum) {
    for (int i = 0; i < count; i++, map += pixel_stride)
        for (int c = 0; c < channels; c++) sum[c] += map[c];
}

/// Halves of two vectors, value by value in turn.
#define INTERLEAVED_LOW(a, b)                                                                                      \
    __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define INTERLEAVED_HIGH(a, b)                                                                                     \
    __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)

static void add_taps(const float *sums, ptrdiff_t tap_stride, int chunks, ptrdiff_t chunk_stride, float *gradient,
                     ptrdiff_t kernel_stride) {
    v16 taps[16];
    for (int tap = 0; tap < 16; tap++) {
        v16 sum = {0};
        for (int chunk = 0; chunk < chunks; chunk++)
            sum += *(const v16 *)(sums + chunk * chunk_stride + tap * tap_stride);
        taps[tap] = sum;
    }
    // A matrix whose rows are interleaved with those eight further on, four times, is turned over.
    for (int turn = 0; turn < 4; turn++) {
        v16 turned[16];
        for (int i = 0; i < 8; i++) {
            turned[2 * i] = INTERLEAVED_LOW(taps[i], taps[i + 8]);
            turned[2 * i + 1] = INTERLEAVED_HIGH(taps[i], taps[i + 8]);
        }
        memcpy(taps, turned, sizeof taps);
    }
    for (int s = 0; s < 16; s++) *(v16 *)(gradient + s * kernel_stride) += taps[s];
}

/// Pixels whose float sums are taken before they are added in double precision.
#define RUN 32

/// Eight channels, or one (`wide` is a constant to the compiler), of up to RUN pixels.
#define ACTIVATION_GRADIENT(name, type, mask_type, choose, load)                                                   \
    NLT_BODY void name(const struct nlt_feedback *g, ptrdiff_t pixel, int count, int c, float *out,     \
                       ptrdiff_t out_stride, type *sum, type *product) {                                           \
        const float *shown = g->shown + pixel * g->shown_stride + c;                                               \
        const float *first = g->first + pixel * g->first_stride + c;                                               \
        const float *second = g->second ? g->second + pixel * g->second_stride + c : 0;                            \
        const float *raw = g->raw ? g->raw + pixel * g->raw_stride + c : 0;                                        \
        const type scale = g->shown_scale ? load(g->shown_scale + c) : (type){0} + 1;                              \
        const type shift = g->shown_shift ? load(g->shown_shift + c) : (type){0};                                  \
        const type mean = raw ? load(g->mean + c) : (type){0};                                                     \
        const type inverse = raw ? load(g->inverse_deviation + c) : (type){0};                                     \
        out += pixel * out_stride + c;                                                                             \
        for (int i = 0; i < count; i++) {                                                                          \
            const mask_type positive = load(shown + i * g->shown_stride) * scale + shift > 0;                      \
            const type a = load(first + i * g->first_stride);                                                      \
            type d = choose(positive, a, a * g->first_slope);                                                      \
            if (second) {                                                                                          \
                const type b = load(second + i * g->second_stride);                                                \
                d += choose(positive, b, b * g->second_slope);                                                     \
            }                                                                                                      \
            d *= g->factor;                                                                                        \
            *(type *)(out + i * out_stride) = d;                                                                   \
            *sum += d;                                                                                             \
            if (raw) *product += d * ((load(raw + i * g->raw_stride) - mean) * inverse);                           \
        }                                                                                                          \
    }

#define LOAD8(p) (*(const v8 *)(p))
#define LOAD1(p) (*(p))
#define CHOOSE1(mask, a, b) ((mask) ? (a) : (b))
ACTIVATION_GRADIENT(activation_gradient8, v8, mask8, CHOSEN, LOAD8)
ACTIVATION_GRADIENT(activation_gradient1, float, int, CHOOSE1, LOAD1)

static void activation_gradient(const struct nlt_feedback *g, ptrdiff_t pixel, int count, int channels, float *out,
                                ptrdiff_t out_stride, double *sum, double *product) {
    for (int first = 0; first < count; first += RUN) {
        const int run = count - first < RUN ? count - first : RUN;
        int c = 0;
        for (; c + 8 <= channels; c += 8) {
            v8 s = {0}, p = {0};
            activation_gradient8(g, pixel + first, run, c, out, out_stride, &s, &p);
            for (int lane = 0; sum && lane < 8; lane++) {
                sum[c + lane] += s[lane];
                if (product) product[c + lane] += p[lane];
            }
        }
        for (; c < channels; c++) {
            float s = 0, p = 0;
            activation_gradient1(g, pixel + first, run, c, out, out_stride, &s, &p);
            if (sum) sum[c] += s;
            if (product) product[c] += p;
        }
    }
}

static void normalisation_gradient(const float *raw, ptrdiff_t raw_stride, const float *of_gradient,
                                   const float *of_raw, const float *constant, int count, int channels,
                                   float *restrict gradient, ptrdiff_t gradient_stride) {
    for (int i = 0; i < count; i++, raw += raw_stride, gradient += gradient_stride)
        for (int c = 0; c < channels; c++)
            gradient[c] = of_gradient[c] * gradient[c] + of_raw[c] * raw[c] + constant[c];
}

static void adam(float *restrict value, const float *restrict gradient, float *restrict m, float *restrict v,
                 ptrdiff_t count, float beta1, float beta2, float step_size, float root_correction) {
    for (ptrdiff_t i = 0; i < count; i++) {
        const float g = gradient[i];
        m[i] = beta1 * m[i] + (1 - beta1) * g;
        v[i] = beta2 * v[i] + (1 - beta2) * g * g;
        value[i] -= step_size * m[i] / (sqrtf(v[i]) / root_correction + 1e-8f);
    }
}

static void match_features(const float *map, ptrdiff_t pixel_stride, float slope, const float *scale,
                           const float *shift, const float *restrict kept, float factor, int count, int channels,
                           float *restrict gradient, double *sum) {
    for (int i = 0; i < count; i++, map += pixel_stride, kept += channels, gradient += channels) {
        float row = 0;
        for (int c = 0; c < channels; c++) {
            const float v = scale ? map[c] * scale[c] + shift[c] : map[c];
            const float difference = (v > 0 ? v : v * slope) - kept[c];
            row += fabsf(difference);
            gradient[c] += difference > 0 ? factor : difference < 0 ? -factor : 0;
        }
        *sum += row;
    }
}
