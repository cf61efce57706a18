#include "ckernels.h"

#if defined(NL_OPENBLAS)
#define NL_LIBRARY(KERNEL) KERNEL(openblas_fp32)
#else
#define NL_LIBRARY(KERNEL)
#endif

// A kernel has a file and a line here, stronger ones first.
#if defined(__x86_64__)
#define NL_KERNELS(KERNEL)                                                                                         \
    KERNEL(amx_bf16)                                                                                               \
    KERNEL(avx512bf16_bf16)                                                                                        \
    KERNEL(avx512_fp32)                                                                                            \
    KERNEL(avx512_bf16)                                                                                            \
    KERNEL(avx2_fp32)                                                                                              \
    KERNEL(avx2_bf16)                                                                                              \
    KERNEL(avx_fp32)                                                                                               \
    NL_LIBRARY(KERNEL)                                                                                             \
    KERNEL(portable_fp32)                                                                                          \
    KERNEL(portable_bf16)
#elif defined(__aarch64__)
#define NL_KERNELS(KERNEL)                                                                                         \
    KERNEL(neonbf16_bf16)                                                                                          \
    KERNEL(neon_fp32)                                                                                              \
    KERNEL(neon_bf16)                                                                                              \
    KERNEL(portable_fp32)                                                                                          \
    KERNEL(portable_bf16)
#else
#define NL_KERNELS(KERNEL) KERNEL(portable_fp32) KERNEL(portable_bf16)
#endif

#define DECLARATION(kernel) extern const nl_kernel nl_##kernel;
NL_KERNELS(DECLARATION)

#define ENTRY(kernel) &nl_##kernel,
static const nl_kernel *const table[] = {NL_KERNELS(ENTRY)};

const nl_kernel *nl_kernel_at(int index) {
    return index >= 0 && (size_t)index < sizeof table / sizeof *table ? table[index] : NULL;
}
