// Losses and their gradients.
#include "ctraining.h"
#include <math.h>

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
