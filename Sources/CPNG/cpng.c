#include "cpng.h"

#include <png.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const uint8_t *bytes;
    size_t count, position;
} source;

typedef struct {
    uint8_t *bytes;
    size_t count, capacity;
} sink;

static void on_error(png_structp png, png_const_charp text) {
    char *message = png_get_error_ptr(png);
    strncpy(message, text, CPNG_MESSAGE_BYTES - 1);
    message[CPNG_MESSAGE_BYTES - 1] = 0;
    longjmp(png_jmpbuf(png), 1);
}

static void on_warning(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

static void pull(png_structp png, png_bytep into, size_t count) {
    source *from = png_get_io_ptr(png);
    if (count > from->count - from->position) png_error(png, "the file ends too early");
    memcpy(into, from->bytes + from->position, count);
    from->position += count;
}

static void push(png_structp png, png_bytep from, size_t count) {
    sink *to = png_get_io_ptr(png);
    if (to->count + count > to->capacity) {
        size_t capacity = to->count + count + to->capacity / 2 + 65536;
        uint8_t *bytes = realloc(to->bytes, capacity);
        if (!bytes) png_error(png, "out of memory");
        to->bytes = bytes;
        to->capacity = capacity;
    }
    memcpy(to->bytes + to->count, from, count);
    to->count += count;
}

static void flush(png_structp png) { (void)png; }

int cpng_write(const cpng_header *header, cpng_row row, const void *context, const cpng_text *texts,
               size_t text_count, int compression_level, uint8_t **bytes, size_t *count,
               char message[CPNG_MESSAGE_BYTES]) {
    message[0] = 0;
    sink to = {0};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, message, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    png_text *entries = text_count ? calloc(text_count, sizeof *entries) : NULL;
    uint8_t *line = malloc((size_t)header->width * header->channels * (header->bit_depth / 8));
    if (!png || !info || !line || (text_count && !entries)) {
        png_destroy_write_struct(&png, &info);
        free(entries);
        free(line);
        strcpy(message, "out of memory");
        return -1;
    }
    // `to` lives in memory, not in a register, across the jump.
    sink *volatile kept = &to;
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_write_struct(&png, &info);
        free(entries);
        free(line);
        free(kept->bytes);
        return -1;
    }
    png_set_write_fn(png, &to, push, flush);
    png_set_compression_level(png, compression_level);
    if (compression_level <= 3) png_set_filter(png, 0, PNG_FILTER_SUB);
    png_set_IHDR(png, info, header->width, header->height, (int)header->bit_depth,
                 header->channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (header->pixels_per_metre)
        png_set_pHYs(png, info, header->pixels_per_metre, header->pixels_per_metre, PNG_RESOLUTION_METER);
    for (size_t i = 0; i < text_count; i++) {
        entries[i].compression = PNG_ITXT_COMPRESSION_NONE;
        entries[i].key = (char *)texts[i].key;
        entries[i].text = (char *)texts[i].text;
        entries[i].itxt_length = strlen(texts[i].text);
    }
    if (text_count) png_set_text(png, info, entries, (int)text_count);
    png_write_info(png, info);
    if (header->bit_depth == 16) png_set_swap(png);
    for (uint32_t y = 0; y < header->height; y++) {
        row(context, y, line);
        png_write_row(png, line);
    }
    png_write_end(png, NULL);
    png_destroy_write_struct(&png, &info);
    free(entries);
    free(line);
    *bytes = to.bytes;
    *count = to.count;
    return 0;
}

// Both readers see the picture through the same transformations.
static void describe(png_structp png, png_infop info, source *from, uint64_t maximum_pixels,
                     cpng_header *header) {
    png_set_read_fn(png, from, pull);
    png_set_user_limits(png, 1u << 20, 1u << 20);
    png_read_info(png, info);
    uint64_t pixels = (uint64_t)png_get_image_width(png, info) * png_get_image_height(png, info);
    if (pixels > maximum_pixels) png_error(png, "the picture has too many pixels");
    png_set_expand(png);
    png_set_swap(png);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
    header->width = png_get_image_width(png, info);
    header->height = png_get_image_height(png, info);
    int channels = png_get_channels(png, info);
    header->channels = channels == 2 ? 1 : channels == 4 ? 3 : (uint32_t)channels;
    header->bit_depth = png_get_bit_depth(png, info);
    header->pixels_per_metre = png_get_pixels_per_meter(png, info);
    if ((header->channels != 1 && header->channels != 3) || (header->bit_depth != 8 && header->bit_depth != 16))
        png_error(png, "neither grey nor RGB of 8 or 16 bits");
}

// Takes the opacity, the last of each pixel's samples, out of whole rows. Returns how many pixels are not opaque.
static size_t drop_alpha(const uint8_t *from, const cpng_header *header, uint8_t *to) {
    size_t size = header->bit_depth / 8, kept = header->channels * size, clear = 0;
    for (size_t pixel = (size_t)header->width * header->height; pixel > 0; pixel--) {
        memcpy(to, from, kept);
        bool opaque = from[kept] == 0xFF && from[kept + size - 1] == 0xFF;
        clear += !opaque;
        from += kept + size;
        to += kept;
    }
    return clear;
}

static int read_picture(const uint8_t *bytes, size_t count, uint64_t maximum_pixels, cpng_header *header,
                        void *samples, size_t capacity, char message[CPNG_MESSAGE_BYTES]) {
    message[0] = 0;
    if (count < 8 || png_sig_cmp(bytes, 0, 8)) {
        strcpy(message, "not a PNG file");
        return -1;
    }
    source from = {bytes, count, 0};
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, message, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!png || !info) {
        png_destroy_read_struct(&png, &info, NULL);
        strcpy(message, "out of memory");
        return -1;
    }
    png_bytep *volatile rows = NULL;
    uint8_t *volatile with_alpha = NULL;
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_read_struct(&png, &info, NULL);
        free(rows);
        free(with_alpha);
        return -1;
    }
    describe(png, info, &from, maximum_pixels, header);
    if (samples) {
        size_t stride = png_get_rowbytes(png, info);
        bool has_alpha = png_get_channels(png, info) != header->channels;
        size_t pixels = (size_t)header->width * header->height;
        if (pixels * header->channels * (header->bit_depth / 8) > capacity)
            png_error(png, "the buffer is smaller than the picture");
        if (has_alpha) with_alpha = malloc(stride * header->height);
        rows = malloc(sizeof(png_bytep) * header->height);
        if (!rows || (has_alpha && !with_alpha)) png_error(png, "out of memory");
        png_bytep first = has_alpha ? with_alpha : samples;
        for (uint32_t y = 0; y < header->height; y++) rows[y] = first + y * stride;
        png_read_image(png, rows);
        png_read_end(png, NULL);
        size_t clear = has_alpha ? drop_alpha(with_alpha, header, samples) : 0;
        if (clear) {
            char text[100];
            snprintf(text, sizeof text, "%.3g %% of its pixels are transparent", 100.0 * (double)clear / (double)pixels);
            png_error(png, text);
        }
    }
    png_destroy_read_struct(&png, &info, NULL);
    free(rows);
    free(with_alpha);
    return 0;
}

int cpng_read_header(const uint8_t *bytes, size_t count, uint64_t maximum_pixels, cpng_header *header,
                     char message[CPNG_MESSAGE_BYTES]) {
    return read_picture(bytes, count, maximum_pixels, header, NULL, 0, message);
}

int cpng_read(const uint8_t *bytes, size_t count, void *samples, size_t capacity,
              char message[CPNG_MESSAGE_BYTES]) {
    cpng_header header;
    return read_picture(bytes, count, UINT64_MAX, &header, samples, capacity, message);
}

void cpng_free(void *bytes) { free(bytes); }
