// The parts of OpenCV's imgproc that this project uses, as plain C. Buffers are dense and interleaved.
// Functions return 0, or -1 where OpenCV threw (out of memory).
#ifndef COPENCV_H
#define COPENCV_H
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

/// Resamples so that output pixel centre (x + 0.5) * in_width / out_width samples the input: area average
/// when shrinking, Lanczos-4 when enlarging.
int ccv_resample_f32(const float *_Nonnull in, int in_width, int in_height, int channels,
                     float *_Nonnull out, int out_width, int out_height);

/// Bayer mosaic to interleaved RGB, edge-aware. `red_x`, `red_y`: where red lies in each 2 x 2 cell.
int ccv_demosaic_u16(const uint16_t *_Nonnull mosaic, int width, int height, int red_x, int red_y,
                     uint16_t *_Nonnull rgb);

/// 8-connected components of `mask` (non-zero is foreground). `labels`: 0 background, 1... components.
/// Returns the number of components, or -1.
int ccv_connected_components(const uint8_t *_Nonnull mask, int width, int height, int32_t *_Nonnull labels);

/// Euclidean distance, in pixels, from each non-zero pixel to the nearest zero pixel; 0 at zero pixels.
/// What lies outside the rectangle does not count.
int ccv_distance_to_edge(const uint8_t *_Nonnull mask, int width, int height, float *_Nonnull distance);

#ifdef __cplusplus
}
#endif
#endif
