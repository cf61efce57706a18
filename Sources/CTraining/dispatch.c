#include "dispatch.h"
#include <stdlib.h>
#include <string.h>

static int has_avx2 = 0;

__attribute__((constructor)) static void detect(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    const char *wish = getenv("NEURALLENS_INSTRUCTION_SET");
    if (wish && !strcmp(wish, "portable")) return;
    has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
}

int nlt_has_avx2(void) { return has_avx2; }
