// The parts of OpenCV's imgproc that this project uses, as plain C. Buffers are dense and interleaved.
// Functions return 0, or -1 where OpenCV threw (out of memory).
#ifndef COPENCV_H
#define COPENCV_H
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

/// Area average of 8-bit samples; shrinks only.
int ccv_shrink_u8(const uint8_t *_Nonnull in, int in_width, int in_height, int channels,
                  uint8_t *_Nonnull out, int out_width, int out_height);

/// Bayer mosaic to interleaved RGB, edge-aware. `red_x`, `red_y`: where red lies in each 2 x 2 cell.
int ccv_demosaic_u16(const uint16_t *_Nonnull mosaic, int width, int height, int red_x, int red_y,
                     uint16_t *_Nonnull rgb);

/// 8-connected components of `mask` (non-zero is foreground). `labels`: 0 background, 1... components.
/// Returns the number of components, or -1.
int ccv_connected_components(const uint8_t *_Nonnull mask, int width, int height, int32_t *_Nonnull labels);

/// Euclidean distance, in pixels, from each non-zero pixel to the nearest zero pixel; 0 at zero pixels.
/// What lies outside the rectangle does not count.
int ccv_distance_to_edge(const uint8_t *_Nonnull mask, int width, int height, float *_Nonnull distance);

/// Convolution with a Gaussian of `sigma` pixels; the edge is mirrored.
int ccv_blur_f32(const float *_Nonnull in, int width, int height, int channels, double sigma, float *_Nonnull out);

/// Output pixel (x, y) takes the input at (m[0] x + m[1] y + m[2], m[3] x + m[4] y + m[5]), bicubic; beyond the
/// input's edge lies `outside`. Pixel centres are whole numbers.
int ccv_warp_f32(const float *_Nonnull in, int in_width, int in_height, int channels,
                 const double matrix[_Nonnull 6], float outside, float *_Nonnull out, int out_width,
                 int out_height);

/// Discrete Fourier transform of a real picture: interleaved complex numbers, as many as it has pixels.
int ccv_spectrum_f32(const float *_Nonnull in, int width, int height, float *_Nonnull spectrum);

/// Inverse Fourier transform of conj(A) B / |A B|^whitening of two real pictures' spectra, low-passed by a Gaussian of
/// `cutoff` cycles a pixel and scaled so that a pure shift of `a` gives a peak of 1 at that shift, modulo the size. 0 is
/// plain correlation, 1 is phase correlation. Two whitenings give two surfaces, interleaved, at about the price of one.
int ccv_phase_correlation(const float *_Nonnull a, const float *_Nonnull b, int width, int height,
                          const double *_Nonnull whitenings, int whitenings_count, double cutoff,
                          float *_Nonnull surfaces);

/// Discrete Fourier transform of interleaved complex numbers, in place; the inverse is scaled by 1 / (width height).
int ccv_fourier_c32(float *_Nonnull values, int width, int height, int inverse);

/// Logarithm of the magnitude of the spectrum in log-polar form: row r holds direction pi * r / angles, column c the
/// frequency `lowest * (highest / lowest)^(c / radii)` in cycles a side of the square input.
int ccv_log_polar_spectrum(const float *_Nonnull in, int side, int angles, int radii, double lowest, double highest,
                           float *_Nonnull out);

/// Canny's edges of a grey picture after a Gaussian of `sigma` pixels, 255 on edges. `low` and `high` bound the
/// gradient in units of the picture's values per pixel.
int ccv_canny_f32(const float *_Nonnull in, int width, int height, double sigma, double low, double high,
                  uint8_t *_Nonnull edges);

/// Magnitude of the gradient, in values per pixel, after a Gaussian of `sigma` pixels.
int ccv_gradient_f32(const float *_Nonnull in, int width, int height, double sigma, float *_Nonnull magnitude);

/// Dilates (`radius` > 0) or erodes (`radius` < 0) a mask by a disc. What lies outside the rectangle does not count.
int ccv_grow(const uint8_t *_Nonnull mask, int width, int height, int radius, uint8_t *_Nonnull out);

/// Outer contour of the largest 8-connected region of a mask as x, y pairs of pixel centres.
/// Returns the number of points, at most `capacity`, or -1.
int ccv_contour(const uint8_t *_Nonnull mask, int width, int height, int32_t *_Nonnull xy, int capacity);

#ifdef __cplusplus
}
#endif
#endif
