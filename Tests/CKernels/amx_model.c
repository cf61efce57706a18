// The kernel for AMX with its instructions in C, in the order of sums that Intel's manual gives for TDPBF16PS: what a
// machine without tiles can say of it. Loads are whole tiles, so that sanitizers see what a processor would read.
#include "ckernels.h"
#include <math.h>
#include <string.h>

static _Alignas(64) unsigned char tile[8][16][64];

static void load(int number, const void *base, long stride) {
    for (int row = 0; row < 16; row++) memcpy(tile[number][row], (const char *)base + row * stride, 64);
}

static void store(int number, void *base, long stride) {
    for (int row = 0; row < 16; row++) memcpy((char *)base + row * stride, tile[number][row], 64);
}

static float value(const unsigned char *bf16) {
    const uint32_t u = (uint32_t)bf16[0] << 16 | (uint32_t)bf16[1] << 24;
    float v;
    memcpy(&v, &u, 4);
    return v;
}

/// Even and odd values of k apart, each multiply-add rounded once; both sums together, and to what is there.
static void multiply_tiles(int sums, int a, int b) {
    for (int m = 0; m < 16; m++)
        for (int n = 0; n < 16; n++) {
            float even = 0, odd = 0, sum;
            for (int k = 0; k < 16; k++) {
                even = fmaf(value(tile[a][m] + 4 * k), value(tile[b][k] + 4 * n), even);
                odd = fmaf(value(tile[a][m] + 4 * k + 2), value(tile[b][k] + 4 * n + 2), odd);
            }
            memcpy(&sum, tile[sums][m] + 4 * n, 4);
            sum += even + odd;
            memcpy(tile[sums][m] + 4 * n, &sum, 4);
        }
}

#define LOAD(number, base, stride) load(number, base, stride)
#define STORE(number, base, stride) store(number, base, stride)
#define MULTIPLY(sums, a, b) multiply_tiles(sums, a, b)
#include "../../Sources/CKernels/amx.h"

static int is_available(void) { return 1; }

const nl_kernel *amx_model(const nl_passes *passes) {
    static nl_kernel kernel;
    kernel = (nl_kernel){
        .name = "model of amx", .element = NL_BF16, .is_native = 1, .tile_rows = 32, .tile_columns = 32, .k_step = 2,
        .is_available = is_available, .pack = nl_pack_pairs, .multiply = multiply, .passes = passes};
    return &kernel;
}
