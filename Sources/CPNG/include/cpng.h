// libpng reports errors by longjmp, which Swift cannot survive: these functions catch it and return a message.
#ifndef CPNG_H
#define CPNG_H
#include <stddef.h>
#include <stdint.h>

#define CPNG_MESSAGE_BYTES 200

typedef struct {
    const char *_Nonnull key;   // 1 to 79 Latin-1 characters (PNG specification 11.3.4.2)
    const char *_Nonnull text;  // UTF-8
} cpng_text;

typedef struct {
    uint32_t width, height;
    uint32_t channels;      // 1 grey, 3 RGB
    uint32_t bit_depth;     // 8 or 16
    uint32_t pixels_per_metre;  // 0: unknown
} cpng_header;

/// Writes the samples of row `y`, interleaved; those of 16 bits in host order.
typedef void (*cpng_row)(const void *_Nonnull context, uint32_t y, void *_Nonnull line);

/// Writes a PNG into memory; `row` is called from top to bottom.
/// Returns 0 and a buffer to be freed with cpng_free, or -1 and a message.
int cpng_write(const cpng_header *_Nonnull header, cpng_row _Nonnull row, const void *_Nonnull context,
               const cpng_text *_Nullable texts, size_t text_count,
               int compression_level,
               uint8_t *_Nullable *_Nonnull bytes, size_t *_Nonnull count,
               char message[_Nonnull CPNG_MESSAGE_BYTES]);

/// Reads the header, refusing pictures of more than `maximum_pixels`. Palettes become RGB, 1-, 2- and
/// 4-bit grey becomes 8 bit. Returns 0 or -1 and a message.
int cpng_read_header(const uint8_t *_Nonnull bytes, size_t count, uint64_t maximum_pixels,
                     cpng_header *_Nonnull header, char message[_Nonnull CPNG_MESSAGE_BYTES]);

/// Reads the samples of the picture that cpng_read_header described; `samples` holds
/// width * height * channels * bit_depth / 8 bytes, which is compared with `capacity`. An alpha channel
/// is dropped where every pixel is opaque; a picture with others is refused.
int cpng_read(const uint8_t *_Nonnull bytes, size_t count, void *_Nonnull samples, size_t capacity,
              char message[_Nonnull CPNG_MESSAGE_BYTES]);

void cpng_free(void *_Nullable bytes);
#endif
