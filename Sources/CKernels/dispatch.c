#include "dispatch.h"
#include <stdlib.h>
#include <string.h>

static enum nl_level level = NL_PORTABLE;

__attribute__((constructor)) static void detect(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    const char *wish = getenv("NEURALLENS_INSTRUCTION_SET");
    if (wish && !strcmp(wish, "portable")) return;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) level = NL_AVX2;
#endif
}

enum nl_level nl_level(void) { return level; }

const char *nl_instruction_set(void) { return level == NL_AVX2 ? "avx2" : "portable"; }
