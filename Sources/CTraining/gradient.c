#include "dispatch.h"
#include <math.h>

NLT_BODY void sums(const float *map, ptrdiff_t pixel_stride, int count, int channels, double *restrict sum) {
    for (int i = 0; i < count; i++, map += pixel_stride)
        for (int c = 0; c < channels; c++) sum[c] += map[c];
}

NLT_DISPATCH(nlt_add_sums, (const float *map, ptrdiff_t pixel_stride, int count, int channels, double *sum), sums,
             (map, pixel_stride, count, channels, sum))

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

NLT_BODY void activation_gradient(const struct nlt_feedback *g, ptrdiff_t pixel, int count, int channels,
                                  float *out, ptrdiff_t out_stride, double *sum, double *product) {
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

NLT_DISPATCH(nlt_activation_gradient,
             (const struct nlt_feedback *g, ptrdiff_t pixel, int count, int channels, float *out,
              ptrdiff_t out_stride, double *sum, double *product),
             activation_gradient, (g, pixel, count, channels, out, out_stride, sum, product))

NLT_BODY void normalisation_gradient(const float *raw, ptrdiff_t raw_stride, const float *of_gradient,
                                     const float *of_raw, const float *constant, int count, int channels,
                                     float *restrict gradient, ptrdiff_t gradient_stride) {
    for (int i = 0; i < count; i++, raw += raw_stride, gradient += gradient_stride)
        for (int c = 0; c < channels; c++)
            gradient[c] = of_gradient[c] * gradient[c] + of_raw[c] * raw[c] + constant[c];
}

NLT_DISPATCH(nlt_normalisation_gradient,
             (const float *raw, ptrdiff_t raw_stride, const float *of_gradient, const float *of_raw,
              const float *constant, int count, int channels, float *gradient, ptrdiff_t gradient_stride),
             normalisation_gradient,
             (raw, raw_stride, of_gradient, of_raw, constant, count, channels, gradient, gradient_stride))

NLT_BODY void adam(float *restrict value, const float *restrict gradient, float *restrict m, float *restrict v,
                   ptrdiff_t count, float beta1, float beta2, float step_size, float root_correction) {
    for (ptrdiff_t i = 0; i < count; i++) {
        const float g = gradient[i];
        m[i] = beta1 * m[i] + (1 - beta1) * g;
        v[i] = beta2 * v[i] + (1 - beta2) * g * g;
        value[i] -= step_size * m[i] / (sqrtf(v[i]) / root_correction + 1e-8f);
    }
}

NLT_DISPATCH(nlt_adam,
             (float *value, const float *gradient, float *m, float *v, ptrdiff_t count, float beta1, float beta2,
              float step_size, float root_correction),
             adam, (value, gradient, m, v, count, beta1, beta2, step_size, root_correction))

double nlt_absolute_gradient(const float *y, ptrdiff_t y_stride, const float *target, ptrdiff_t target_stride,
                             const float *weights, const float *other, float scale, int count, int channels,
                             float *out) {
    double sum = 0;
    for (int i = 0; i < count; i++)
        for (int c = 0; c < channels; c++) {
            const ptrdiff_t at = (ptrdiff_t)i * channels + c;
            const float value = y[i * y_stride + c], difference = value - target[i * target_stride + c];
            const float weight = weights ? weights[at] : 1;
            const float sign = difference > 0 ? 1 : difference < 0 ? -1 : 0;
            sum += weight * fabsf(difference);
            const float g = scale * weight * sign + (other ? other[at] : 0);
            out[at] = g * (1 - value * value);
        }
    return sum;
}

double nlt_cross_entropy_gradient(const float *y, ptrdiff_t y_stride, const float *target, ptrdiff_t target_stride,
                                  const float *weights, const float *other, float scale, int count, int channels,
                                  float *out) {
    double sum = 0;
    for (int i = 0; i < count; i++)
        for (int c = 0; c < channels; c++) {
            const ptrdiff_t at = (ptrdiff_t)i * channels + c;
            const float value = y[i * y_stride + c];
            const float p = (value + 1) / 2, t = (target[i * target_stride + c] + 1) / 2;
            const float weight = weights ? weights[at] : 1;
            // tanh(a) = 2 sigmoid(2a) - 1. Where it has rounded to 1, the loss is that of the nearest smaller number.
            const float low = 3e-8f;
            sum -= weight * (t * logf(p > low ? p : low) + (1 - t) * logf(1 - p > low ? 1 - p : low));
            out[at] = 2 * scale * weight * (p - t) + (other ? other[at] * (1 - value * value) : 0);
        }
    return sum;
}

void nlt_interval_gradient(const float *y, ptrdiff_t y_stride, const float *target, ptrdiff_t target_stride,
                           const float *weights, const float *other, float scale, float lower, float upper, int count,
                           float *out, double *sums) {
    const float quantiles[3] = {0.5f, lower, upper};
    sums[0] = sums[1] = 0;
    for (int i = 0; i < count; i++)
        for (int c = 0; c < 3; c++) {
            const ptrdiff_t at = (ptrdiff_t)i * 3 + c;
            const float value = y[i * y_stride + c], above = target[i * target_stride] - value;
            const float weight = weights ? weights[at] : 1;
            // The absolute difference is twice the pinball loss of the median.
            const float part = c == 0 ? 2 * weight : weight;
            const float slope = above > 0 ? quantiles[c] : above < 0 ? quantiles[c] - 1 : 0;
            sums[c > 0] += part * slope * above;
            const float g = -scale * part * slope + (other ? other[at] : 0);
            out[at] = g * (1 - value * value);
        }
}

NLT_BODY void match_features(const float *map, ptrdiff_t pixel_stride, float slope, const float *scale,
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

NLT_DISPATCH(nlt_match_features,
             (const float *map, ptrdiff_t pixel_stride, float slope, const float *scale, const float *shift,
              const float *kept, float factor, int count, int channels, float *gradient, double *sum),
             match_features,
             (map, pixel_stride, slope, scale, shift, kept, factor, count, channels, gradient, sum))
