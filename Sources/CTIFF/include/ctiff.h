// libtiff speaks through variadic functions and callbacks: these functions read one picture from memory and
// write several into memory.
#ifndef CTIFF_H
#define CTIFF_H
#include <stddef.h>
#include <stdint.h>

#define CTIFF_MESSAGE_BYTES 200

typedef struct {
    uint32_t width, height;
    uint32_t channels;   // 1 grey, 3 RGB
    uint32_t bit_depth;  // 8 or 16
    uint32_t orientation;  // as in EXIF, 1...8: how the rows that are read must be turned to be shown
    uint32_t pages;        // without previews and masks
    float pixels_per_unit;  // 0: not stated
    uint32_t unit;          // 1 none, 2 inch, 3 centimetre
} ctiff_header;

/// Describes the first page, refusing pictures of more than `maximum_pixels`. Returns 0 or -1 and a message.
int ctiff_read_header(const uint8_t *_Nonnull bytes, size_t count, uint64_t maximum_pixels,
                      ctiff_header *_Nonnull header, char message[_Nonnull CTIFF_MESSAGE_BYTES]);

/// The first page's description, to be freed with ctiff_free; NULL where it has none.
char *_Nullable ctiff_description(const uint8_t *_Nonnull bytes, size_t count);

/// Reads the samples of a page, the first being 0, rows as they are stored, interleaved, 16 bits in host order;
/// `capacity` is the size of `samples` in bytes and must be width * height * channels * bit_depth / 8. White-is-zero is
/// turned; alpha is dropped where every pixel is opaque, and other pictures with it are refused.
int ctiff_read(const uint8_t *_Nonnull bytes, size_t count, uint32_t number, void *_Nonnull samples, size_t capacity,
               char message[_Nonnull CTIFF_MESSAGE_BYTES]);

/// A file that grows in memory, page by page.
typedef struct ctiff_writer ctiff_writer;

/// Begins a file, a BigTIFF (offsets of 64 bits) if `big`. Returns NULL and a message where memory is short.
ctiff_writer *_Nullable ctiff_writer_open(int big, char message[_Nonnull CTIFF_MESSAGE_BYTES]);

/// Adds a page: tiles, deflated, with horizontal prediction. `samples` as ctiff_read gives them; `pixels_per_cm` 0:
/// unknown; `description` and `software` are ASCII, `date_time` is "YYYY:MM:DD HH:MM:SS". Returns 0 or -1 and
/// a message.
int ctiff_writer_add(ctiff_writer *_Nonnull writer, const ctiff_header *_Nonnull header, const void *_Nonnull samples,
                     double pixels_per_cm, const char *_Nullable description, const char *_Nullable software,
                     const char *_Nullable date_time, char message[_Nonnull CTIFF_MESSAGE_BYTES]);

/// Ends the file and the writer. Returns 0 and a buffer to be freed with ctiff_free, or -1 and a message.
int ctiff_writer_close(ctiff_writer *_Nonnull writer, uint8_t *_Nullable *_Nonnull bytes, size_t *_Nonnull count,
                       char message[_Nonnull CTIFF_MESSAGE_BYTES]);

void ctiff_free(void *_Nullable bytes);
#endif
