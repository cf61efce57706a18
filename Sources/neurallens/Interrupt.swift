import Glibc

/// What Ctrl-C does, also where whoever started the program had that signal blocked.
func onInterrupt(_ action: @escaping @convention(c) (Int32) -> Void) {
    signal(SIGINT, action)
    var interrupt = sigset_t()
    sigemptyset(&interrupt)
    sigaddset(&interrupt, SIGINT)
    pthread_sigmask(SIG_UNBLOCK, &interrupt, nil)
}
