// Inner loops of the engine: pointers, sizes and strides in; no allocation, no errors, no policy.
// Strides count values. Feature maps are channels-last: pixel (y, x) starts at map + (y * width + x) * pixel_stride.
//
// A product is C[M, N] = A[M, K] * B[K, N], sums in binary32. M counts positions, N output channels (of all phases), K
// the values of a window. B is packed once, when a layer is planned.
#ifndef CKERNELS_H
#define CKERNELS_H
#include <stddef.h>
#include <stdint.h>

/// What a product multiplies.
enum nl_element { NL_FP32, NL_BF16 };

/// Columns of a panel of B. A matrix [K][N], N a multiple of 8, lies in panels [K][16], the last one [K][8] where 8
/// columns are left.
#define NL_PANEL_COLUMNS 16

/// Bytes of zeros that a kernel may read beyond a packed B.
#define NL_PACKED_PADDING 1024

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

/// A, of a kernel's elements: rows that lie `stride` apart or, by indirection, wherever `rows` says.
typedef struct {
    const void *_Nonnull base;
    /// Start of each row after base; NULL: `stride` apart.
    const int32_t *_Nullable rows;
    ptrdiff_t stride;
    /// A row is `segments` runs of `length` values, run s starting offsets[s] after the row's start (NULL: at it).
    const int32_t *_Nullable offsets;
    int segments;
    int length;
} nl_left_matrix;

/// Passes over maps before and after products, compiled for one instruction set. None sums across channels.
typedef struct {
    /// Which set they are compiled for; see nlt_passes.
    enum nl_vectors { NL_BASELINE, NL_AVX2, NL_AVX512 } vectors;

    /// `rows` rows of a map from y on, with a pixel of zeros on either side, pixels pixel_stride apart.
    /// - out: [rows][width + 2][pixel_stride] elements, of which `channels` a pixel are written;
    ///   pixel_stride >= channels.
    void (*_Nonnull copy_strip)(const nl_input *_Nonnull in, int y, int rows, enum nl_element element,
                                void *_Nonnull out, ptrdiff_t pixel_stride);

    /// Transformed windows of `count` tiles (tile_y, tile_x), (tile_y, tile_x + 1) ... for Winograd's
    /// F(3 x 3, 2 x 2): value k of a tile at out + point * point_stride + tile * row_stride + k, 16 points.
    /// A tile's window is 4 x 4 cells from cell (3 tile_y, 3 tile_x) on; a cell is side x side pixels, cell (0, 0)
    /// ending with pixel (side - 2, side - 2): side 2 for down, 1 for up.
    /// - border: room for (4 side)^2 * channels floats.
    void (*_Nonnull winograd_gather)(const nl_input *_Nonnull in, int side, int tile_y, int tile_x, int count,
                                     float *_Nonnull border, enum nl_element element, void *_Nonnull out,
                                     ptrdiff_t row_stride, ptrdiff_t point_stride);

    /// The 3 x 3 cells of `count` tiles from their products, plus bias, then f (see nl_input) or tanh, into the map;
    /// what falls outside is dropped. A cell is side x side pixels, columns (row, column, channel), cell (0, 0) ending
    /// with pixel (0, 0): side 1 for down, 2 for up.
    /// - columns: a multiple of 8, at least side^2 * channels. - bias: [columns].
    /// - spare: room for max(channels, 9 * columns) floats.
    void (*_Nonnull winograd_scatter)(const float *_Nonnull products, ptrdiff_t row_stride, ptrdiff_t point_stride,
                                      int columns, const float *_Nullable bias, float slope, int squashes, int side,
                                      int tile_y, int tile_x, int count, float *_Nonnull spare,
                                      const nl_output *_Nonnull map);

    /// values[i] = tanh(values[i]), absolute error below 4e-7.
    void (*_Nonnull squash)(float *_Nonnull values, ptrdiff_t count);

    /// `count` pixels of `channels` values from source to map.
    void (*_Nonnull store_pixels)(const float *_Nonnull source, ptrdiff_t source_stride, int count, int channels,
                                  float *_Nonnull map, ptrdiff_t pixel_stride);

    /// Adds the values and their squares of `count` pixels to sum[channels] and square_sum[channels].
    void (*_Nonnull add_moments)(const float *_Nonnull map, ptrdiff_t pixel_stride, int count, int channels,
                                 double *_Nonnull sum, double *_Nonnull square_sum);
} nl_passes;

/// One entry of the table of kernels. A kernel lies in a file of its own and has one line in table.c.
typedef struct {
    /// The instruction set: "avx2", "neon", ...
    const char *_Nonnull name;
    enum nl_element element;
    /// Whether the set has instructions for the element; otherwise the kernel says, slowly, what they would give.
    int is_native;
    /// Whether products are so cheap that windows read where they lie beat Winograd's fewer products.
    int prefers_direct;
    /// M and N of the sums that stay in registers.
    int tile_rows;
    int tile_columns;
    /// Values of k taken at a time: K, and the length of every run, must be a multiple.
    int k_step;
    /// Whether all columns of B are multiplied in one call.
    int takes_whole;
    /// Whether this processor, and the system on it, lets the kernel run.
    int (*_Nonnull is_available)(void);
    /// Called on a thread before its products, as often as one likes; NULL where there is nothing to set up.
    void (*_Nullable prepare_thread)(void);
    /// B from binary32 in panels to the elements of the kernel, in as many values; NULL where it is taken as it is.
    void (*_Nullable pack)(const float *_Nonnull panels, int depth, int columns, void *_Nonnull packed);
    /// c[rows][c_stride] = f(a * b + bias[columns]), every sum taken in order of k; f as in nl_input.
    /// - b: packed [a.segments * a.length][columns]. bias: NULL for none. slope: 1 for none.
    void (*_Nonnull multiply)(const nl_left_matrix *_Nonnull a, const void *_Nonnull b, const float *_Nullable bias,
                              float slope, int rows, int columns, float *_Nonnull c, ptrdiff_t c_stride);
    const nl_passes *_Nonnull passes;
} nl_kernel;

/// Entry `index` of the table, the strongest first; NULL after the last. There is always one for each element that is
/// available.
const nl_kernel *_Nullable nl_kernel_at(int index);

/// Weights of a 4 x 4, stride 2 layer as windows meet them: columns first ..< first + count, whole panels, of a matrix
/// [depth][columns] in panels.
/// Down: depth = 16 * inputs (pixel row, pixel column, input), column = output. Up: depth = 4 * inputs, column = (phase
/// row, phase column, output). Columns beyond are zero.
/// - weight: as PyTorch stores it, [outputs, inputs, 4, 4] for down, [inputs, outputs, 4, 4] for up.
/// - gains: a factor for each output, or NULL.
void nl_direct_weights(const float *_Nonnull weight, int is_down, int inputs, int outputs,
                       const float *_Nullable gains, int first, int count, int columns, float *_Nonnull panels);

/// The same for Winograd's F(3 x 3, 2 x 2): 16 matrices [depth][columns], one after the other.
/// Down: depth = 4 * inputs (cell row, cell column, input), column = output. Up: depth = inputs,
/// column = (phase row, phase column, output).
void nl_winograd_weights(const float *_Nonnull weight, int is_down, int inputs, int outputs,
                         const float *_Nullable gains, int first, int count, int columns, float *_Nonnull panels);

/// IEEE 754 binary16 and bfloat16 to binary32 (exact) and back (nearest, ties to even; NaN stays NaN).
void nl_fp16_to_fp32(const uint16_t *_Nonnull source, size_t count, float *_Nonnull out);
void nl_fp32_to_fp16(const float *_Nonnull source, size_t count, uint16_t *_Nonnull out);
void nl_bf16_to_fp32(const uint16_t *_Nonnull source, size_t count, float *_Nonnull out);
void nl_fp32_to_bf16(const float *_Nonnull source, size_t count, uint16_t *_Nonnull out);

/// 1 where every value is finite.
int nl_all_finite(const float *_Nonnull values, size_t count);

/// Tells the processor that a loop waits for another thread.
static inline void nl_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/// Gives the system back what has been freed and is kept for later allocations.
void nl_return_free_memory(void);

#endif
