// libjpeg reports errors by longjmp, which Swift cannot survive: these functions catch it and return a message.
#ifndef CJPEG_H
#define CJPEG_H
#include <stddef.h>
#include <stdint.h>

#define CJPEG_MESSAGE_BYTES 200

typedef struct {
    uint32_t width, height;
    uint32_t channels;  // 1 grey, 3 RGB
} cjpeg_header;

/// Describes the picture, refusing more than `maximum_pixels`. Returns 0 or -1 and a message.
int cjpeg_read_header(const uint8_t *_Nonnull bytes, size_t count, uint64_t maximum_pixels,
                      cjpeg_header *_Nonnull header, char message[_Nonnull CJPEG_MESSAGE_BYTES]);

/// Reads the samples, rows top to bottom, interleaved; `capacity` must be width * height * channels. Data that libjpeg
/// would only warn of (cut short, corrupt) are refused.
int cjpeg_read(const uint8_t *_Nonnull bytes, size_t count, uint8_t *_Nonnull samples, size_t capacity,
               char message[_Nonnull CJPEG_MESSAGE_BYTES]);

/// Writes a baseline JPEG file with a comment, `comment` being a C string of at most 65,000 bytes; `samples` are as
/// `header` says. `quality` is libjpeg's, 1...100. On success `*bytes` is `*count` bytes to be freed by `cjpeg_free`.
/// Returns 0 or -1 and a message.
int cjpeg_write(const cjpeg_header *_Nonnull header, const uint8_t *_Nonnull samples, size_t capacity, int quality,
                const char *_Nonnull comment, uint8_t *_Nullable *_Nonnull bytes, size_t *_Nonnull count,
                char message[_Nonnull CJPEG_MESSAGE_BYTES]);

void cjpeg_free(uint8_t *_Nullable bytes);
#endif
