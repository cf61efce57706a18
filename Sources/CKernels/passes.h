// All passes over maps, for the instruction set of the file that includes this; NL_WIDE_PASSES: it has registers of 16
// floats.
#include "store.h"
#include "strip.h"
#include "winograd.h"

#define NL_PASSES(set) {set, copy_strip, winograd_gather, winograd_scatter, squash, store_pixels, add_moments}
