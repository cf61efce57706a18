// All operations, for the instruction set of the file that includes this.
#include "gather.h"
#include "gradient.h"
#include "product.h"
#include "stride_two.h"
#include "winograd.h"

#define NLT_OPERATIONS                                                                                             \
    {.gather_windows = gather_windows, .gather_pixels = gather_pixels, .product = product,                         \
     .product_add = product_add, .winograd_inputs = winograd_inputs, .winograd_gradients = winograd_gradients,     \
     .winograd_outputs = winograd_outputs, .stride_two_gradients = stride_two_gradients, .add_sums = add_sums, .add_taps = add_taps,     \
     .activation_gradient = activation_gradient, .normalisation_gradient = normalisation_gradient, .adam = adam,   \
     .match_features = match_features}
