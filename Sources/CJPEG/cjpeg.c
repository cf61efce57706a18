#include "cjpeg.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

typedef struct {
    struct jpeg_error_mgr base;
    jmp_buf jump;
    char *message;
} error_manager;

static void keep(char *message, const char *text) {
    strncpy(message, text, CJPEG_MESSAGE_BYTES - 1);
    message[CJPEG_MESSAGE_BYTES - 1] = 0;
}

static void on_error(j_common_ptr info) {
    error_manager *errors = (error_manager *)info->err;
    char text[JMSG_LENGTH_MAX];
    info->err->format_message(info, text);
    keep(errors->message, text);
    longjmp(errors->jump, 1);
}

// Level -1: the data are corrupt and libjpeg would go on with grey.
static void on_message(j_common_ptr info, int level) {
    if (level < 0) on_error(info);
}

static int read_picture(const uint8_t *bytes, size_t count, uint64_t maximum_pixels, cjpeg_header *header,
                        uint8_t *samples, size_t capacity, char *message) {
    message[0] = 0;
    if (count < 4 || bytes[0] != 0xFF || bytes[1] != 0xD8) {
        keep(message, "not a JPEG file");
        return -1;
    }
    struct jpeg_decompress_struct info;
    error_manager errors = {.message = message};
    info.err = jpeg_std_error(&errors.base);
    errors.base.error_exit = on_error;
    errors.base.emit_message = on_message;
    if (setjmp(errors.jump)) {
        jpeg_destroy_decompress(&info);
        return -1;
    }
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, bytes, (unsigned long)count);
    jpeg_read_header(&info, TRUE);
    const char *fault = NULL;
    if ((uint64_t)info.image_width * info.image_height > maximum_pixels) fault = "the picture has too many pixels";
    // Flat blocks of 64 pixels take some bits: a damaged size must not exhaust memory.
    if ((uint64_t)info.image_width * info.image_height > (uint64_t)count * 2000)
        fault = "it states a size beyond what it can hold";
    if (info.num_components == 4) fault = "its colours are the four inks of print (CMYK)";
    else if (info.num_components != 1 && info.num_components != 3) fault = "neither grey nor colour of three channels";
    info.out_color_space = info.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    info.dct_method = JDCT_ISLOW;
    *header = (cjpeg_header){info.image_width, info.image_height, info.num_components == 1 ? 1 : 3};
    if (!fault && samples) {
        size_t stride = (size_t)header->width * header->channels;
        if (stride * header->height != capacity) {
            fault = "the buffer does not fit the picture";
        } else {
            jpeg_start_decompress(&info);
            while (info.output_scanline < info.output_height) {
                JSAMPROW row = samples + info.output_scanline * stride;
                jpeg_read_scanlines(&info, &row, 1);
            }
            jpeg_finish_decompress(&info);
        }
    }
    jpeg_destroy_decompress(&info);
    if (fault) keep(message, fault);
    return fault ? -1 : 0;
}

int cjpeg_read_header(const uint8_t *bytes, size_t count, uint64_t maximum_pixels, cjpeg_header *header,
                      char message[CJPEG_MESSAGE_BYTES]) {
    return read_picture(bytes, count, maximum_pixels, header, NULL, 0, message);
}

int cjpeg_read(const uint8_t *bytes, size_t count, uint8_t *samples, size_t capacity,
               char message[CJPEG_MESSAGE_BYTES]) {
    cjpeg_header header;
    return read_picture(bytes, count, UINT64_MAX, &header, samples, capacity, message);
}

int cjpeg_write(const cjpeg_header *header, const uint8_t *samples, size_t capacity, int quality, const char *comment,
                uint8_t **bytes, size_t *count, char message[CJPEG_MESSAGE_BYTES]) {
    message[0] = 0;
    *bytes = NULL;
    *count = 0;
    const char *fault = NULL;
    const size_t stride = (size_t)header->width * header->channels;
    const size_t comment_bytes = strlen(comment);
    if (header->channels != 1 && header->channels != 3) fault = "neither grey nor colour of three channels";
    if (!header->width || !header->height || header->width > JPEG_MAX_DIMENSION || header->height > JPEG_MAX_DIMENSION)
        fault = "JPEG has 1 to 65500 pixels a side";
    else if (stride * header->height != capacity) fault = "the buffer does not fit the picture";
    if (comment_bytes > 65000) fault = "the comment is too long";
    if (fault) {
        keep(message, fault);
        return -1;
    }
    struct jpeg_compress_struct info;
    error_manager errors = {.message = message};
    // Written to between setjmp and longjmp: what libjpeg allocates is found again through memory.
    unsigned char *volatile *buffer = (unsigned char *volatile *)bytes;
    unsigned long length = 0;
    info.err = jpeg_std_error(&errors.base);
    errors.base.error_exit = on_error;
    errors.base.emit_message = on_message;
    if (setjmp(errors.jump)) {
        jpeg_destroy_compress(&info);
        free(*buffer);
        *buffer = NULL;
        return -1;
    }
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, (unsigned char **)bytes, &length);
    info.image_width = header->width;
    info.image_height = header->height;
    info.input_components = (int)header->channels;
    info.in_color_space = header->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, quality, TRUE);
    info.dct_method = JDCT_IFAST;
    jpeg_start_compress(&info, TRUE);
    if (comment_bytes) jpeg_write_marker(&info, JPEG_COM, (const JOCTET *)comment, (unsigned)comment_bytes);
    while (info.next_scanline < info.image_height) {
        // libjpeg takes rows it does not write to as if it might.
        JSAMPROW row = (JSAMPROW)(samples + info.next_scanline * stride);
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    *count = length;
    return 0;
}

void cjpeg_free(uint8_t *bytes) { free(bytes); }
