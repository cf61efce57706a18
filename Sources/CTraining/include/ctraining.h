// Inner loops of training: pointers, sizes and strides in; no allocation, no errors, no policy.
// Strides count floats. Feature maps are channels-last: pixel (y, x) starts at map + (y * width + x) * pixel_stride.
// Every sum is taken in an order that the arguments alone determine.
#ifndef CTRAINING_H
#define CTRAINING_H
#include "ckernels.h"
#include <stddef.h>
#include <stdint.h>

/// Columns of products are computed this many at a time.
#define NLT_TILE_COLUMNS 16

/// What layers feed back into a normalised and activated map. Strides are from pixel to pixel.
struct nlt_feedback {
    /// The value the layers read before activation: shown * shown_scale[c] + shown_shift[c].
    const float *_Nonnull shown;
    ptrdiff_t shown_stride;
    const float *_Nullable shown_scale;
    const float *_Nullable shown_shift;
    /// Gradients with respect to the activated value, and the slope below zero of each activation.
    const float *_Nonnull first;
    ptrdiff_t first_stride;
    float first_slope;
    const float *_Nullable second;
    ptrdiff_t second_stride;
    float second_slope;
    /// Factor between the normalised value and the shown one: 1 / (1 - rate) after dropout, else 1.
    float factor;
    /// What was normalised, its mean and inverse deviation a channel; NULL where nothing was.
    const float *_Nullable raw;
    ptrdiff_t raw_stride;
    const float *_Nullable mean;
    const float *_Nullable inverse_deviation;
};

/// What training does over and over, compiled for one instruction set.
struct nlt_operations {
    /// Windows of a feature map as rows of a matrix: for `count` positions x, x + 1, ... of output row y, the 4 x 4
    /// pixels from (stride * y - padding, stride * x - padding) on, in order (row, column, channel), zero outside the
    /// map.
    /// Values v become f(v * scale[c] + shift[c]) where scale and shift are given, f(v) otherwise,
    /// f(v) = v > 0 ? v : slope * v with slope in 0...1.
    /// - windows: [count][row_stride], of which 16 * channels are written.
    void (*_Nonnull gather_windows)(const float *_Nonnull map, int height, int width, int channels,
                                    ptrdiff_t pixel_stride, int stride, int padding, int y, int x, int count,
                                    float slope, const float *_Nullable scale, const float *_Nullable shift,
                                    float *_Nonnull windows, ptrdiff_t row_stride);

    /// `count` pixels, transformed as above, as rows of a matrix; columns up to `columns` are filled with zero.
    void (*_Nonnull gather_pixels)(const float *_Nonnull map, int channels, ptrdiff_t pixel_stride, int count,
                                   float slope, const float *_Nullable scale, const float *_Nullable shift,
                                   float *_Nonnull rows, int columns, ptrdiff_t row_stride);

    /// c[r][n] = sum over k of a[r * a_row + k * a_depth] * b[k * b_stride + n], in order of k; `columns` is a multiple
    /// of NLT_TILE_COLUMNS, and a_row or a_depth is 1.
    void (*_Nonnull product)(const float *_Nonnull a, ptrdiff_t a_row, ptrdiff_t a_depth, const float *_Nonnull b,
                             ptrdiff_t b_stride, int rows, int columns, int depth, float *_Nonnull c,
                             ptrdiff_t c_stride);

    /// The same, added to c.
    void (*_Nonnull product_add)(const float *_Nonnull a, ptrdiff_t a_row, ptrdiff_t a_depth, const float *_Nonnull b,
                                 ptrdiff_t b_stride, int rows, int columns, int depth, float *_Nonnull c,
                                 ptrdiff_t c_stride);

    /// Adds to the gradients of 4 x 4 kernels of 16 small channels, gradient[s * kernel_stride + tap], the sum over chunks
    /// of sums[chunk * chunk_stride + tap * tap_stride + s], in their order.
    void (*_Nonnull add_taps)(const float *_Nonnull sums, ptrdiff_t tap_stride, int chunks, ptrdiff_t chunk_stride,
                              float *_Nonnull gradient, ptrdiff_t kernel_stride);

    // Winograd's F(3 x 3, 4 x 4) for layers of stride 1: a tile's 3 x 3 outputs by 36 products. Numbers of channels
    // are multiples of 8; value c of a point lies at point * point_stride + c.

    /// The 6 x 6 pixels of a map from (y, x) on, zero outside, transformed as gather_windows does, at the points.
    void (*_Nonnull winograd_inputs)(const float *_Nonnull map, int height, int width, int channels,
                                     ptrdiff_t pixel_stride, int y, int x, float slope, const float *_Nullable scale,
                                     const float *_Nullable shift, float *_Nonnull out, ptrdiff_t point_stride);

    /// The 3 x 3 pixels of an output gradient from (y, x) on at the points, for the weights' gradient.
    void (*_Nonnull winograd_gradients)(const float *_Nonnull map, int height, int width, int channels,
                                        ptrdiff_t pixel_stride, int y, int x, float *_Nonnull out,
                                        ptrdiff_t point_stride);

    /// The 3 x 3 pixels from (y, x) on from their products; what falls outside is dropped.
    void (*_Nonnull winograd_outputs)(const float *_Nonnull products, ptrdiff_t point_stride, int channels,
                                      float *_Nonnull map, int height, int width, ptrdiff_t pixel_stride, int y,
                                      int x);

    /// The 3 x 3 pixels of `count` tiles (tile_y, tile_x), (tile_y, tile_x + 1) ... at the 16 points of Winograd's
    /// F(3 x 3, 2 x 2), for the weights' gradient of a layer of stride 2; channels a multiple of 8. Value c of a tile
    /// at out + point * point_stride + tile * row_stride + c.
    void (*_Nonnull stride_two_gradients)(const nl_input *_Nonnull in, int tile_y, int tile_x, int count,
                                          float *_Nonnull out, ptrdiff_t row_stride, ptrdiff_t point_stride);

    /// Adds the values of `count` pixels to sum[channels].
    void (*_Nonnull add_sums)(const float *_Nonnull map, ptrdiff_t pixel_stride, int count, int channels,
                              double *_Nonnull sum);

    /// out = gradient with respect to the normalised value; may be `first`. Adds to sum[c] the gradient and to
    /// product[c] the gradient times (raw - mean) * inverse_deviation, where those are given.
    void (*_Nonnull activation_gradient)(const struct nlt_feedback *_Nonnull g, ptrdiff_t pixel, int count,
                                         int channels, float *_Nonnull out, ptrdiff_t out_stride,
                                         double *_Nullable sum, double *_Nullable product);

    /// gradient = of_gradient[c] * gradient + of_raw[c] * raw + constant[c]: through normalisation.
    void (*_Nonnull normalisation_gradient)(const float *_Nonnull raw, ptrdiff_t raw_stride,
                                            const float *_Nonnull of_gradient, const float *_Nonnull of_raw,
                                            const float *_Nonnull constant, int count, int channels,
                                            float *_Nonnull gradient, ptrdiff_t gradient_stride);

    /// PyTorch's Adam: moments, then value -= rate / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + 1e-8).
    /// - step_size: rate / (1 - beta1^t). root_correction: sqrt(1 - beta2^t).
    void (*_Nonnull adam)(float *_Nonnull value, const float *_Nonnull gradient, float *_Nonnull m, float *_Nonnull v,
                          ptrdiff_t count, float beta1, float beta2, float step_size, float root_correction);

    /// Adds to `gradient` factor * sign(f(v) - kept), f as gather_windows has it.
    /// - kept, gradient: [count][channels].
    /// - sum: is added |f(v) - kept|.
    void (*_Nonnull match_features)(const float *_Nonnull map, ptrdiff_t pixel_stride, float slope,
                                    const float *_Nullable scale, const float *_Nullable shift,
                                    const float *_Nonnull kept, float factor, int count, int channels,
                                    float *_Nonnull gradient, double *_Nonnull sum);
};

/// Those for the instruction set that a kernel's passes are compiled for.
const struct nlt_operations *_Nonnull nlt_operations_for(const nl_passes *_Nonnull passes);

/// One 4 x 4 kernel at the points of Winograd's F(3 x 3, 4 x 4), turned by 180 degrees where asked for.
void nlt_winograd_weights(const float *_Nonnull weight, int turned, float *_Nonnull out, ptrdiff_t point_stride);

/// Adds to the gradient of one 4 x 4 kernel what the points' sums of products make of it.
void nlt_winograd_weight_gradient(const float *_Nonnull sums, ptrdiff_t point_stride, float *_Nonnull gradient);

/// The same for stride 2, of the four weights of a 4 x 4 kernel that meet one pixel of a cell: gradient[0], [2], [8]
/// and [10].
void nlt_stride_two_weight_gradient(const float *_Nonnull sums, ptrdiff_t point_stride, float *_Nonnull gradient);

/// Gradient of weight * mean |y - t| (+ `other`) with respect to tanh's argument, y being the result of tanh.
/// - scale: loss weight / number of values. weights: one a value, NULL for 1.
/// Returns the sum of weight * |y - t|.
double nlt_absolute_gradient(const float *_Nonnull y, ptrdiff_t y_stride, const float *_Nonnull target,
                             ptrdiff_t target_stride, const float *_Nullable weights, const float *_Nullable other,
                             float scale, int count, int channels, float *_Nonnull out);

/// The same for the cross-entropy of (y + 1) / 2 and (t + 1) / 2, as probabilities.
double nlt_cross_entropy_gradient(const float *_Nonnull y, ptrdiff_t y_stride, const float *_Nonnull target,
                                  ptrdiff_t target_stride, const float *_Nullable weights,
                                  const float *_Nullable other, float scale, int count, int channels,
                                  float *_Nonnull out);

/// The same for pixels of value, lower and upper bound: of the value as nlt_absolute_gradient, of the bounds the pinball
/// loss max(q * (t - y), (q - 1) * (t - y)) of the target's first channel at the quantiles q.
/// - sums: becomes the sums of weight * loss, of the value and of both bounds.
void nlt_interval_gradient(const float *_Nonnull y, ptrdiff_t y_stride, const float *_Nonnull target,
                           ptrdiff_t target_stride, const float *_Nullable weights, const float *_Nullable other,
                           float scale, float lower, float upper, int count, float *_Nonnull out,
                           double *_Nonnull sums);

#endif

