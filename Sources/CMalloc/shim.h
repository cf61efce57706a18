// glibc's own settings of its heap, which Swift's Glibc leaves out.
#include <malloc.h>
