// Register tiles of a matrix product, for binary32 (multiply.c) and bfloat16 (multiply16.c).
#ifndef TILE_H
#define TILE_H
#include "dispatch.h"

/// Where the rows of the left matrix, of `value`s, lie.
#define NL_LEFT_MATRIX(value)                                                                                      \
    typedef struct {                                                                                               \
        const value *base;                                                                                         \
        /* Start of each row; NULL: rows `stride` apart. */                                                        \
        const int32_t *rows;                                                                                       \
        ptrdiff_t stride;                                                                                          \
        /* A row is `segments` runs of `length` values, run s starting `offsets[s]` after the row's start. */      \
        const int32_t *offsets;                                                                                    \
        int segments;                                                                                              \
        int length;                                                                                                \
    } left_matrix;

/// Defines `attribute void name`: `rows` (a constant to the compiler) rows times one panel of `width` columns, sums
/// kept in registers as `vector`s.
/// - step: values of k that one ADD(sum, row + k, right) takes; right: their columns, read as `columns`.
#define NL_TILE(name, attribute, value, vector, columns, width, step, ADD)                                         \
    attribute void name(const left_matrix *a, int first, const value *b, const float *bias, float slope,           \
                        const int rows, float *c, ptrdiff_t c_stride) {                                            \
        vector sum[12];                                                                                            \
        const value *row[12];                                                                                      \
        const vector start = bias ? *(const vector *)bias : (vector)0.0f;                                          \
        _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++) {                                        \
            sum[r] = start;                                                                                        \
            row[r] = a->base + (a->rows ? (ptrdiff_t)a->rows[first + r] : (first + r) * a->stride);                \
        }                                                                                                          \
        for (int s = 0; s < a->segments; s++) {                                                                    \
            const ptrdiff_t begin = a->offsets[s], end = begin + a->length;                                        \
            for (ptrdiff_t k = begin; k < end; k += step, b += step * width) {                                     \
                const columns right = *(const columns *)b;                                                         \
                _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++)                                  \
                    sum[r] = ADD(sum[r], row[r] + k, right);                                                       \
            }                                                                                                      \
        }                                                                                                          \
        _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++) {                                        \
            const vector other = sum[r] * slope;                                                                   \
            *(vector *)(c + r * c_stride) = other > sum[r] ? other : sum[r];                                       \
        }                                                                                                          \
    }
#endif
