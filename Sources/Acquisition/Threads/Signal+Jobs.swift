internal import ControlAPI

extension Signal {
    /// Waits for news of a job: until its revision is above `revision`, it has ended, or `timeout` is over; at once where no
    /// revision is given. This signal fires with every change of the job.
    /// - Parameter job: as it is now; nil where it is not known.
    /// - Returns: the job as it is then; nil where it is not known, or not any more.
    func job<Job: FollowedJob>(
        after revision: Int?, timeout: Duration, isolation: isolated (any Actor)? = #isolation, _ job: () -> Job?
    ) async -> Job? {
        let deadline = ContinuousClock.now + timeout
        while true {
            let version = version
            guard let job = job() else { return nil }
            guard let revision, job.revision <= revision, !job.isFinal, !Task.isCancelled,
                ContinuousClock.now < deadline
            else { return job }
            await wait(since: version, until: deadline)
        }
    }
}
