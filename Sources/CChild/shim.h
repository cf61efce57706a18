// What Swift cannot import of a child process's life: prctl(2) takes variable arguments.
#include <signal.h>
#include <sys/prctl.h>

/// The calling process is killed when the thread that started it ends. 0, or -1 with errno.
static inline int nl_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0); }
