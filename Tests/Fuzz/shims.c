// The shims over libpng, libtiff and libjpeg on mutants of the files named, under AddressSanitizer and
// UndefinedBehaviorSanitizer: shims FILE ... CASES SEED. Prints how many were read and how many refused.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cjpeg.h"
#include "cpng.h"
#include "ctiff.h"

static uint64_t state;

static uint64_t next(void) {
    state += 0x9E3779B97F4A7C15ull;
    uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

static const uint64_t maximum_pixels = 1 << 22;

static size_t below(size_t count) { return count ? (size_t)(next() % count) : 0; }

/// Changes one to four places; the file keeps its length or is cut.
static size_t mutate(uint8_t *bytes, size_t count) {
    for (size_t changes = 1 + below(4); changes && count; changes--) {
        const size_t at = below(3) ? below(count < 512 ? count : 512) : below(count);
        const uint64_t values[] = {0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 0x80000000u, ~0ull, 1ull << 40, count};
        switch (below(5)) {
        case 0: bytes[at] ^= (uint8_t)(1u << below(8)); break;
        case 1: bytes[at] = (uint8_t)next(); break;
        case 2: count = at; break;
        case 3: {
            const uint64_t value = values[below(8)];
            const size_t size = (size_t)1 << below(4);
            const int isBig = (int)below(2);
            for (size_t k = 0; k < size && at + k < count; k++)
                bytes[at + k] = (uint8_t)(value >> (8 * (isBig ? size - 1 - k : k)));
            break;
        }
        default: {
            const size_t from = below(count), length = below(64);
            for (size_t k = 0; k < length && at + k < count && from + k < count; k++) bytes[at + k] = bytes[from + k];
        }
        }
    }
    return count;
}

static int read_png(const uint8_t *bytes, size_t count) {
    cpng_header header;
    char message[CPNG_MESSAGE_BYTES];
    if (cpng_read_header(bytes, count, maximum_pixels, &header, message) != 0) return 0;
    const size_t size = (size_t)header.width * header.height * header.channels * header.bit_depth / 8;
    void *samples = malloc(size ? size : 1);
    const int status = cpng_read(bytes, count, samples, size, message);
    free(samples);
    return status == 0;
}

static int read_tiff(const uint8_t *bytes, size_t count) {
    ctiff_header header;
    char message[CTIFF_MESSAGE_BYTES];
    if (ctiff_read_header(bytes, count, maximum_pixels, &header, message) != 0) return 0;
    char *description = ctiff_description(bytes, count);
    if (description) ctiff_free(description);
    const size_t size = (size_t)header.width * header.height * header.channels * header.bit_depth / 8;
    void *samples = malloc(size ? size : 1);
    const int status = ctiff_read(bytes, count, 0, samples, size, message);
    if (header.pages > 1) ctiff_read(bytes, count, 1, samples, size, message);
    free(samples);
    return status == 0;
}

static int read_jpeg(const uint8_t *bytes, size_t count) {
    cjpeg_header header;
    char message[CJPEG_MESSAGE_BYTES];
    if (cjpeg_read_header(bytes, count, maximum_pixels, &header, message) != 0) return 0;
    const size_t size = (size_t)header.width * header.height * header.channels;
    uint8_t *samples = malloc(size ? size : 1);
    const int status = cjpeg_read(bytes, count, samples, size, message);
    free(samples);
    return status == 0;
}

int main(int arguments, char **argument) {
    if (arguments < 4) {
        fprintf(stderr, "shims FILE ... CASES SEED\n");
        return 64;
    }
    const long cases = atol(argument[arguments - 2]);
    state = strtoull(argument[arguments - 1], NULL, 10);
    long read = 0, refused = 0;
    for (int file = 1; file < arguments - 2; file++) {
        FILE *stream = fopen(argument[file], "rb");
        if (!stream) {
            perror(argument[file]);
            return 1;
        }
        static uint8_t original[1 << 20];
        const size_t count = fread(original, 1, sizeof original, stream);
        fclose(stream);
        const char *ending = strrchr(argument[file], '.');
        for (long number = 0; number < cases; number++) {
            // A buffer of the mutant's own size, so that a byte read beyond it is seen.
            uint8_t *mutant = malloc(count);
            memcpy(mutant, original, count);
            const size_t length = mutate(mutant, count);
            uint8_t *exact = malloc(length ? length : 1);
            memcpy(exact, mutant, length);
            free(mutant);
            const int ok = !strcmp(ending, ".png")   ? read_png(exact, length)
                           : !strcmp(ending, ".tif") ? read_tiff(exact, length)
                                                     : read_jpeg(exact, length);
            free(exact);
            if (ok) read++;
            else refused++;
        }
    }
    printf("fuzz: shims of libpng, libtiff and libjpeg under sanitizers: %ld cases, %ld read, %ld refused\n",
           read + refused, read, refused);
    return 0;
}
