// The files of the page, in the program itself.
#ifndef CPAGE_H
#define CPAGE_H
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *_Nonnull name;
    const char *_Nonnull content_type;
    const uint8_t *_Nonnull bytes;
    size_t count;
} cpage_file;

/// All files; `*count` of them. They live as long as the program.
const cpage_file *_Nonnull cpage_files(size_t *_Nonnull count);
#endif
