// Inner loops of the engine: pointers, sizes and strides in; no allocation, no errors, no policy.
// Strides count floats. Feature maps are channels-last: pixel (y, x) starts at map + (y * width + x) * pixel_stride.
#ifndef CKERNELS_H
#define CKERNELS_H
#include <stddef.h>
#include <stdint.h>

/// Columns of a panel of a packed matrix. A matrix [depth][columns], columns a multiple of 8, is packed as panels
/// [depth][16], the last one [depth][8] where 8 columns are left.
#define NL_PANEL_COLUMNS 16

/// What the kernels may use of the processor, weakest first.
enum nl_instruction_set { NL_PORTABLE, NL_AVX2, NL_AVX512, NL_AVX512_BF16 };

/// The set in use: the strongest that the processor has, or the one that the environment variable
/// NEURALLENS_INSTRUCTION_SET names (portable, avx2, avx512, avx512bf16), portable where the processor lacks it.
enum nl_instruction_set nl_instruction_set(void);
/// "portable" ("neon" on 64-bit ARM, where it is what the compiler targets), "avx2" (with FMA), ...
const char *_Nonnull nl_instruction_set_name(enum nl_instruction_set set);
int nl_supports(enum nl_instruction_set set);
/// Changes the set in use, for tests; 0 where the processor lacks it. Not while kernels run.
int nl_choose(enum nl_instruction_set set);

/// A feature map to read. Values v become f(v * scale[c] + shift[c]) where scale and shift are given, f(v) otherwise,
/// f(v) = v > 0 ? v : slope * v with slope in 0...1. Zero outside the map.
typedef struct {
    const float *_Nonnull map;
    int height;
    int width;
    int channels;
    ptrdiff_t pixel_stride;
    float slope;
    const float *_Nullable scale;
    const float *_Nullable shift;
} nl_input;

/// A feature map to write.
typedef struct {
    float *_Nonnull map;
    int height;
    int width;
    int channels;
    ptrdiff_t pixel_stride;
} nl_output;

/// `rows` rows of a map from y on, with a pixel of zeros on either side, pixels pixel_stride apart.
/// - out: [rows][width + 2][pixel_stride] floats, or bfloat16 where `half`, of which `channels` values a pixel are
///   written; pixel_stride >= channels.
void nl_copy_strip(const nl_input *_Nonnull in, int y, int rows, void *_Nonnull out, ptrdiff_t pixel_stride,
                   int half);

/// c[rows][c_stride] = a[rows][a_stride] * b + bias[columns], every sum taken in order of k.
/// - b: packed [depth][columns].
void nl_multiply(const float *_Nonnull a, ptrdiff_t a_stride, const float *_Nonnull b, const float *_Nullable bias,
                 int rows, int depth, int columns, float *_Nonnull c, ptrdiff_t c_stride);

/// As nl_multiply, for rows that are windows of a strip: row i is the `segments` runs of `length` values that begin at
/// strip + rows[i] + offsets[s], and with f (see nl_input) of each sum.
void nl_multiply_windows(const float *_Nonnull strip, const int32_t *_Nonnull rows, const int32_t *_Nonnull offsets,
                         int segments, int length, const float *_Nonnull b, const float *_Nullable bias, float slope,
                         int count, int columns, float *_Nonnull c, ptrdiff_t c_stride);

/// The same two with bfloat16 on the left and on the right, sums in binary32: fast with AVX512_BF16, elsewhere to say
/// what it would give. `depth` and `length` are even.
/// - b: as nl_pack_pairs makes it.
void nl_multiply16(const uint16_t *_Nonnull a, ptrdiff_t a_stride, const uint16_t *_Nonnull b,
                   const float *_Nullable bias, int rows, int depth, int columns, float *_Nonnull c,
                   ptrdiff_t c_stride);
void nl_multiply_windows16(const uint16_t *_Nonnull strip, const int32_t *_Nonnull rows,
                           const int32_t *_Nonnull offsets, int segments, int length, const uint16_t *_Nonnull b,
                           const float *_Nullable bias, float slope, int count, int columns, float *_Nonnull c,
                           ptrdiff_t c_stride);

/// A packed matrix [depth][columns] rounded to bfloat16, rows 2 k and 2 k + 1 interleaved; depth even.
void nl_pack_pairs(const float *_Nonnull packed, int depth, int columns, uint16_t *_Nonnull pairs);

/// Weights of a 4 x 4, stride 2 layer for Winograd's F(3 x 3, 2 x 2): columns first ..< first + count of 16 matrices
/// [depth][columns], each packed, one after the other.
/// Down: depth = 4 * inputs (cell row, cell column, input), column = output. Up: depth = inputs,
/// column = (phase row, phase column, output). Columns beyond are zero.
/// - weight: as PyTorch stores it, [outputs, inputs, 4, 4] for down, [inputs, outputs, 4, 4] for up.
/// - gains: a factor for each output, or NULL.
void nl_winograd_weights(const float *_Nonnull weight, int is_down, int inputs, int outputs,
                         const float *_Nullable gains, int first, int count, int columns, float *_Nonnull packed);

/// Transformed windows of `count` tiles (tile_y, tile_x), (tile_y, tile_x + 1) ...: value k of a tile at
/// out + point * point_stride + tile * row_stride + k, 16 points.
/// A tile's window is 4 x 4 cells from cell (3 tile_y, 3 tile_x) on; a cell is side x side pixels, cell (0, 0) ending
/// with pixel (side - 2, side - 2): side 2 for down, 1 for up.
/// - border: room for (4 side)^2 * channels floats.
/// - out: floats, or bfloat16 where `half`; the strides count its values.
void nl_winograd_gather(const nl_input *_Nonnull in, int side, int tile_y, int tile_x, int count,
                        float *_Nonnull border, void *_Nonnull out, ptrdiff_t row_stride, ptrdiff_t point_stride,
                        int half);

/// The 3 x 3 cells of `count` tiles from their products, plus bias, then f (see nl_input) or tanh, into the map; what
/// falls outside is dropped. A cell is side x side pixels, columns (row, column, channel), cell (0, 0) ending with
/// pixel (0, 0): side 1 for down, 2 for up.
/// - columns: a multiple of 8, at least side^2 * channels. - bias: [columns].
/// - spare: room for max(channels, 9 * columns) floats.
void nl_winograd_scatter(const float *_Nonnull products, ptrdiff_t row_stride, ptrdiff_t point_stride, int columns,
                         const float *_Nullable bias, float slope, int squashes, int side, int tile_y, int tile_x,
                         int count, float *_Nonnull spare, const nl_output *_Nonnull map);

/// values[i] = tanh(values[i]), absolute error below 4e-7.
void nl_squash(float *_Nonnull values, ptrdiff_t count);

/// `count` pixels of `channels` values from source to map.
void nl_store_pixels(const float *_Nonnull source, ptrdiff_t source_stride, int count, int channels,
                     float *_Nonnull map, ptrdiff_t pixel_stride);

/// Adds the values and their squares of `count` pixels to sum[channels] and square_sum[channels].
void nl_add_moments(const float *_Nonnull map, ptrdiff_t pixel_stride, int count, int channels,
                    double *_Nonnull sum, double *_Nonnull square_sum);

/// IEEE 754 binary16 and bfloat16 to binary32 (exact) and back (nearest, ties to even; NaN stays NaN).
void nl_half_to_float(const uint16_t *_Nonnull source, size_t count, float *_Nonnull out);
void nl_float_to_half(const float *_Nonnull source, size_t count, uint16_t *_Nonnull out);
void nl_bfloat_to_float(const uint16_t *_Nonnull source, size_t count, float *_Nonnull out);
void nl_float_to_bfloat(const float *_Nonnull source, size_t count, uint16_t *_Nonnull out);

/// 1 where every value is finite.
int nl_all_finite(const float *_Nonnull values, size_t count);

/// Gives the system back what has been freed and is kept for later allocations.
void nl_return_free_memory(void);

#endif
