// AMX with products of bfloat16: eight tiles of 16 rows by 64 bytes (Intel's manual, TDPBF16PS). Everything but
// products is AVX-512's.
#include "ckernels.h"
#if defined(__x86_64__) && defined(__linux__)
#include <immintrin.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512vl,amx-tile,amx-bf16"))),               \
                             apply_to = function)
#define LOAD(tile, base, stride) _tile_loadd(tile, base, stride)
#define STORE(tile, base, stride) _tile_stored(tile, base, stride)
#define MULTIPLY(sums, a, b) _tile_dpbf16ps(sums, a, b)
#include "amx.h"

/// Loads the shapes of the tiles once; a thread keeps them.
static void prepare_thread(void) {
    static _Thread_local int is_prepared;
    static const struct {
        uint8_t palette, start_row, reserved[14];
        uint16_t row_bytes[16];
        uint8_t rows[16];
    } shapes = {
        .palette = 1, .row_bytes = {64, 64, 64, 64, 64, 64, 64, 64}, .rows = {16, 16, 16, 16, 16, 16, 16, 16}};
    if (is_prepared) return;
    _tile_loadconfig(&shapes);
    is_prepared = 1;
}
#pragma clang attribute pop

extern const nl_kernel nl_avx512bf16_bf16;
extern const nl_passes nl_avx512bf16_passes;

/// Linux gives a process the state of tiles when it asks (ARCH_REQ_XCOMP_PERM, XTILEDATA), or refuses.
static int is_available(void) {
    return nl_avx512bf16_bf16.is_available() && __builtin_cpu_supports("amx-tile") &&
           __builtin_cpu_supports("amx-bf16") && syscall(SYS_arch_prctl, 0x1023, 18) == 0;
}

const nl_kernel nl_amx_bf16 = {
    .name = "amx", .element = NL_BF16, .is_native = 1, .prefers_direct = 1, .tile_rows = 32, .tile_columns = 32,
    .k_step = 2, .is_available = is_available, .prepare_thread = prepare_thread, .pack = nl_pack_pairs,
    .multiply = multiply, .passes = &nl_avx512bf16_passes};
#endif
