// Winograd's F(3 x 3, 2 x 2): nine outputs of a 2 x 2 convolution from 16 products (see pack_weights.c).
#include "vectors.h"

// MARK: Inputs

/// Defines `name`: the 4 x 4 values of one group of channels at `at`, `row` and `column` apart, transformed into 16
/// matrices.
#define NL_TRANSFORM_INPUTS(name, vector, activated, put)                                                          \
    NL_BODY void name(const float *at, ptrdiff_t row, ptrdiff_t column, float slope, const float *scale,           \
                      const float *shift, const int affine, const int active, const enum nl_element element,       \
                      void *out, ptrdiff_t index, ptrdiff_t point_stride) {                                        \
        vector t[4][4];                                                                                            \
        _Pragma("clang loop unroll(full)") for (int j = 0; j < 4; j++) {                                           \
            vector d[4];                                                                                           \
            _Pragma("clang loop unroll(full)") for (int i = 0; i < 4; i++) {                                       \
                d[i] = *(const vector *)(at + i * row + j * column);                                               \
                if (affine) d[i] = d[i] * *(const vector *)scale + *(const vector *)shift;                         \
                if (active) d[i] = activated(d[i], slope);                                                         \
            }                                                                                                      \
            t[0][j] = d[0] - d[2];                                                                                 \
            t[1][j] = d[1] + d[2];                                                                                 \
            t[2][j] = d[2] - d[1];                                                                                 \
            t[3][j] = d[3] - d[1];                                                                                 \
        }                                                                                                          \
        _Pragma("clang loop unroll(full)") for (int i = 0; i < 4; i++) {                                           \
            const ptrdiff_t p = index + 4 * i * point_stride;                                                      \
            put(out, p, t[i][0] - t[i][2], element);                                                               \
            put(out, p + point_stride, t[i][1] + t[i][2], element);                                                \
            put(out, p + 2 * point_stride, t[i][2] - t[i][1], element);                                            \
            put(out, p + 3 * point_stride, t[i][3] - t[i][1], element);                                            \
        }                                                                                                          \
    }
NL_TRANSFORM_INPUTS(transform_inputs, v8, activated8, put8)
#ifdef NL_WIDE_PASSES
NL_TRANSFORM_INPUTS(transform_inputs16, v16, activated16, put16)
#endif

/// As above for one value a point.
NL_BODY void transform_input(const float *at, ptrdiff_t row, ptrdiff_t column, const enum nl_element element, void *out,
                             ptrdiff_t index, ptrdiff_t point_stride) {
    float t[4][4];
    for (int j = 0; j < 4; j++) {
        const float *d = at + j * column;
        t[0][j] = d[0] - d[2 * row];
        t[1][j] = d[row] + d[2 * row];
        t[2][j] = d[2 * row] - d[row];
        t[3][j] = d[3 * row] - d[row];
    }
    for (int i = 0; i < 4; i++) {
        const ptrdiff_t p = index + 4 * i * point_stride;
        put(out, p, t[i][0] - t[i][2], element);
        put(out, p + point_stride, t[i][1] + t[i][2], element);
        put(out, p + 2 * point_stride, t[i][2] - t[i][1], element);
        put(out, p + 3 * point_stride, t[i][3] - t[i][1], element);
    }
}

NL_BODY void gather_tiles(const nl_input *in, const int side, int tile_y, int tile_x, int count, float *border,
                          void *out, ptrdiff_t row_stride, ptrdiff_t point_stride, const int affine,
                          const int active, const enum nl_element element) {
    const int channels = in->channels, span = 4 * side;
    const ptrdiff_t width = in->width;
    for (int tile = 0; tile < count; tile++) {
        const int y = 3 * side * tile_y - 1, x = 3 * side * (tile_x + tile) - 1;
        const float *window = in->map + (y * width + x) * in->pixel_stride;
        ptrdiff_t row = width * in->pixel_stride, column = in->pixel_stride;
        const int inside = y >= 0 && x >= 0 && y + span <= in->height && x + span <= width;
        const int direct = inside && channels % 8 == 0;
        if (!direct) {
            // A copy with its zeros around the map, values as the convolution is to see them.
            for (int i = 0; i < span; i++)
                for (int j = 0; j < span; j++) {
                    float *to = border + (i * span + j) * channels;
                    if (y + i < 0 || y + i >= in->height || x + j < 0 || x + j >= width) {
                        memset(to, 0, sizeof(float) * channels);
                        continue;
                    }
                    const float *from = window + i * row + j * column;
                    for (int c = 0; c < channels; c++)
                        to[c] = activated(affine ? from[c] * in->scale[c] + in->shift[c] : from[c], in->slope);
                }
            window = border;
            row = (ptrdiff_t)span * channels;
            column = channels;
        }
        for (int cell = 0; cell < side * side; cell++) {
            const float *at = window + (cell / side) * row + (cell % side) * column;
            const ptrdiff_t to = tile * row_stride + cell * channels;
            int c = 0;
#ifdef NL_WIDE_PASSES
            for (; direct && c + 16 <= channels; c += 16)
                transform_inputs16(at + c, side * row, side * column, in->slope, affine ? in->scale + c : NULL,
                                   affine ? in->shift + c : NULL, affine, active, element, out, to + c, point_stride);
#endif
            for (; c + 8 <= channels; c += 8) {
                if (direct)
                    transform_inputs(at + c, side * row, side * column, in->slope, affine ? in->scale + c : NULL,
                                     affine ? in->shift + c : NULL, affine, active, element, out, to + c, point_stride);
                else
                    transform_inputs(at + c, side * row, side * column, 1, NULL, NULL, 0, 0, element, out, to + c,
                                     point_stride);
            }
            for (; c < channels; c++)
                transform_input(at + c, side * row, side * column, element, out, to + c, point_stride);
        }
    }
}

NL_BODY void gather_as(const nl_input *in, int side, int tile_y, int tile_x, int count, float *border, void *out,
                       ptrdiff_t row_stride, ptrdiff_t point_stride, const enum nl_element element) {
#define CALL(side, affine, active)                                                                                 \
    gather_tiles(in, side, tile_y, tile_x, count, border, out, row_stride, point_stride, affine, active, element)
    if (in->scale) {
        if (side == 1) CALL(1, 1, 1); else CALL(2, 1, 1);
    } else if (in->slope != 1) {
        if (side == 1) CALL(1, 0, 1); else CALL(2, 0, 1);
    } else {
        if (side == 1) CALL(1, 0, 0); else CALL(2, 0, 0);
    }
#undef CALL
}

static void winograd_gather(const nl_input *in, int side, int tile_y, int tile_x, int count, float *border,
                            enum nl_element element, void *out, ptrdiff_t row_stride, ptrdiff_t point_stride) {
    if (element == NL_BF16)
        gather_as(in, side, tile_y, tile_x, count, border, out, row_stride, point_stride, NL_BF16);
    else
        gather_as(in, side, tile_y, tile_x, count, border, out, row_stride, point_stride, NL_FP32);
}


// MARK: Outputs

/// Defines `name`: nine outputs of one group of columns.
#define NL_TRANSFORM_PRODUCTS(name, vector)                                                                        \
    NL_BODY void name(const float *m, ptrdiff_t point_stride, vector out[3][3]) {                                  \
        vector t[3][4];                                                                                            \
        _Pragma("clang loop unroll(full)") for (int j = 0; j < 4; j++) {                                           \
            const vector m0 = *(const vector *)(m + j * point_stride);                                             \
            const vector m1 = *(const vector *)(m + (4 + j) * point_stride);                                       \
            const vector m2 = *(const vector *)(m + (8 + j) * point_stride);                                       \
            const vector m3 = *(const vector *)(m + (12 + j) * point_stride);                                      \
            const vector sum = m1 + m2;                                                                            \
            t[0][j] = m0 + sum;                                                                                    \
            t[1][j] = m1 - m2;                                                                                     \
            t[2][j] = sum + m3;                                                                                    \
        }                                                                                                          \
        _Pragma("clang loop unroll(full)") for (int i = 0; i < 3; i++) {                                           \
            const vector sum = t[i][1] + t[i][2];                                                                  \
            out[i][0] = t[i][0] + sum;                                                                             \
            out[i][1] = t[i][1] - t[i][2];                                                                         \
            out[i][2] = sum + t[i][3];                                                                             \
        }                                                                                                          \
    }
NL_TRANSFORM_PRODUCTS(transform_products, v8)
#ifdef NL_WIDE_PASSES
NL_TRANSFORM_PRODUCTS(transform_products16, v16)
#endif

NL_BODY v8 finished(v8 v, const float *bias, float slope, int squashes) {
    if (bias) v += *(const v8 *)bias;
    return squashes ? squashed8(v) : slope != 1 ? activated8(v, slope) : v;
}

NL_BODY void scatter_tiles(const float *products, ptrdiff_t row_stride, ptrdiff_t point_stride, int columns,
                           const float *bias, float slope, int squashes, const int side, int tile_y, int tile_x,
                           int count, float *spare, const nl_output *map) {
    const int channels = map->channels, wide = channels % 8 == 0;
    const ptrdiff_t width = map->width;
    for (int tile = 0; tile < count; tile++, products += row_stride) {
        // Output pixel of cell (i, j), phase (py, px): (y + side * i + py, x + side * j + px).
        const int y = 3 * side * tile_y - (side - 1), x = 3 * side * (tile_x + tile) - (side - 1);
        if (!wide) {
            for (int n = 0; n < columns; n += 8) {
                v8 out[3][3];
                transform_products(products + n, point_stride, out);
                for (int i = 0; i < 3; i++)
                    for (int j = 0; j < 3; j++)
                        *(v8 *)(spare + (3 * i + j) * columns + n) =
                            finished(out[i][j], bias ? bias + n : NULL, slope, squashes);
            }
        }
        const int inside = y >= 0 && x >= 0 && y + 3 * side <= map->height && x + 3 * side <= width;
        if (!wide && inside && side == 2 && channels == 3 && map->pixel_stride == 3) {
            // The last layer of a lens: the two pixels of a row of a cell lie together here and there.
            for (int i = 0; i < 3; i++)
                for (int j = 0; j < 3; j++)
                    for (int row = 0; row < 2; row++)
                        memcpy(map->map + ((y + 2 * i + row) * width + x + 2 * j) * 3,
                               spare + (3 * i + j) * columns + 6 * row, 6 * sizeof(float));
            continue;
        }
        for (int phase = 0; phase < side * side; phase++) {
            float *to[3][3];
            for (int i = 0; i < 3; i++)
                for (int j = 0; j < 3; j++) {
                    const int row = y + side * i + phase / side, column = x + side * j + phase % side;
                    const int stored = row >= 0 && row < map->height && column >= 0 && column < width;
                    to[i][j] = stored ? map->map + (row * width + column) * map->pixel_stride : NULL;
                }
            if (!wide) {
                for (int i = 0; i < 3; i++)
                    for (int j = 0; j < 3; j++) {
                        if (!to[i][j]) continue;
                        const float *from = spare + (3 * i + j) * columns + phase * channels;
                        for (int c = 0; c < channels; c++) to[i][j][c] = from[c];
                    }
                continue;
            }
            for (int i = 0; i < 3; i++)
                for (int j = 0; j < 3; j++)
                    if (!to[i][j]) to[i][j] = spare;
            int c = 0;
#ifdef NL_WIDE_PASSES
            for (; !squashes && c + 16 <= channels; c += 16) {
                const int n = phase * channels + c;
                v16 out[3][3];
                transform_products16(products + n, point_stride, out);
#pragma clang loop unroll(full)
                for (int i = 0; i < 3; i++)
#pragma clang loop unroll(full)
                    for (int j = 0; j < 3; j++) {
                        v16 v = out[i][j];
                        if (bias) v += *(const v16 *)(bias + n);
                        *(v16 *)(to[i][j] + c) = slope != 1 ? activated16(v, slope) : v;
                    }
            }
#endif
            for (; c < channels; c += 8) {
                const int n = phase * channels + c;
                v8 out[3][3];
                transform_products(products + n, point_stride, out);
#pragma clang loop unroll(full)
                for (int i = 0; i < 3; i++)
#pragma clang loop unroll(full)
                    for (int j = 0; j < 3; j++)
                        *(v8 *)(to[i][j] + c) = finished(out[i][j], bias ? bias + n : NULL, slope, squashes);
            }
        }
    }
}

static void winograd_scatter(const float *products, ptrdiff_t row_stride, ptrdiff_t point_stride, int columns,
                             const float *bias, float slope, int squashes, int side, int tile_y, int tile_x, int count,
                             float *spare, const nl_output *map) {
#define CALL(side, squashes)                                                                                       \
    scatter_tiles(products, row_stride, point_stride, columns, bias, slope, squashes, side, tile_y, tile_x, count, \
                  spare, map)
    if (side == 1) {
        if (squashes) CALL(1, 1); else CALL(1, 0);
    } else {
        if (squashes) CALL(2, 1); else CALL(2, 0);
    }
#undef CALL
}
