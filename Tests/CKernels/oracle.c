// Every kernel of the table that this processor has, and what training is made of, against PyTorch's definitions taken
// literally in double precision. Runs where Swift does not: under an emulator of another processor, under sanitizers.
//
//   oracle [kernel ...]   fails too where one of these is not there to be tested
#include "ckernels.h"
#include "ctraining.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Tiles without a processor that has them; see amx_model.c.
const nl_kernel *amx_model(const nl_passes *passes);

static int passed, failed;

static void judge(int holds, const char *kernel, const char *what, double error) {
    if (holds) {
        passed++;
        return;
    }
    failed++;
    printf("FAILED: %s, %s, error %g\n", kernel, what, error);
}

// MARK: Numbers

static uint64_t state = 1;

static double random_number(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(int64_t)((state ^ state >> 31) * 0x9e3779b97f4a7c15u) * 0x1p-63;
}

static float *numbers(size_t count) {
    float *values = malloc(count * sizeof(float));
    for (size_t i = 0; i < count; i++) values[i] = (float)random_number();
    return values;
}

/// Memory of exactly this size, all NaN: what is read before it is written shows.
static void *blank(size_t bytes) {
    void *memory = malloc(bytes ? bytes : 1);
    memset(memory, 0xff, bytes);
    return memory;
}

// MARK: Layers of stride 2

typedef struct {
    int is_down, height, width, inputs, outputs, is_normalised;
    float slope;
    float *input, *weight, *bias, *scale, *shift;
    double *values, *magnitudes;
} layer;

static int output_height(const layer *l) { return l->is_down ? l->height / 2 : l->height * 2; }
static int output_width(const layer *l) { return l->is_down ? l->width / 2 : l->width * 2; }
static size_t output_count(const layer *l) { return (size_t)output_height(l) * output_width(l) * l->outputs; }

static void add_product(layer *l, int iy, int ix, int ci, int oy, int ox, int co, double weight) {
    if (iy < 0 || iy >= l->height || ix < 0 || ix >= l->width) return;
    if (oy < 0 || oy >= output_height(l) || ox < 0 || ox >= output_width(l)) return;
    double v = l->input[((size_t)iy * l->width + ix) * l->inputs + ci];
    if (l->is_normalised) v = v * l->scale[ci] + l->shift[ci];
    v *= v > 0 ? 1 : l->slope;
    const size_t at = ((size_t)oy * output_width(l) + ox) * l->outputs + co;
    l->values[at] += v * weight;
    l->magnitudes[at] += fabs(v * weight);
}

/// Conv2d or ConvTranspose2d, kernel 4, stride 2, padding 1.
static layer made(int is_down, int height, int width, int inputs, int outputs, float slope, int is_normalised) {
    layer l = {is_down, height, width, inputs, outputs, is_normalised, slope, .input = NULL};
    l.input = numbers((size_t)height * width * inputs);
    l.weight = numbers((size_t)16 * inputs * outputs);
    l.bias = numbers(outputs);
    l.scale = numbers(inputs);
    l.shift = numbers(inputs);
    l.values = calloc(output_count(&l), sizeof(double));
    l.magnitudes = calloc(output_count(&l), sizeof(double));
    for (int ci = 0; ci < inputs; ci++)
        for (int co = 0; co < outputs; co++)
            for (int tap = 0; tap < 16; tap++) {
                const int ky = tap / 4, kx = tap % 4;
                if (is_down) {
                    const double w = l.weight[((size_t)co * inputs + ci) * 16 + tap];
                    for (int oy = 0; oy < height / 2; oy++)
                        for (int ox = 0; ox < width / 2; ox++)
                            add_product(&l, 2 * oy - 1 + ky, 2 * ox - 1 + kx, ci, oy, ox, co, w);
                } else {
                    const double w = l.weight[((size_t)ci * outputs + co) * 16 + tap];
                    for (int iy = 0; iy < height; iy++)
                        for (int ix = 0; ix < width; ix++)
                            add_product(&l, iy, ix, ci, 2 * iy - 1 + ky, 2 * ix - 1 + kx, co, w);
                }
            }
    for (size_t i = 0; i < output_count(&l); i++) {
        l.values[i] += l.bias[i % outputs];
        l.magnitudes[i] += fabs(l.bias[i % outputs]);
    }
    return l;
}

static void forget(layer *l) {
    free(l->input), free(l->weight), free(l->bias), free(l->scale), free(l->shift);
    free(l->values), free(l->magnitudes);
}

/// Against the definition: binary32 by the rounding of each sum, bfloat16 by what 8 significant bits lose on average.
static void compare(const layer *l, const nl_kernel *kernel, const char *way, const float *result) {
    double worst = 0, squares = 0, all = 0;
    for (size_t i = 0; i < output_count(l); i++) {
        const double difference = fabs(result[i] - l->values[i]);
        if (!(difference / (l->magnitudes[i] + 1) <= worst)) worst = difference / (l->magnitudes[i] + 1);
        squares += difference * difference;
        all += l->values[i] * l->values[i];
    }
    char what[120];
    snprintf(
        what, sizeof what, "%s, %s %d x %d x %d to %d", way, l->is_down ? "down" : "up", l->height, l->width, l->inputs,
        l->outputs);
    if (kernel->element == NL_FP32)
        judge(worst <= 1e-6, kernel->name, what, worst);
    else
        judge(sqrt(squares / all) < 0.01, kernel->name, what, sqrt(squares / all));
}

static size_t element_bytes(const nl_kernel *kernel) { return kernel->element == NL_BF16 ? 2 : 4; }

/// B as the kernel reads it, from panels.
static void *packed(const nl_kernel *kernel, float *panels, int matrices, int depth, int columns) {
    if (!kernel->pack) return panels;
    const size_t count = (size_t)depth * columns;
    char *b = calloc(matrices * count * element_bytes(kernel) + NL_PACKED_PADDING, 1);
    for (int i = 0; i < matrices; i++)
        kernel->pack(panels + i * count, depth, columns, b + i * count * element_bytes(kernel));
    free(panels);
    return b;
}

static nl_input input_of(const layer *l) {
    return (nl_input){l->input, l->height, l->width, l->inputs, l->inputs, l->slope, l->is_normalised ? l->scale : NULL,
                      l->is_normalised ? l->shift : NULL};
}

static int columns_of(const layer *l) { return ((l->is_down ? 1 : 4) * l->outputs + 7) / 8 * 8; }

/// Windows of a strip of the whole map, by indirection, times weights. A layer is a 2 x 2 convolution of cells.
static void run_direct(const layer *l, const nl_kernel *kernel) {
    const int side = l->is_down ? 2 : 1, taps = 2 * side, phases = l->is_down ? 1 : 4;
    const int rows = l->is_down ? l->height / 2 : l->height + 1, across = l->is_down ? l->width / 2 : l->width + 1;
    const int depth = taps * taps * l->inputs, columns = columns_of(l), length = taps * l->inputs;
    float *panels = calloc((size_t)depth * columns, sizeof(float));
    float *bias = calloc(columns, sizeof(float));
    for (int n = 0; n < phases * l->outputs; n++) {
        const int phase = n / l->outputs, output = n % l->outputs, panel = n / 16 * 16;
        const int width = columns - panel < 16 ? columns - panel : 16;
        bias[n] = l->bias[output];
        for (int k = 0; k < depth; k++) {
            const int row = k / length, column = k % length / l->inputs, ci = k % l->inputs;
            const int ky = l->is_down ? row : phase / 2 + 2 - 2 * row;
            const int kx = l->is_down ? column : phase % 2 + 2 - 2 * column;
            const size_t kernel_at = l->is_down ? (size_t)output * l->inputs + ci : (size_t)ci * l->outputs + output;
            panels[(size_t)panel * depth + (size_t)k * width + n - panel] = l->weight[kernel_at * 16 + 4 * ky + kx];
        }
    }
    void *b = packed(kernel, panels, 1, depth, columns);
    const int strip_rows = side * (rows + 1), strip_width = l->width + 2;
    void *strip = blank((size_t)strip_rows * strip_width * l->inputs * element_bytes(kernel));
    const nl_input in = input_of(l);
    kernel->passes->copy_strip(&in, -1, strip_rows, kernel->element, strip, l->inputs);
    int32_t *windows = malloc(sizeof(int32_t) * rows * across), offsets[4];
    for (int i = 0; i < rows * across; i++)
        windows[i] = side * (i / across * strip_width + i % across) * l->inputs;
    for (int i = 0; i < taps; i++) offsets[i] = i * strip_width * l->inputs;
    const nl_left_matrix a = {strip, windows, 0, offsets, taps, length};
    float *products = blank(sizeof(float) * rows * across * columns);
    kernel->multiply(&a, b, bias, 1, rows * across, columns, products, columns);
    float *result = blank(sizeof(float) * output_count(l));
    const int out = l->is_down ? 1 : 2;
    for (int i = 0; i < rows * across; i++)
        for (int phase = 0; phase < phases; phase++) {
            const int y = out * (i / across) - (out - 1) + phase / 2, x = out * (i % across) - (out - 1) + phase % 2;
            if (y < 0 || y >= output_height(l) || x < 0 || x >= output_width(l)) continue;
            kernel->passes->store_pixels(
                products + (size_t)i * columns + phase * l->outputs, columns, 1, l->outputs,
                result + ((size_t)y * output_width(l) + x) * l->outputs, l->outputs);
        }
    compare(l, kernel, "direct", result);
    free(bias), free(b), free(strip), free(windows), free(products), free(result);
}

/// Winograd's F(3 x 3, 2 x 2), a row of tiles at a time.
static void run_winograd(const layer *l, const nl_kernel *kernel) {
    const int side = l->is_down ? 2 : 1, out = l->is_down ? 1 : 2, depth = side * side * l->inputs;
    if (depth % kernel->k_step) return;
    const int rows = l->is_down ? l->height / 2 : l->height + 1, across = l->is_down ? l->width / 2 : l->width + 1;
    const int tiles = (across + 2) / 3, columns = columns_of(l);
    float *panels = blank(sizeof(float) * 16 * depth * columns), *bias = calloc(columns, sizeof(float));
    nl_winograd_weights(l->weight, l->is_down, l->inputs, l->outputs, NULL, 0, columns, columns, panels);
    for (int n = 0; n < out * out * l->outputs; n++) bias[n] = l->bias[n % l->outputs];
    void *b = packed(kernel, panels, 16, depth, columns);
    float *border = blank(sizeof(float) * 16 * side * side * l->inputs);
    const int spare_count = 9 * columns > l->outputs ? 9 * columns : l->outputs;
    float *spare = blank(sizeof(float) * spare_count);
    char *windows = blank(element_bytes(kernel) * 16 * tiles * depth);
    float *products = blank(sizeof(float) * 16 * tiles * columns), *result = blank(sizeof(float) * output_count(l));
    const nl_input in = input_of(l);
    const nl_output map = {result, output_height(l), output_width(l), l->outputs, l->outputs};
    for (int y = 0; y < (rows + 2) / 3; y++) {
        kernel->passes->winograd_gather(
            &in, side, y, 0, tiles, border, kernel->element, windows, depth, (ptrdiff_t)tiles * depth);
        for (int point = 0; point < 16; point++) {
            const nl_left_matrix a = {
                windows + (size_t)point * tiles * depth * element_bytes(kernel), NULL, depth, NULL, 1, depth};
            kernel->multiply(
                &a, (char *)b + (size_t)point * depth * columns * element_bytes(kernel), NULL, 1, tiles, columns,
                products + (size_t)point * tiles * columns, columns);
        }
        kernel->passes->winograd_scatter(
            products, columns, (ptrdiff_t)tiles * columns, columns, bias, 1, 0, out, y, 0, tiles, spare, &map);
    }
    compare(l, kernel, "Winograd", result);
    free(bias), free(b), free(border), free(spare), free(windows), free(products), free(result);
}

/// tanh and the sums of channels.
static void run_passes(const nl_kernel *kernel) {
    enum { count = 1003, channels = 17 };
    float *values = numbers(count), *squashed = malloc(sizeof(float) * count);
    double worst = 0, sum[channels] = {0}, squares[channels] = {0};
    for (int i = 0; i < count; i++) squashed[i] = values[i] *= 10;
    kernel->passes->squash(squashed, count);
    for (int i = 0; i < count; i++) worst = fmax(worst, fabs(squashed[i] - tanh(values[i])));
    judge(worst < 4e-7, kernel->name, "tanh", worst);
    kernel->passes->add_moments(values, channels, count / channels, channels, sum, squares);
    for (int i = 0; i < count / channels * channels; i++) {
        sum[i % channels] -= values[i];
        squares[i % channels] -= (double)values[i] * values[i];
    }
    worst = 0;
    for (int c = 0; c < channels; c++) worst = fmax(worst, fmax(fabs(sum[c]), fabs(squares[c])));
    judge(worst < 1e-9, kernel->name, "sums of channels", worst);
    free(values), free(squashed);
}

// MARK: Training

/// A 4 x 4 convolution of stride 1 and padding 1, its input gradient's transform and its weights' gradient, by
/// Winograd's F(3 x 3, 4 x 4) and by gathered windows.
static void run_stride_one(const nl_kernel *kernel) {
    enum { height = 11, width = 13, inputs = 16, outputs = 32, rows = height - 1, across = width - 1, row = 36 };
    const struct nlt_operations *operations = nlt_operations_for(kernel->passes);
    float *input = numbers(height * width * inputs), *weight = numbers(16 * inputs * outputs);
    float *gradient = numbers(rows * across * outputs);
    double *values = calloc(rows * across * outputs, sizeof(double));
    double *sums = calloc(16 * inputs * outputs, sizeof(double));
    for (int y = 0; y < rows; y++)
        for (int x = 0; x < across; x++)
            for (int tap = 0; tap < 16; tap++) {
                const int iy = y - 1 + tap / 4, ix = x - 1 + tap % 4;
                if (iy < 0 || iy >= height || ix < 0 || ix >= width) continue;
                for (int ci = 0; ci < inputs; ci++)
                    for (int co = 0; co < outputs; co++) {
                        const double v = input[(iy * width + ix) * inputs + ci];
                        const int at = (y * across + x) * outputs + co, w = (co * inputs + ci) * 16 + tap;
                        values[at] += v * weight[w];
                        sums[w] += v * gradient[at];
                    }
            }
    // Matrices of a row's length apart, so that columns are whole tiles.
    float *matrices = calloc(36 * inputs * row, sizeof(float)), *partial = calloc(36 * inputs * row, sizeof(float));
    for (int ci = 0; ci < inputs; ci++)
        for (int co = 0; co < outputs; co++)
            nlt_winograd_weights(weight + (co * inputs + ci) * 16, 0, matrices + ci * row + co, inputs * row);
    enum { tiles = (rows + 2) / 3 * ((across + 2) / 3), tile_columns = (across + 2) / 3 };
    float *windows = blank(sizeof(float) * 36 * tiles * row), *products = blank(sizeof(float) * 36 * tiles * row);
    float *gradients = blank(sizeof(float) * 36 * tiles * row);
    float *result = blank(sizeof(float) * rows * across * outputs);
    for (int tile = 0; tile < tiles; tile++) {
        const int y = tile / tile_columns * 3, x = tile % tile_columns * 3;
        operations->winograd_inputs(
            input, height, width, inputs, inputs, y - 1, x - 1, 1, NULL, NULL, windows + tile * row, tiles * row);
        operations->winograd_gradients(
            gradient, rows, across, outputs, outputs, y, x, gradients + tile * row, tiles * row);
    }
    for (int point = 0; point < 36; point++) {
        operations->product(
            windows + point * tiles * row, row, 1, matrices + point * inputs * row, row, tiles, outputs, inputs,
            products + point * tiles * row, row);
        operations->product_add(
            windows + point * tiles * row, 1, row, gradients + point * tiles * row, row, inputs, outputs, tiles,
            partial + point * inputs * row, row);
    }
    for (int tile = 0; tile < tiles; tile++)
        operations->winograd_outputs(
            products + tile * row, tiles * row, outputs, result, rows, across, outputs, tile / tile_columns * 3,
            tile % tile_columns * 3);
    double worst = 0;
    for (int i = 0; i < rows * across * outputs; i++) worst = fmax(worst, fabs(result[i] - values[i]));
    judge(worst < 1e-4, kernel->name, "stride 1 by Winograd", worst);
    float *found = calloc(16 * inputs * outputs, sizeof(float));
    for (int ci = 0; ci < inputs; ci++)
        for (int co = 0; co < outputs; co++)
            nlt_winograd_weight_gradient(
                partial + ci * row + co, inputs * row, found + (co * inputs + ci) * 16);
    worst = 0;
    for (int i = 0; i < 16 * inputs * outputs; i++) worst = fmax(worst, fabs(found[i] - sums[i]));
    judge(worst < 1e-3, kernel->name, "weights' gradient by Winograd", worst);

    float *gathered = blank(sizeof(float) * across * 16 * inputs);
    float *transposed = malloc(sizeof(float) * 16 * inputs * outputs);
    for (int i = 0; i < 16 * inputs * outputs; i++)
        transposed[(i % 16 * inputs + i / 16 % inputs) * outputs + i / 16 / inputs] = weight[i];
    worst = 0;
    for (int y = 0; y < rows; y++) {
        operations->gather_windows(
            input, height, width, inputs, inputs, 1, 1, y, 0, across, 1, NULL, NULL, gathered, 16 * inputs);
        operations->product(
            gathered, 16 * inputs, 1, transposed, outputs, across, outputs, 16 * inputs, result, outputs);
        for (int i = 0; i < across * outputs; i++)
            worst = fmax(worst, fabs(result[i] - values[y * across * outputs + i]));
    }
    judge(worst < 1e-4, kernel->name, "stride 1 by windows", worst);
    free(input), free(weight), free(gradient), free(values), free(sums), free(matrices), free(partial), free(windows);
    free(products), free(gradients), free(result), free(found), free(gathered), free(transposed);
}

/// The weights' gradient of a layer of stride 2.
static void run_stride_two(const nl_kernel *kernel) {
    enum { height = 14, width = 22, large = 8, small = 16, rows = height / 2, across = width / 2, depth = 4 * large };
    enum { tile_columns = (across + 2) / 3, tiles = (rows + 2) / 3 * tile_columns };
    const struct nlt_operations *operations = nlt_operations_for(kernel->passes);
    float *input = numbers(height * width * large), *gradient = numbers(rows * across * small);
    float *scale = numbers(large), *shift = numbers(large);
    double *expected = calloc(16 * large * small, sizeof(double)), worst = 0;
    for (int y = 0; y < rows; y++)
        for (int x = 0; x < across; x++)
            for (int tap = 0; tap < 16; tap++) {
                const int iy = 2 * y - 1 + tap / 4, ix = 2 * x - 1 + tap % 4;
                if (iy < 0 || iy >= height || ix < 0 || ix >= width) continue;
                for (int l = 0; l < large; l++)
                    for (int n = 0; n < small; n++) {
                        const double v = (double)input[(iy * width + ix) * large + l] * scale[l] + shift[l];
                        const double g = gradient[(y * across + x) * small + n];
                        expected[(n * large + l) * 16 + tap] += (v > 0 ? v : 0.2f * v) * (g > 0 ? g : 0.5 * g);
                    }
            }
    const nl_input from = {input, height, width, large, large, 0.2f, scale, shift};
    const nl_input to = {gradient, rows, across, small, small, 0.5f, NULL, NULL};
    float *windows = blank(sizeof(float) * 16 * tiles * depth), *gradients = blank(sizeof(float) * 16 * tiles * small);
    float *sums = calloc(16 * depth * small, sizeof(float)), *found = calloc(16 * large * small, sizeof(float));
    float *border = blank(sizeof(float) * 64 * large);
    for (int y = 0; y < tiles / tile_columns; y++) {
        kernel->passes->winograd_gather(
            &from, 2, y, 0, tile_columns, border, NL_FP32, windows + y * tile_columns * depth, depth, tiles * depth);
        operations->stride_two_gradients(
            &to, y, 0, tile_columns, gradients + y * tile_columns * small, small, tiles * small);
    }
    for (int point = 0; point < 16; point++)
        operations->product_add(
            windows + point * tiles * depth, 1, depth, gradients + point * tiles * small, small, depth, small, tiles,
            sums + point * depth * small, small);
    for (int k = 0; k < depth; k++)
        for (int n = 0; n < small; n++)
            nlt_stride_two_weight_gradient(
                sums + k * small + n, depth * small,
                found + (n * large + k % large) * 16 + k / large / 2 * 4 + k / large % 2);
    for (int i = 0; i < 16 * large * small; i++) worst = fmax(worst, fabs(found[i] - expected[i]));
    judge(worst < 1e-4, kernel->name, "weights' gradient of stride 2", worst);
    free(input), free(gradient), free(scale), free(shift), free(expected), free(windows), free(gradients);
    free(sums), free(found), free(border);
}

/// Activation and normalisation backwards, and Adam.
static void run_updates(const nl_kernel *kernel) {
    enum { pixels = 45, channels = 19, count = pixels * channels };
    const struct nlt_operations *operations = nlt_operations_for(kernel->passes);
    float *shown = numbers(count), *first = numbers(count), *second = numbers(count), *raw = numbers(count);
    float *mean = numbers(channels), *inverse = numbers(channels), *out = blank(sizeof(float) * count);
    double sum[channels] = {0}, product[channels] = {0}, plain[channels] = {0}, worst = 0;
    const struct nlt_feedback feedback = {
        shown, channels, NULL, NULL, first, channels, 0.2f, second, channels, 0, 2, raw, channels, mean, inverse};
    operations->activation_gradient(&feedback, 0, pixels, channels, out, channels, sum, product);
    operations->add_sums(out, channels, pixels, channels, plain);
    for (int i = 0; i < count; i++) {
        const int c = i % channels;
        const double d = shown[i] > 0 ? 2 * ((double)first[i] + second[i]) : 2 * 0.2 * first[i];
        worst = fmax(worst, fabs(d - out[i]));
        sum[c] -= d;
        plain[c] -= d;
        product[c] -= d * ((double)raw[i] - mean[c]) * inverse[c];
    }
    for (int c = 0; c < channels; c++) worst = fmax(worst, fmax(fabs(plain[c]), fmax(fabs(sum[c]), fabs(product[c]))));
    judge(worst < 1e-4, kernel->name, "gradient of activations", worst);

    memcpy(out, first, sizeof(float) * count);
    operations->normalisation_gradient(raw, channels, mean, inverse, second, pixels, channels, out, channels);
    worst = 0;
    for (int i = 0; i < count; i++) {
        const int c = i % channels;
        worst = fmax(worst, fabs((double)mean[c] * first[i] + (double)inverse[c] * raw[i] + second[c] - out[i]));
    }
    judge(worst < 1e-6, kernel->name, "gradient of normalisation", worst);

    float *value = numbers(count), *m = numbers(count), *v = numbers(count);
    double *expected = malloc(sizeof(double) * count);
    for (int i = 0; i < count; i++) {
        v[i] = fabsf(v[i]);
        const double g = first[i], m1 = 0.5 * m[i] + 0.5 * g, v1 = 0.999 * v[i] + 0.001 * g * g;
        expected[i] = value[i] - 1e-2 * m1 / (sqrt(v1) / 0.5 + 1e-8);
    }
    operations->adam(value, first, m, v, count, 0.5f, 0.999f, 1e-2f, 0.5f);
    worst = 0;
    for (int i = 0; i < count; i++) worst = fmax(worst, fabs(value[i] - expected[i]));
    judge(worst < 1e-5, kernel->name, "Adam", worst);

    double total = 0, wanted = 0;
    memcpy(out, second, sizeof(float) * count);
    operations->match_features(raw, channels, 0.2f, NULL, NULL, shown, 0.5f, pixels, channels, out, &total);
    worst = 0;
    for (int i = 0; i < count; i++) {
        const float seen = raw[i] > 0 ? raw[i] : raw[i] * 0.2f, difference = seen - shown[i];
        wanted += fabsf(difference);
        worst = fmax(worst, fabs(second[i] + (difference > 0 ? 0.5 : -0.5) - out[i]));
    }
    judge(worst < 1e-6 && fabs(total - wanted) < 1e-3, kernel->name, "matched features", worst);
    free(shown), free(first), free(second), free(raw), free(mean), free(inverse), free(out);
    free(value), free(m), free(v), free(expected);
}

int main(int count, char **names) {
    // Borders on all sides, one pixel, whole and broken vectors, panels and tiles, odd depths.
    const layer layers[] = {
        made(1, 2, 2, 1, 1, 1, 0), made(1, 2, 2, 5, 7, 0.2f, 0), made(1, 2, 6, 8, 16, 0.2f, 0), made(1, 12, 8, 3, 16, 1, 0),
        made(1, 6, 10, 13, 3, 0.2f, 1), made(1, 16, 34, 16, 24, 0.2f, 1), made(1, 4, 4, 64, 130, 0.2f, 0),
        made(1, 14, 10, 136, 264, 0.2f, 0), made(1, 22, 26, 16, 40, 0.2f, 0), made(0, 1, 1, 1, 1, 1, 0),
        made(0, 1, 1, 9, 5, 0, 0), made(0, 1, 3, 8, 3, 0, 0), made(0, 7, 5, 6, 3, 0, 0), made(0, 5, 9, 7, 11, 0, 1),
        made(0, 9, 17, 32, 8, 0, 1), made(0, 2, 2, 72, 66, 0, 0), made(0, 8, 11, 128, 65, 0, 0),
        made(0, 6, 7, 256, 128, 0, 0), made(0, 11, 9, 48, 3, 0, 0), made(0, 10, 13, 24, 24, 0, 0),
    };
    const int shapes = sizeof layers / sizeof *layers;
    int kernels = 0, entries = 0;
    while (nl_kernel_at(entries)) entries++;
    for (int index = 0; index <= entries; index++) {
        const nl_kernel *kernel = index < entries ? nl_kernel_at(index) : amx_model(nl_kernel_at(entries - 1)->passes);
        const char *element = kernel->element == NL_BF16 ? "bf16" : "fp32";
        if (!kernel->is_available()) {
            printf("%s %s: not on this processor\n", kernel->name, element);
            continue;
        }
        const int before = passed;
        if (kernel->prepare_thread) kernel->prepare_thread();
        for (int i = 0; i < shapes; i++) {
            run_direct(&layers[i], kernel);
            run_winograd(&layers[i], kernel);
        }
        run_passes(kernel);
        run_stride_one(kernel);
        run_stride_two(kernel);
        run_updates(kernel);
        for (int i = 1; i < count; i++)
            if (!strcmp(names[i], kernel->name)) names[i] = "";
        printf(
            "%s %s, tiles of %d x %d, k by %d: %d checks passed\n", kernel->name, element, kernel->tile_rows,
            kernel->tile_columns, kernel->k_step, passed - before);
        kernels++;
    }
    for (int i = 1; i < count; i++)
        if (*names[i]) {
            printf("FAILED: no kernel %s was there to be tested\n", names[i]);
            failed++;
        }
    printf("%d kernels, %d shapes each, direct and by Winograd\n", kernels, shapes);
    printf("%d passed, %d failed\n", passed, failed);
    for (int i = 0; i < shapes; i++) forget((layer *)&layers[i]);
    return failed != 0;
}
