#include "dispatch.h"
#include <stdlib.h>
#include <string.h>

enum nl_instruction_set nl_chosen = NL_PORTABLE;

int nl_supports(enum nl_instruction_set set) {
    if (set == NL_PORTABLE) return 1;
#if defined(__x86_64__)
    __builtin_cpu_init();
    const int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const int avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                       __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
    switch (set) {
    case NL_AVX2: return avx2;
    case NL_AVX512: return avx512;
    case NL_AVX512_BF16: return avx512 && __builtin_cpu_supports("avx512bf16");
    default: break;
    }
#endif
    return 0;
}

const char *nl_instruction_set_name(enum nl_instruction_set set) {
    switch (set) {
    case NL_AVX2: return "avx2";
    case NL_AVX512: return "avx512";
    case NL_AVX512_BF16: return "avx512bf16";
    default: break;
    }
#if defined(__aarch64__)
    return "neon";
#else
    return "portable";
#endif
}

enum nl_instruction_set nl_instruction_set(void) { return nl_chosen; }

int nl_choose(enum nl_instruction_set set) {
    if (!nl_supports(set)) return 0;
    nl_chosen = set;
    return 1;
}

__attribute__((constructor)) static void detect(void) {
    const char *wish = getenv("NEURALLENS_INSTRUCTION_SET");
    for (int set = NL_AVX512_BF16; set > NL_PORTABLE; set--) {
        if (wish && *wish && strcmp(wish, nl_instruction_set_name(set))) continue;
        if (nl_choose(set)) return;
    }
}
