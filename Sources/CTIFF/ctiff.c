#include "ctiff.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

typedef struct {
    const uint8_t *bytes;
    uint64_t count, position;
} source;

static tmsize_t read_source(thandle_t handle, void *into, tmsize_t count) {
    source *from = handle;
    uint64_t left = from->position < from->count ? from->count - from->position : 0;
    uint64_t taken = (uint64_t)count < left ? (uint64_t)count : left;
    memcpy(into, from->bytes + from->position, taken);
    from->position += taken;
    return (tmsize_t)taken;
}

static tmsize_t write_nothing(thandle_t handle, void *from, tmsize_t count) {
    (void)handle, (void)from, (void)count;
    return 0;
}

static toff_t seek_source(thandle_t handle, toff_t offset, int whence) {
    source *from = handle;
    uint64_t base = whence == SEEK_CUR ? from->position : whence == SEEK_END ? from->count : 0;
    return from->position = base + offset;
}

static int close_nothing(thandle_t handle) {
    (void)handle;
    return 0;
}

static toff_t size_of_source(thandle_t handle) { return ((source *)handle)->count; }

static int keep_message(TIFF *tiff, void *user, const char *module, const char *format, va_list arguments) {
    (void)tiff, (void)module;
    char *message = user;
    if (!message[0]) vsnprintf(message, CTIFF_MESSAGE_BYTES, format, arguments);
    return 1;
}

static int ignore_warning(TIFF *tiff, void *user, const char *module, const char *format, va_list arguments) {
    (void)tiff, (void)user, (void)module, (void)format, (void)arguments;
    return 1;
}

static TIFF *open_source(source *from, char *message) {
    message[0] = 0;
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (!options) return NULL;
    TIFFOpenOptionsSetErrorHandlerExtR(options, keep_message, message);
    TIFFOpenOptionsSetWarningHandlerExtR(options, ignore_warning, NULL);
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, (tmsize_t)1 << 31);
    // "m": no mapping of memory, the bytes are there already.
    TIFF *tiff = TIFFClientOpenExt("picture", "rm", from, read_source, write_nothing, seek_source, close_nothing,
                                   size_of_source, NULL, NULL, options);
    TIFFOpenOptionsFree(options);
    return tiff;
}

// How the page is stored. `plain`: grey or RGB integers, read as they are; others go through libtiff's RGBA reader.
typedef struct {
    ctiff_header header;
    uint16_t stored;  // samples a pixel in the file
    uint16_t orientation;
    bool plain, inverted, separate;
} layout;

static const char *describe(TIFF *tiff, uint64_t file_bytes, uint64_t maximum_pixels, layout *found) {
    uint16_t bits = 1, samples = 1, photometric = 0, planar = PLANARCONFIG_CONTIG, format = SAMPLEFORMAT_UINT;
    uint32_t kind = 0;
    ctiff_header *header = &found->header;
    found->orientation = ORIENTATION_TOPLEFT;
    if (!TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &header->width) ||
        !TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &header->height) || !header->width || !header->height)
        return "it states no size";
    if ((uint64_t)header->width * header->height > maximum_pixels) return "the picture has too many pixels";
    TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &bits);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &samples);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &planar);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &format);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_ORIENTATION, &found->orientation);
    if (!TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric)) return "it states no photometric interpretation";
    if (found->orientation < ORIENTATION_TOPLEFT || found->orientation > ORIENTATION_LEFTBOT)
        return "it states an orientation that there is not";
    header->orientation = found->orientation;
    if (TIFFGetField(tiff, TIFFTAG_SUBFILETYPE, &kind) && kind & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK))
        return "its first page is a preview or a mask, as in raw files of cameras";
    if (photometric == PHOTOMETRIC_SEPARATED) return "its colours are the inks of print (CMYK)";
    if (photometric == PHOTOMETRIC_CFA || photometric == 34892) return "it is a raw file of a photographic camera";
    if (photometric == PHOTOMETRIC_CIELAB || photometric == PHOTOMETRIC_ICCLAB || photometric == PHOTOMETRIC_ITULAB ||
        photometric == PHOTOMETRIC_LOGL || photometric == PHOTOMETRIC_LOGLUV)
        return "its colours are neither grey nor RGB (CIELab or LogLuv)";
    bool grey = photometric == PHOTOMETRIC_MINISBLACK || photometric == PHOTOMETRIC_MINISWHITE;
    if (format == SAMPLEFORMAT_IEEEFP) return "its samples are floating-point numbers, not unsigned integers";
    if (format != SAMPLEFORMAT_UINT && format != SAMPLEFORMAT_VOID) return "its samples are not unsigned integers";
    if (grey && bits >= 8 && samples > 2) return "a pixel has several grey channels, of which none is said to be red";
    found->plain = (bits == 8 || bits == 16) && ((grey && samples >= 1) || (photometric == PHOTOMETRIC_RGB && samples >= 3));
    found->inverted = photometric == PHOTOMETRIC_MINISWHITE;
    found->separate = planar == PLANARCONFIG_SEPARATE;
    found->stored = samples;
    if (samples > 8) return "it has too many channels";
    // No compression in use gains more than about 1400: a damaged size must not exhaust memory.
    if ((uint64_t)header->width * header->height > file_bytes * 2000) return "it states a size beyond what it can hold";
    if (found->plain) {
        header->channels = grey ? 1 : 3;
        header->bit_depth = bits;
    } else {
        if (bits > 8) return "it is neither grey nor RGB of 8 or 16 bits";
        header->channels = 3;
        header->bit_depth = 8;
    }
    return NULL;
}

// Copies a block of `stored` (or one, if separate) samples a pixel into the picture. What follows the colours is
// opacity: returns how many pixels have a value there that is not opaque.
static uint64_t place(const uint8_t *block, uint32_t block_width, uint32_t x0, uint32_t y0, uint32_t columns,
                      uint32_t rows, const layout *page, uint32_t plane, uint8_t *out) {
    const ctiff_header *header = &page->header;
    size_t size = header->bit_depth / 8, from_stride = page->separate ? 1 : page->stored;
    size_t colours = page->separate ? plane < header->channels : header->channels;
    uint64_t clear = 0;
    for (uint32_t y = 0; y < rows; y++) {
        for (uint32_t x = 0; x < columns; x++) {
            const uint8_t *from = block + ((size_t)y * block_width + x) * from_stride * size;
            uint8_t *to = out + (((size_t)(y0 + y) * header->width + x0 + x) * header->channels + plane) * size;
            memcpy(to, from, colours * size);
            bool opaque = true;
            for (size_t byte = colours * size; byte < from_stride * size; byte++) opaque = opaque && from[byte] == 0xFF;
            clear += !opaque;
        }
    }
    return clear;
}

static const char *read_plain(TIFF *tiff, const layout *page, uint8_t *out, char *message) {
    const ctiff_header *header = &page->header;
    bool tiled = TIFFIsTiled(tiff);
    uint32_t width = header->width, height = header->height;
    if (tiled) {
        if (!TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &width) || !TIFFGetField(tiff, TIFFTAG_TILELENGTH, &height) ||
            !width || !height)
            return "its tiles have no size";
    } else {
        TIFFGetFieldDefaulted(tiff, TIFFTAG_ROWSPERSTRIP, &height);
        if (!height || height > header->height) height = header->height;
    }
    uint64_t pixel = (page->separate ? 1 : page->stored) * (header->bit_depth / 8);
    uint64_t needed = (uint64_t)width * height * pixel;
    tmsize_t size = tiled ? TIFFTileSize(tiff) : TIFFStripSize(tiff);
    if (size <= 0 || (uint64_t)size < needed || needed > ((uint64_t)1 << 32)) return "its blocks contradict its size";
    uint8_t *block = malloc((size_t)size);
    if (!block) return "out of memory";
    const char *fault = NULL;
    uint64_t clear = 0;
    for (uint32_t plane = 0; !fault && plane < (page->separate ? page->stored : 1u); plane++) {
        for (uint32_t y = 0; !fault && y < header->height; y += height) {
            uint32_t rows = header->height - y < height ? header->height - y : height;
            for (uint32_t x = 0; !fault && x < header->width; x += width) {
                uint32_t columns = header->width - x < width ? header->width - x : width;
                tmsize_t got = tiled ? TIFFReadEncodedTile(tiff, TIFFComputeTile(tiff, x, y, 0, (uint16_t)plane), block, size)
                                     : TIFFReadEncodedStrip(tiff, TIFFComputeStrip(tiff, y, (uint16_t)plane), block, size);
                if (got < 0 || (uint64_t)got < (uint64_t)(tiled ? height : rows) * width * pixel)
                    fault = "its picture data are damaged or cut short";
                else
                    clear += place(block, width, x, y, columns, rows, page, plane, out);
            }
        }
    }
    free(block);
    if (!fault && clear) {
        snprintf(message, CTIFF_MESSAGE_BYTES, "%.3g %% of its pixels are transparent, or it has a further channel",
                 100.0 * (double)clear / ((double)header->width * header->height));
        fault = message;
    }
    if (fault || !page->inverted) return fault;
    size_t count = (size_t)header->width * header->height * header->channels * (header->bit_depth / 8);
    for (size_t i = 0; i < count; i++) out[i] = (uint8_t)~out[i];
    return NULL;
}

static const char *read_through_rgba(TIFF *tiff, const layout *page, uint8_t *out) {
    size_t count = (size_t)page->header.width * page->header.height;
    uint32_t *pixels = malloc(count * sizeof *pixels);
    if (!pixels) return "out of memory";
    // Asked for as it is stored: whoever reads the header turns it.
    bool read = TIFFReadRGBAImageOriented(tiff, page->header.width, page->header.height, pixels, page->orientation, 1);
    for (size_t i = 0; read && i < count; i++) {
        out[3 * i] = (uint8_t)TIFFGetR(pixels[i]);
        out[3 * i + 1] = (uint8_t)TIFFGetG(pixels[i]);
        out[3 * i + 2] = (uint8_t)TIFFGetB(pixels[i]);
    }
    free(pixels);
    return read ? NULL : "its picture data are damaged or of a kind that is not read";
}

static int finish(TIFF *tiff, const char *fault, char *message) {
    if (tiff) TIFFClose(tiff);
    if (!fault) return 0;
    // libtiff's own words, where it had any, say more.
    if (!message[0]) {
        strncpy(message, fault, CTIFF_MESSAGE_BYTES - 1);
        message[CTIFF_MESSAGE_BYTES - 1] = 0;
    }
    return -1;
}

int ctiff_read_header(const uint8_t *bytes, size_t count, uint64_t maximum_pixels, ctiff_header *header,
                      char message[CTIFF_MESSAGE_BYTES]) {
    source from = {bytes, count, 0};
    TIFF *tiff = open_source(&from, message);
    if (!tiff) return finish(NULL, "not a TIFF file", message);
    layout page = {0};
    const char *fault = describe(tiff, count, maximum_pixels, &page);
    uint16_t unit = RESUNIT_INCH;
    float resolution = 0;
    if (!fault && TIFFGetField(tiff, TIFFTAG_XRESOLUTION, &resolution)) {
        TIFFGetFieldDefaulted(tiff, TIFFTAG_RESOLUTIONUNIT, &unit);
        page.header.pixels_per_unit = resolution;
        page.header.unit = unit;
    }
    // Previews and masks stand beside a picture; any other page is one more.
    page.header.pages = 1;
    while (!fault && page.header.pages < 10000 && TIFFReadDirectory(tiff)) {
        uint32_t kind = 0;
        TIFFGetField(tiff, TIFFTAG_SUBFILETYPE, &kind);
        if (!(kind & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK))) page.header.pages++;
    }
    *header = page.header;
    if (!fault) message[0] = 0;
    return finish(tiff, fault, message);
}

char *ctiff_description(const uint8_t *bytes, size_t count) {
    char message[CTIFF_MESSAGE_BYTES];
    source from = {bytes, count, 0};
    TIFF *tiff = open_source(&from, message);
    if (!tiff) return NULL;
    char *text = NULL;
    if (TIFFGetField(tiff, TIFFTAG_IMAGEDESCRIPTION, &text) && text) text = strdup(text);
    TIFFClose(tiff);
    return text;
}

int ctiff_read(const uint8_t *bytes, size_t count, uint32_t number, void *samples, size_t capacity,
               char message[CTIFF_MESSAGE_BYTES]) {
    source from = {bytes, count, 0};
    TIFF *tiff = open_source(&from, message);
    if (!tiff) return finish(NULL, "not a TIFF file", message);
    layout page = {0};
    const char *fault = number && !TIFFSetDirectory(tiff, (tdir_t)number) ? "a page of it cannot be found" : NULL;
    if (!fault) fault = describe(tiff, count, UINT64_MAX, &page);
    const ctiff_header *header = &page.header;
    if (!fault && (size_t)header->width * header->height * header->channels * (header->bit_depth / 8) != capacity)
        fault = "the buffer does not fit the picture";
    if (!fault) fault = page.plain ? read_plain(tiff, &page, samples, message) : read_through_rgba(tiff, &page, samples);
    return finish(tiff, fault, message);
}

// What is written can be read: libtiff links directories by reading the one before.
typedef struct {
    source written;
    uint8_t *bytes;  // those of `written`, to be changed
    uint64_t capacity;
} sink;

struct ctiff_writer {
    TIFF *tiff;
    sink to;
    char message[CTIFF_MESSAGE_BYTES];
};

static tmsize_t write_sink(thandle_t handle, void *from, tmsize_t count) {
    sink *to = handle;
    uint64_t end = to->written.position + (uint64_t)count;
    if (end > to->capacity) {
        uint64_t capacity = end + end / 2 + 65536;
        uint8_t *bytes = realloc(to->bytes, capacity);
        if (!bytes) return 0;
        to->written.bytes = to->bytes = bytes;
        to->capacity = capacity;
    }
    if (to->written.position > to->written.count)
        memset(to->bytes + to->written.count, 0, to->written.position - to->written.count);
    memcpy(to->bytes + to->written.position, from, (size_t)count);
    to->written.position = end;
    if (end > to->written.count) to->written.count = end;
    return count;
}

static void say(char *message, const char *libtiff, const char *fault) {
    snprintf(message, CTIFF_MESSAGE_BYTES, "%s", libtiff[0] ? libtiff : fault);
}

ctiff_writer *ctiff_writer_open(int big, char message[CTIFF_MESSAGE_BYTES]) {
    ctiff_writer *writer = calloc(1, sizeof *writer);
    TIFFOpenOptions *options = writer ? TIFFOpenOptionsAlloc() : NULL;
    if (options) {
        TIFFOpenOptionsSetErrorHandlerExtR(options, keep_message, writer->message);
        TIFFOpenOptionsSetWarningHandlerExtR(options, ignore_warning, NULL);
        writer->tiff = TIFFClientOpenExt("picture", big ? "w8" : "w4", &writer->to, read_source, write_sink,
                                         seek_source, close_nothing, size_of_source, NULL, NULL, options);
        TIFFOpenOptionsFree(options);
    }
    if (writer && writer->tiff) return writer;
    say(message, writer ? writer->message : "", "out of memory");
    if (writer) free(writer->to.bytes);
    free(writer);
    return NULL;
}

static bool describe_page(TIFF *tiff, const ctiff_header *page, uint32_t tile_width, uint32_t tile_height,
                          double pixels_per_cm, const char *description, const char *software, const char *date_time) {
    bool set = TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, page->width) &&
               TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, page->height) &&
               TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, page->bit_depth) &&
               TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, page->channels) &&
               TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT) &&
               TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) &&
               TIFFSetField(tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT) &&
               TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC,
                            page->channels == 1 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB) &&
               TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE) &&
               TIFFSetField(tiff, TIFFTAG_PREDICTOR, PREDICTOR_HORIZONTAL) &&
               // As for PNG: of fields of grains the higher levels win a tenth and take five times as long.
               TIFFSetField(tiff, TIFFTAG_ZIPQUALITY, 1) &&
               TIFFSetField(tiff, TIFFTAG_TILEWIDTH, tile_width) && TIFFSetField(tiff, TIFFTAG_TILELENGTH, tile_height);
    if (pixels_per_cm > 0)
        set = set && TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_CENTIMETER) &&
              TIFFSetField(tiff, TIFFTAG_XRESOLUTION, pixels_per_cm) &&
              TIFFSetField(tiff, TIFFTAG_YRESOLUTION, pixels_per_cm);
    if (description) set = set && TIFFSetField(tiff, TIFFTAG_IMAGEDESCRIPTION, description);
    if (software) set = set && TIFFSetField(tiff, TIFFTAG_SOFTWARE, software);
    if (date_time) set = set && TIFFSetField(tiff, TIFFTAG_DATETIME, date_time);
    return set;
}

// Sides of tiles are multiples of 16 (TIFF 6.0, section 15).
static uint32_t tile_side(uint32_t side) { return side >= 512 ? 512 : (side + 15) / 16 * 16; }

int ctiff_writer_add(ctiff_writer *writer, const ctiff_header *header, const void *samples, double pixels_per_cm,
                     const char *description, const char *software, const char *date_time,
                     char message[CTIFF_MESSAGE_BYTES]) {
    uint32_t tile_width = tile_side(header->width), tile_height = tile_side(header->height);
    size_t pixel = header->channels * (header->bit_depth / 8), row = pixel * tile_width;
    uint8_t *tile = malloc(row * tile_height);
    bool done = tile && describe_page(writer->tiff, header, tile_width, tile_height, pixels_per_cm, description,
                                      software, date_time);
    for (uint32_t y0 = 0; done && y0 < header->height; y0 += tile_height) {
        uint32_t rows = header->height - y0 < tile_height ? header->height - y0 : tile_height;
        for (uint32_t x0 = 0; done && x0 < header->width; x0 += tile_width) {
            uint32_t columns = header->width - x0 < tile_width ? header->width - x0 : tile_width;
            memset(tile, 0, row * tile_height);
            for (uint32_t y = 0; y < rows; y++)
                memcpy(tile + y * row, (const uint8_t *)samples + ((size_t)(y0 + y) * header->width + x0) * pixel,
                       columns * pixel);
            uint32_t index = TIFFComputeTile(writer->tiff, x0, y0, 0, 0);
            done = TIFFWriteEncodedTile(writer->tiff, index, tile, (tmsize_t)(row * tile_height)) >= 0;
        }
    }
    free(tile);
    if (done && TIFFWriteDirectory(writer->tiff)) return 0;
    say(message, writer->message, "out of memory");
    return -1;
}

int ctiff_writer_close(ctiff_writer *writer, uint8_t **bytes, size_t *count, char message[CTIFF_MESSAGE_BYTES]) {
    TIFFClose(writer->tiff);
    bool done = !writer->message[0] && writer->to.bytes;
    if (done) {
        *bytes = writer->to.bytes;
        *count = writer->to.written.count;
    } else {
        say(message, writer->message, "out of memory");
        free(writer->to.bytes);
    }
    free(writer);
    return done ? 0 : -1;
}

void ctiff_free(void *bytes) { free(bytes); }
