// libtiff speaks through variadic functions and callbacks: these functions read one picture from memory.
#ifndef CTIFF_H
#define CTIFF_H
#include <stddef.h>
#include <stdint.h>

#define CTIFF_MESSAGE_BYTES 200

typedef struct {
    uint32_t width, height;
    uint32_t channels;   // 1 grey, 3 RGB
    uint32_t bit_depth;  // 8 or 16
} ctiff_header;

/// Describes the first page, refusing pictures of more than `maximum_pixels`. Returns 0 or -1 and a message.
int ctiff_read_header(const uint8_t *_Nonnull bytes, size_t count, uint64_t maximum_pixels,
                      ctiff_header *_Nonnull header, char message[_Nonnull CTIFF_MESSAGE_BYTES]);

/// Reads the samples of that page, rows top to bottom, interleaved, 16 bits in host order; `capacity` is the size of
/// `samples` in bytes and must be width * height * channels * bit_depth / 8. Alpha is dropped, white-is-zero turned.
int ctiff_read(const uint8_t *_Nonnull bytes, size_t count, void *_Nonnull samples, size_t capacity,
               char message[_Nonnull CTIFF_MESSAGE_BYTES]);
#endif
