internal import CV4L2
internal import Glibc
internal import Quantities

/// A point on CLOCK_MONOTONIC, the clock that V4L2 drivers stamp buffers with.
package struct MonotonicInstant: Sendable, Comparable, Hashable, Codable {
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static var now: Self {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Self(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// A driver's stamp; one beyond the clock's range is that range's end, which no buffer can have.
    package init(seconds: Int, microseconds: Int) {
        let seconds = Int64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let fraction = Int64(microseconds).multipliedReportingOverflow(by: 1000)
        let sum = seconds.partialValue.addingReportingOverflow(fraction.partialValue)
        self.init(nanoseconds: seconds.overflow || fraction.overflow || sum.overflow ? .max : sum.partialValue)
    }

    package static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }
}
